#pragma once

#include "tests/kafka/client_contract.hpp"
#include "widgetstream/kafka/embedded_broker.hpp"

namespace widgetstream {

/// One embedded broker for all tests of this executable; each names its own topics and groups.
inline EmbeddedBroker& sharedEmbeddedBroker() {
  static EmbeddedBroker broker;
  return broker;
}

inline ClusterUnderTest embeddedCluster() {
  return {"Embedded", [] { return sharedEmbeddedBroker().clients(); }};
}

}  // namespace widgetstream
