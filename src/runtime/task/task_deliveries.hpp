#pragma once

#include <deque>

#include "widgetstream/kafka/producer.hpp"

namespace widgetstream {

/// What is told of the records a task has sent. The client keeps pointers into it while records are under way, so a
/// task that ends earlier hands it to its thread, which keeps it until nothing is.
struct TaskDeliveries {
  Deliveries all;
  DeliveryChannel records{all};
  DeliveryChannel dead_letters{all};
  /// One a store: its newest acknowledged offset is what the store's next commit reaches. A deque, for channels stay
  /// put.
  std::deque<DeliveryChannel> changelogs;
};

}  // namespace widgetstream
