#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "state/rocksdb/database.hpp"
#include "state/rocksdb/iterator.hpp"
#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::detail {

/// A walk over the segments of a database, at the time of its construction.
class SegmentIterator final : public EngineIterator {
 public:
  SegmentIterator(const std::shared_ptr<Database>& database, const ScanBounds& bounds);

  [[nodiscard]] bool valid() const override;
  void next() override;
  [[nodiscard]] BytesView key() const override { return key_; }
  [[nodiscard]] BytesView value() const override { return walks_[at_].rows->value(); }

 private:
  struct Walk {
    Bytes prefix;
    SegmentFamilies::Handle family;  // before the walk, which reads it
    std::unique_ptr<RocksDbIterator> rows;
  };

  std::shared_ptr<Database> database_;  // first: families must go before it does
  std::vector<Walk> walks_;
  mutable std::size_t at_ = 0;
  mutable Bytes key_;
  mutable bool settled_ = false;
};

}  // namespace widgetstream::detail
