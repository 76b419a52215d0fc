#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "widgetstream/state/state_store.hpp"
#include "widgetstream/state/typed_key_value_store.hpp"

namespace widgetstream {

struct LoggedChange {
  Bytes key;
  NullableBytes value;
  std::int64_t timestamp = 0;
  Headers headers;

  friend bool operator==(const LoggedChange&, const LoggedChange&) = default;
};

/// A task as a store sees it: keeps what is sent to the changelog.
class FakeStoreContext final : public StoreContext {
 public:
  explicit FakeStoreContext(std::filesystem::path directory = {}) : directory_(std::move(directory)) {}

  [[nodiscard]] TaskId task() const override { return {0, 3}; }
  [[nodiscard]] const std::string& applicationId() const override { return application_id_; }
  [[nodiscard]] std::filesystem::path taskDirectory() const override { return directory_; }
  [[nodiscard]] std::string changelogPartition(const std::string& store) const override {
    return application_id_ + "-" + store + "-changelog-3";
  }
  [[nodiscard]] const Logger& log() const override { return log_; }
  [[nodiscard]] CacheBudget& cacheBudget() override { return budget; }
  void logChange(const std::string&, BytesView key, NullableBytesView value, Timestamp timestamp,
                 const Headers& headers) override {
    if (refuse_log) throw Error(ErrorKind::retriable, "the changelog is away");
    changelog.push_back({Bytes{key}, value ? NullableBytes{*value} : std::nullopt, toMillis(timestamp), headers});
  }
  [[nodiscard]] Timestamp recordTimestamp() const override { return record_timestamp; }
  [[nodiscard]] RecordStamp recordStamp() const override {
    RecordStamp stamp;
    stamp.topic = record_topic;
    stamp.partition = record_partition;
    stamp.offset = record_offset;
    stamp.timestamp = record_timestamp;
    stamp.headers = &record_headers;
    return stamp;
  }
  void dropped(std::string_view) override { ++dropped_records; }
  [[nodiscard]] std::size_t readCacheBytes() const override { return read_cache_bytes; }
  [[nodiscard]] ReadCaches* readCaches() const noexcept override { return read_caches; }

  /// Offset of the newest changelog record, as a broker would count it.
  [[nodiscard]] std::optional<std::int64_t> lastOffset() const {
    if (changelog.empty()) return std::nullopt;
    return static_cast<std::int64_t>(changelog.size()) - 1;
  }

  CacheBudget budget{std::size_t{10} << 20, 0};
  std::size_t read_cache_bytes = std::size_t{4} << 20;
  /// What models try in turn: everything stays in memory, nothing does, a few entries do.
  static constexpr std::size_t read_cache_sizes[] = {std::size_t{4} << 20, 0, 1500};
  ReadCaches* read_caches = nullptr;
  Timestamp record_timestamp = fromMillis(500);
  std::string record_topic;
  std::int32_t record_partition = -1;
  std::int64_t record_offset = -1;
  Headers record_headers;
  std::vector<LoggedChange> changelog;
  int dropped_records = 0;
  bool refuse_log = false;

 private:
  std::filesystem::path directory_;
  std::string application_id_ = "app";
  Logger log_;
};

/// A stamp of a record that carries nothing but its time.
[[nodiscard]] inline RecordStamp stampAt(std::int64_t millis) {
  RecordStamp stamp;
  stamp.timestamp = fromMillis(millis);
  return stamp;
}

/// Feeds a changelog, from its beginning, to a store.
inline void restoreFrom(const std::vector<LoggedChange>& changelog, StateStore& store) {
  std::vector<ChangelogRecord> records;
  for (const LoggedChange& change : changelog) {
    const auto value = change.value ? NullableBytesView{*change.value} : std::nullopt;
    records.push_back({change.key, value, fromMillis(change.timestamp), &change.headers});
  }
  store.restore(records, static_cast<std::int64_t>(records.size()) - 1);
}

/// Everything local is lost: what `make` makes instead is restored from the changelog.
template <class Store, class Make>
void loseAndRestore(std::unique_ptr<Store>& store, const Make& make, const std::filesystem::path& state_directory,
                    FakeStoreContext& context) {
  store->close();
  store = make();
  std::filesystem::remove_all(state_directory / "rocksdb");
  store->open(context);
  restoreFrom(context.changelog, *store);
}

}  // namespace widgetstream
