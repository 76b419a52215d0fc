#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "runtime/task/task_deliveries.hpp"

namespace widgetstream {

/// Keeps the deliveries of tasks that ended while records of theirs were under way: the producer points into them.
/// Outlives the producer.
///
/// Threads  any.
class UnderWay {
 public:
  void keep(std::shared_ptr<TaskDeliveries> deliveries) {
    const std::lock_guard lock{mutex_};
    std::erase_if(kept_, [](const auto& kept) { return kept->all.underWay() == 0; });
    if (deliveries->all.underWay() > 0) kept_.push_back(std::move(deliveries));
  }

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<TaskDeliveries>> kept_;  // guarded by mutex_
};

}  // namespace widgetstream
