#include "topology/java_collections.hpp"

#include <algorithm>
#include <utility>

namespace widgetstream::detail {
namespace {

/// String.hashCode. Names and topics are ASCII, where UTF-16 units are bytes; a sink's topic given by the user as
/// other UTF-8 is refused before it comes here.
std::uint32_t hashOf(std::string_view text) {
  std::uint32_t hash = 0;
  for (const char c : text) hash = 31 * hash + static_cast<unsigned char>(c);
  return hash ^ (hash >> 16);
}

std::size_t powerOfTwoFor(std::size_t wanted) {
  std::size_t capacity = 1;
  while (capacity < wanted) capacity <<= 1;
  return capacity;
}

}  // namespace

JavaHashSet JavaHashSet::copyOf(const std::vector<std::string>& values) {
  const std::size_t wanted = std::max<std::size_t>(values.size() * 4 / 3 + 1, 16);
  JavaHashSet set{powerOfTwoFor(wanted)};
  for (const std::string& value : values) set.add(value);
  return set;
}

JavaHashSet JavaHashSet::withCapacity(std::size_t capacity) {
  return JavaHashSet{powerOfTwoFor(capacity)};
}

std::vector<std::string>& JavaHashSet::bucketOf(std::string_view value) {
  return buckets_[hashOf(value) & (buckets_.size() - 1)];
}

void JavaHashSet::add(const std::string& value) {
  std::vector<std::string>& bucket = bucketOf(value);
  if (std::find(bucket.begin(), bucket.end(), value) != bucket.end()) return;
  bucket.push_back(value);
  if (++size_ > buckets_.size() * 3 / 4) grow();
}

void JavaHashSet::grow() {
  std::vector<std::vector<std::string>> old(buckets_.size() * 2);
  old.swap(buckets_);
  for (std::vector<std::string>& bucket : old) {
    for (std::string& value : bucket) bucketOf(value).push_back(std::move(value));
  }
}

std::vector<std::string> JavaHashSet::inOrder() const {
  std::vector<std::string> all;
  all.reserve(size_);
  for (const std::vector<std::string>& bucket : buckets_) all.insert(all.end(), bucket.begin(), bucket.end());
  return all;
}

}  // namespace widgetstream::detail
