#include "state/rocksdb/segment_iterator.hpp"

#include "state/big_endian.hpp"

namespace widgetstream::detail {
namespace {

/// The part of the bounds that is in the segment whose keys begin with `prefix`, without that.
[[nodiscard]] ScanBounds boundsIn(const ScanBounds& bounds, BytesView prefix) {
  ScanBounds inner;
  inner.reverse = bounds.reverse;
  if (bounds.from && *bounds.from > prefix) inner.from = bounds.from->substr(prefix.size());
  if (bounds.to && BytesView{*bounds.to}.substr(0, prefix.size()) == prefix) {
    inner.to = bounds.to->substr(prefix.size());
    inner.to_inclusive = bounds.to_inclusive;
  } else if (bounds.to && *bounds.to < prefix) {
    inner.to.emplace();
    inner.to_inclusive = false;
  }
  return inner;
}

}  // namespace

SegmentIterator::SegmentIterator(const std::shared_ptr<Database>& database, const ScanBounds& bounds)
    : database_(database) {
  for (auto& [number, family] : database->segments().within(bounds)) {
    Walk walk{bigEndian(number), family, nullptr};
    walk.rows = std::make_unique<RocksDbIterator>(database, family->get(), boundsIn(bounds, walk.prefix));
    walks_.push_back(std::move(walk));
  }
}

bool SegmentIterator::valid() const {
  for (; at_ < walks_.size(); ++at_) {
    if (!walks_[at_].rows->valid()) continue;
    if (!settled_) {
      key_.assign(walks_[at_].prefix);
      key_ += walks_[at_].rows->key();
      settled_ = true;
    }
    return true;
  }
  return false;
}

void SegmentIterator::next() {
  walks_[at_].rows->next();
  settled_ = false;
}

}  // namespace widgetstream::detail
