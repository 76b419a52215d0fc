#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/state/inspectable_store.hpp"
#include "widgetstream/state/state_store.hpp"
#include "widgetstream/state/store_engine.hpp"

/// The part of versioned stores that needs no type, so that it is compiled once. Programs use
/// typed_versioned_store.hpp.
namespace widgetstream::detail {

class VersionedRows;

struct VersionedOptions {
  std::string name;
  bool persistent = true;
  bool logging = true;
  Milliseconds history_retention{0};
  Milliseconds segment_interval{1};
  OpenEngine open;
};

/// One version as bytes.
struct VersionBytes {
  Bytes value;
  Timestamp timestamp = no_timestamp;
  std::optional<Timestamp> valid_to;
};

/// Returns false to end the walk. Both die when the call returns.
using VersionVisitor = std::function<bool(BytesView key, const VersionBytes& version)>;

/// Reads by any thread, while the owner writes.
///
/// Errors  Error{not_available} once the store is closed.
class VersionedReader {
 public:
  explicit VersionedReader(std::shared_ptr<const VersionedRows> rows) noexcept;

  [[nodiscard]] std::optional<VersionBytes> newest(BytesView key) const;
  [[nodiscard]] std::optional<VersionBytes> at(BytesView key, Timestamp as_of) const;
  void all(const VersionVisitor& visit) const;

 private:
  std::shared_ptr<const VersionedRows> rows_;
};

/// A versioned store but for its types.
class VersionedTable : public StateStore, public InspectableStore {
 public:
  explicit VersionedTable(VersionedOptions options);
  ~VersionedTable() override;
  VersionedTable(const VersionedTable&) = delete;
  VersionedTable& operator=(const VersionedTable&) = delete;

  [[nodiscard]] const std::string& name() const final { return options_.name; }
  [[nodiscard]] bool persistent() const final { return options_.persistent; }
  void open(StoreContext& context) final;
  [[nodiscard]] std::optional<std::int64_t> changelogOffset() const final;
  [[nodiscard]] Position position() const final;
  void restore(std::span<const ChangelogRecord> records, std::int64_t offset) final;
  void flushCache() final {}
  void commit(std::optional<std::int64_t> changelog_offset) final;
  void discard() final;
  [[nodiscard]] std::size_t bufferedBytes() const final;
  void flushEngine() final;
  [[nodiscard]] std::uint64_t engineMemoryBytes() const final;
  void close() noexcept final;
  [[nodiscard]] std::string kind() const final { return "versioned"; }
  [[nodiscard]] std::vector<StoreRow> rows() const final;

 protected:
  /// As VersionedKeyValueStore::put(). A null value is a deletion.
  std::int64_t putVersion(BytesView key, NullableBytesView value, Timestamp timestamp);
  std::optional<VersionBytes> eraseVersion(BytesView key, Timestamp timestamp);
  [[nodiscard]] std::optional<VersionBytes> newest(BytesView key) const;
  [[nodiscard]] std::optional<VersionBytes> at(BytesView key, Timestamp as_of) const;
  void all(const VersionVisitor& visit) const;

  [[nodiscard]] VersionedReader versionedReader() const;
  /// What the serdes are told: the changelog topic.
  [[nodiscard]] const std::string& topic() const noexcept { return topic_; }

 private:
  [[nodiscard]] VersionedRows& versions() const;
  void log(BytesView key, NullableBytesView value, Timestamp timestamp);

  VersionedOptions options_;
  std::string topic_;
  StoreContext* context_ = nullptr;
  std::shared_ptr<VersionedRows> versions_;  // shared with readers; a new one at each open()
};

}  // namespace widgetstream::detail
