// Membership against the embedded broker.
#include "tests/kafka/embedded_cluster.hpp"
#include "tests/kafka/membership_contract.hpp"

namespace widgetstream {

INSTANTIATE_TEST_SUITE_P(Embedded, MembershipContract, ::testing::Values(embeddedCluster()), nameOfCluster);

}  // namespace widgetstream
