// The producer against the embedded broker.
#include "tests/kafka/embedded_cluster.hpp"
#include "tests/kafka/producer_contract.hpp"

namespace widgetstream {

INSTANTIATE_TEST_SUITE_P(Embedded, ProducerContract, ::testing::Values(embeddedCluster()), nameOfCluster);

}  // namespace widgetstream
