#include "state/rocksdb/segment_families.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>
#include <utility>

#include "state/big_endian.hpp"

namespace widgetstream::detail {
namespace {

constexpr std::string_view name_prefix = "segment.";

[[nodiscard]] std::optional<std::int64_t> numberIn(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string segmentFamilyName(const std::string& format_family, Milliseconds interval, std::int64_t segment) {
  return std::string{name_prefix} + format_family + "." + std::to_string(interval.count()) + "." +
         std::to_string(segment);
}

std::optional<SegmentFamilyName> parseSegmentFamilyName(const std::string& name) {
  if (!name.starts_with(name_prefix)) return std::nullopt;
  const std::string_view rest = std::string_view{name}.substr(name_prefix.size());
  const std::size_t second = rest.rfind('.');
  const std::size_t first = second == 0 || second == rest.npos ? rest.npos : rest.rfind('.', second - 1);
  if (first == rest.npos) return std::nullopt;
  const auto interval = numberIn(rest.substr(first + 1, second - first - 1));
  const auto segment = numberIn(rest.substr(second + 1));
  if (!interval || !segment) return std::nullopt;
  return SegmentFamilyName{std::string{rest.substr(0, first)}, Milliseconds{*interval}, *segment};
}

void SegmentFamilies::add(std::int64_t segment, Handle family) {
  const std::lock_guard lock(mutex_);
  families_.emplace(segment, std::move(family));
}

SegmentFamilies::Handle SegmentFamilies::find(std::int64_t segment) const {
  const std::lock_guard lock(mutex_);
  const auto found = families_.find(segment);
  return found == families_.end() ? nullptr : found->second;
}

std::vector<std::pair<std::int64_t, SegmentFamilies::Handle>> SegmentFamilies::within(const ScanBounds& bounds) const {
  const auto first = bounds.from && bounds.from->size() >= 8 ? readBigEndian(bounds.from->data()) : 0;
  const auto last =
      bounds.to && bounds.to->size() >= 8 ? readBigEndian(bounds.to->data()) : std::numeric_limits<std::int64_t>::max();
  std::vector<std::pair<std::int64_t, Handle>> found;
  const std::lock_guard lock(mutex_);
  for (auto at = families_.lower_bound(first); at != families_.end() && at->first <= last; ++at) found.push_back(*at);
  if (bounds.reverse) std::reverse(found.begin(), found.end());
  return found;
}

std::vector<std::int64_t> SegmentFamilies::numbers() const {
  std::vector<std::int64_t> numbers;
  const std::lock_guard lock(mutex_);
  for (const auto& [number, family] : families_) numbers.push_back(number);
  return numbers;
}

std::vector<SegmentFamilies::Handle> SegmentFamilies::handles() const {
  std::vector<Handle> handles;
  const std::lock_guard lock(mutex_);
  for (const auto& [number, family] : families_) handles.push_back(family);
  return handles;
}

std::vector<SegmentFamilies::Handle> SegmentFamilies::takeBefore(std::int64_t first) {
  std::vector<Handle> taken;
  const std::lock_guard lock(mutex_);
  while (!families_.empty() && families_.begin()->first < first) {
    taken.push_back(std::move(families_.begin()->second));
    families_.erase(families_.begin());
  }
  return taken;
}

}  // namespace widgetstream::detail
