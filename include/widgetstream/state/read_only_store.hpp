#pragma once

#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "widgetstream/core/error.hpp"
#include "widgetstream/state/key_value_store.hpp"
#include "widgetstream/state/state_store.hpp"

namespace widgetstream {

/// Another store as those see it who may only read it: global stores, in processors that do not write them. It is
/// opened, filled and closed by its owner.
///
/// Threads  any, as the reads of the kind say.
/// Errors   Error{fatal} where the store's owner would be told store_corrupted: who reads it has nothing to repair.
class ReadOnlyStore : public StateStore {
 public:
  ReadOnlyStore(std::string name, bool persistent) : name_(std::move(name)), persistent_(persistent) {}

  [[nodiscard]] const std::string& name() const final { return name_; }
  [[nodiscard]] bool persistent() const final { return persistent_; }

  // Errors  Error{fatal} from all of these: they are its owner's.
  void open(StoreContext& context) final;
  [[nodiscard]] std::optional<std::int64_t> changelogOffset() const final;
  void restore(std::span<const ChangelogRecord> records, std::int64_t offset) final;
  void flushCache() final;
  void commit(std::optional<std::int64_t> changelog_offset) final;
  void discard() final;
  [[nodiscard]] std::size_t bufferedBytes() const final { return 0; }
  void close() noexcept final {}

 protected:
  template <class Read>
  decltype(auto) reading(const Read& read) const {
    try {
      return read();
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::store_corrupted) tellDamage(error);
      throw;
    }
  }

  /// A walk: what its visitor throws is the visitor's.
  template <class Visitor, class Walk>
  void walking(const Visitor& visit, const Walk& walk) const {
    std::exception_ptr thrown;
    const Visitor guarded = [&](const auto&... row) {
      try {
        return visit(row...);
      } catch (...) {
        thrown = std::current_exception();
        return false;
      }
    };
    reading([&] { walk(guarded); });
    if (thrown) std::rethrow_exception(thrown);
  }

 private:
  [[noreturn]] void refuse() const;
  [[noreturn]] void tellDamage(const Error& error) const;

  std::string name_;
  bool persistent_;
};

namespace detail {

template <class K, class V>
class KeyValueView final : public ReadOnlyStore, public ReadOnlyKeyValueStore<K, V> {
 public:
  using Reads = ReadOnlyKeyValueStore<K, V>;
  using Visitor = typename Reads::Visitor;

  KeyValueView(std::string name, bool persistent, std::shared_ptr<const Reads> reader)
      : ReadOnlyStore(std::move(name), persistent), reader_(std::move(reader)) {}

  [[nodiscard]] std::optional<V> get(const K& key) const override {
    return reading([&] { return reader_->get(key); });
  }
  void range(Nullable<K> first, Nullable<K> last, const Visitor& visit) const override {
    walking(visit, [&](const auto& guarded) { reader_->range(first, last, guarded); });
  }
  void reverseRange(Nullable<K> first, Nullable<K> last, const Visitor& visit) const override {
    walking(visit, [&](const auto& guarded) { reader_->reverseRange(first, last, guarded); });
  }
  void prefixScan(BytesView prefix, const Visitor& visit, BytesView after = {}) const override {
    walking(visit, [&](const auto& guarded) { reader_->prefixScan(prefix, guarded, after); });
  }
  [[nodiscard]] std::uint64_t approximateNumEntries() const override {
    return reading([&] { return reader_->approximateNumEntries(); });
  }

 private:
  std::shared_ptr<const Reads> reader_;
};

}  // namespace detail
}  // namespace widgetstream
