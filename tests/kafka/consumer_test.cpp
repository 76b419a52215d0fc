// The consumer against the embedded broker.
#include "tests/kafka/consumer_contract.hpp"
#include "tests/kafka/embedded_cluster.hpp"

namespace widgetstream {

INSTANTIATE_TEST_SUITE_P(Embedded, ConsumerContract, ::testing::Values(embeddedCluster()), nameOfCluster);
INSTANTIATE_TEST_SUITE_P(Embedded, ConsumerLanes, ::testing::Values(embeddedCluster()), nameOfCluster);

}  // namespace widgetstream
