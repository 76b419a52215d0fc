#pragma once

#include "tests/kafka/client_contract.hpp"
#include "widgetstream/kafka/embedded_broker.hpp"

namespace widgetstream {

/// An embedded broker for each test.
inline ClusterUnderTest embeddedCluster() {
  return {"Embedded", [] { return EmbeddedBroker{}.clients(); }};
}

}  // namespace widgetstream
