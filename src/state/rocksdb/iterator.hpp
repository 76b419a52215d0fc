#pragma once

#include <rocksdb/iterator.h>
#include <rocksdb/slice.h>

#include <memory>

#include "state/rocksdb/database.hpp"
#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::detail {

/// A walk over the state at its construction. It keeps the database open.
class RocksDbIterator final : public EngineIterator {
 public:
  RocksDbIterator(std::shared_ptr<Database> database, rocksdb::ColumnFamilyHandle* family, ScanBounds bounds);

  [[nodiscard]] bool valid() const override;
  void next() override;
  [[nodiscard]] BytesView key() const override { return iterator_->key().ToStringView(); }
  [[nodiscard]] BytesView value() const override { return iterator_->value().ToStringView(); }

 private:
  // Looks for the first entry when somebody asks: that may read files, and scan() is called under a lock.
  void seek() const;
  void check() const;

  std::shared_ptr<Database> database_;
  ScanBounds bounds_;
  rocksdb::Slice lower_;
  rocksdb::Slice upper_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  bool empty_;
  mutable bool sought_ = false;
};

}  // namespace widgetstream::detail
