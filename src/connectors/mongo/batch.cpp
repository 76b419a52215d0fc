#include "connectors/mongo/batch.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace widgetstream {

MongoBatch::MongoBatch(std::vector<MongoOperation> operations)
    : operations_(std::move(operations)), before_(operations_.size(), none) {
  std::unordered_map<std::string_view, std::size_t> place_of;
  place_of.reserve(operations_.size());
  for (Index i = 0; i < operations_.size(); ++i) {
    const auto [at, is_new] = place_of.try_emplace(operations_[i].selector, last_.size());
    if (is_new) {
      last_.push_back(i);
    } else {
      before_[i] = std::exchange(last_[at->second], i);
    }
  }
}

void MongoBatch::dropClosed(std::vector<Index>& heads) const {
  for (Index& head : heads) {
    while (head != none && operations_[head].channel->closed) head = before_[head];
  }
  std::erase(heads, none);
}

std::vector<MongoWrite> MongoBatch::writes(std::vector<Index>& heads) const {
  std::ranges::stable_partition(heads, [&](Index head) { return !operations_[head].document.empty(); });
  std::vector<MongoWrite> writes;
  writes.reserve(heads.size());
  for (const Index head : heads) writes.push_back({operations_[head].selector, operations_[head].document});
  return writes;
}

}  // namespace widgetstream
