#include "state/rocksdb/iterator.hpp"

#include <utility>

#include "state/rocksdb/status.hpp"
#include "state/scan_bounds.hpp"

namespace widgetstream::detail {
namespace {

/// RocksDB's upper bounds are exclusive.
void makeUpperExclusive(ScanBounds& bounds) {
  if (!bounds.to || !bounds.to_inclusive) return;
  bounds.to->push_back('\0');
  bounds.to_inclusive = false;
}

}  // namespace

RocksDbIterator::RocksDbIterator(std::shared_ptr<Database> database, rocksdb::ColumnFamilyHandle* family,
                                 ScanBounds bounds)
    : database_(std::move(database)), bounds_(std::move(bounds)), empty_(isEmpty(bounds_)) {
  makeUpperExclusive(bounds_);
  rocksdb::ReadOptions options;
  // Only now, for the slices point into our own members.
  if (bounds_.from) {
    lower_ = *bounds_.from;
    options.iterate_lower_bound = &lower_;
  }
  if (bounds_.to) {
    upper_ = *bounds_.to;
    options.iterate_upper_bound = &upper_;
  }
  iterator_.reset(database_->db().NewIterator(options, family));
}

void RocksDbIterator::seek() const {
  sought_ = true;
  if (bounds_.reverse) {
    iterator_->SeekToLast();  // within the bounds
  } else {
    iterator_->SeekToFirst();
  }
  check();
}

void RocksDbIterator::check() const {
  if (!iterator_->Valid()) database_->require(iterator_->status(), RocksDbStep::read);
}

bool RocksDbIterator::valid() const {
  if (empty_) return false;
  if (!sought_) seek();
  return iterator_->Valid();
}

void RocksDbIterator::next() {
  if (bounds_.reverse) {
    iterator_->Prev();
  } else {
    iterator_->Next();
  }
  check();
}

}  // namespace widgetstream::detail
