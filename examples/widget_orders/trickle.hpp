#pragma once

#include <memory>
#include <thread>

#include "widgetstream/kafka/clients.hpp"

/// Sample events for a broker that has none: two orders and a sensor report a second, until destroyed.
class Trickle {
 public:
  explicit Trickle(std::shared_ptr<widgetstream::KafkaClients> clients);

 private:
  void run(std::stop_token stop);

  std::shared_ptr<widgetstream::KafkaClients> clients_;
  std::jthread thread_;
};
