#include "widgetstream/state/versioned_table.hpp"

#include <utility>

#include "state/changelog_topic.hpp"
#include "state/versioned_rows.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/state/versioned_key_value_store.hpp"

namespace widgetstream::detail {

VersionedReader::VersionedReader(std::shared_ptr<const VersionedRows> rows) noexcept : rows_(std::move(rows)) {}

std::optional<VersionBytes> VersionedReader::newest(BytesView key) const {
  return rows_->newest(key);
}
std::optional<VersionBytes> VersionedReader::at(BytesView key, Timestamp as_of) const {
  return rows_->at(key, toMillis(as_of));
}
void VersionedReader::all(const VersionVisitor& visit) const {
  rows_->all(visit);
}

VersionedTable::VersionedTable(VersionedOptions options) : options_(std::move(options)) {}

VersionedTable::~VersionedTable() {
  close();
}

void VersionedTable::open(StoreContext& context) {
  close();
  if (!options_.open)
    throw Error(ErrorKind::invalid_topology, "store " + options_.name + " has no engine: its supplier has no `open`");
  topic_ = changelogTopic(context, options_.name);

  EngineOptions engine;
  if (options_.persistent) engine.directory = context.taskDirectory() / "rocksdb" / options_.name;
  engine.store = options_.name;
  engine.changelog_partition = context.changelogPartition(options_.name);
  engine.format = ValueFormat::plain;
  engine.log = context.log().forRoom("state");
  engine.resources = context.engineResources();
  versions_ = std::make_shared<VersionedRows>(options_, options_.open(engine));
  context_ = &context;
}

void VersionedTable::close() noexcept {
  if (!versions_) return;
  versions_->close();
  versions_.reset();
  context_ = nullptr;
}

VersionedRows& VersionedTable::versions() const {
  if (!versions_) throw Error(ErrorKind::not_available, "store " + options_.name + " is closed");
  return *versions_;
}

std::optional<std::int64_t> VersionedTable::changelogOffset() const {
  return versions().engine().changelogOffset();
}
Position VersionedTable::position() const {
  return versions().position();
}
void VersionedTable::restore(std::span<const ChangelogRecord> records, std::int64_t offset) {
  versions().restore(records, offset);
}
void VersionedTable::commit(std::optional<std::int64_t> changelog_offset) {
  versions().commit(changelog_offset);
}
void VersionedTable::discard() {
  versions().discard();
}
std::size_t VersionedTable::bufferedBytes() const {
  return versions_ ? versions_->bufferedBytes() : 0;
}
void VersionedTable::flushEngine() {
  versions().engine().flush();
}
std::uint64_t VersionedTable::engineMemoryBytes() const {
  return versions().engine().memoryBytes();
}

std::int64_t VersionedTable::putVersion(BytesView key, NullableBytesView value, Timestamp timestamp) {
  VersionedRows& rows = versions();
  const bool admitted = rows.admits(toMillis(timestamp));
  // The changelog first: if it refuses, nothing has happened. It is told of what comes too late as well, as in Java.
  if (options_.logging) context_->logChange(options_.name, key, value, timestamp, noHeaders());
  std::int64_t valid_to = put_return_code_not_put;
  if (admitted) {
    valid_to = rows.put(key, value, toMillis(timestamp));
  } else {
    context_->dropped("expired-version");
  }
  rows.note(context_->recordStamp());  // last: who sees the position finds the version
  return valid_to;
}

std::optional<VersionBytes> VersionedTable::eraseVersion(BytesView key, Timestamp timestamp) {
  std::optional<VersionBytes> before;
  if (versions().admits(toMillis(timestamp))) before = at(key, timestamp);
  static_cast<void>(putVersion(key, std::nullopt, timestamp));
  return before;
}

std::optional<VersionBytes> VersionedTable::newest(BytesView key) const {
  return versions().newest(key);
}

std::optional<VersionBytes> VersionedTable::at(BytesView key, Timestamp as_of) const {
  auto found = versions().at(key, toMillis(as_of));
  if (found) found->valid_to.reset();  // Java tells it in queries alone
  return found;
}

void VersionedTable::all(const VersionVisitor& visit) const {
  versions().all(visit);
}

std::vector<StoreRow> VersionedTable::rows() const {
  std::vector<StoreRow> rows;
  versions().all([&rows](BytesView key, const VersionBytes& version) {
    StoreRow row;
    row.key = key;
    row.value = version.value;
    row.timestamp = version.timestamp;
    row.valid_to = version.valid_to;
    rows.push_back(std::move(row));
    return true;
  });
  return rows;
}

VersionedReader VersionedTable::versionedReader() const {
  static_cast<void>(versions());
  return VersionedReader{versions_};
}

}  // namespace widgetstream::detail
