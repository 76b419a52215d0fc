#include "widgetstream/core/topic_partition.hpp"

namespace widgetstream {

std::string toString(const TopicPartition& partition) {
  return partition.topic + '-' + std::to_string(partition.partition);
}

std::string toString(const Origin& origin) {
  return origin.topic + '-' + std::to_string(origin.partition) + '-' + std::to_string(origin.offset);
}

}  // namespace widgetstream
