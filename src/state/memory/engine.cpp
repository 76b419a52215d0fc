#include "state/memory/engine.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <utility>

#include "state/big_endian.hpp"
#include "state/memory/versions.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

class MemoryIterator final : public EngineIterator {
 public:
  MemoryIterator(std::shared_ptr<Versions> versions, ScanBounds bounds)
      : versions_(std::move(versions)),
        bounds_(std::move(bounds)),
        snapshot_(versions_->hold()),
        found_(versions_->first(bounds_, snapshot_)) {}
  ~MemoryIterator() override { versions_->letGo(snapshot_); }
  MemoryIterator(const MemoryIterator&) = delete;
  MemoryIterator& operator=(const MemoryIterator&) = delete;

  [[nodiscard]] bool valid() const override { return found_.version != nullptr; }
  void next() override { found_ = versions_->after(found_, bounds_, snapshot_); }
  [[nodiscard]] BytesView key() const override { return found_.place->first; }
  [[nodiscard]] BytesView value() const override { return *found_.version->value; }

 private:
  std::shared_ptr<Versions> versions_;
  ScanBounds bounds_;
  std::uint64_t snapshot_;
  Versions::Found found_;
};

class MemoryEngine final : public StoreEngine {
 public:
  explicit MemoryEngine(const EngineOptions& options)
      : store_(options.store), segmented_(options.segment_interval.has_value()) {}

  [[nodiscard]] bool get(BytesView key, Bytes& into) const override { return versions().get(key, into); }
  [[nodiscard]] std::unique_ptr<EngineIterator> scan(const ScanBounds& bounds) const override {
    static_cast<void>(versions());
    return std::make_unique<MemoryIterator>(versions_, bounds);
  }
  void apply(const StoreBatch& batch, std::optional<std::int64_t> changelog_offset) override {
    versions().apply(batch);
    if (changelog_offset) changelog_offset_ = changelog_offset;
    if (batch.position()) position_ = batch.position();
  }
  [[nodiscard]] std::optional<Bytes> position() const override { return position_; }
  [[nodiscard]] std::optional<std::int64_t> changelogOffset() const override { return changelog_offset_; }
  [[nodiscard]] std::uint64_t approximateEntries() const override { return versions().entries(); }
  [[nodiscard]] std::uint64_t memoryBytes() const override { return versions().bytes(); }
  [[nodiscard]] std::vector<std::int64_t> segments() const override {
    return segmented_ ? versions().segments() : std::vector<std::int64_t>{};
  }
  void dropSegmentsBefore(std::int64_t first) override { versions().eraseBefore(bigEndian(first)); }
  void flush() override {}
  void close() noexcept override {
    if (!closed_.exchange(true)) versions_->clear();
  }

 private:
  [[nodiscard]] Versions& versions() const {
    if (closed_) throw Error(ErrorKind::not_available, "store " + store_ + " is closed");
    return *versions_;
  }

  std::string store_;
  bool segmented_;
  std::shared_ptr<Versions> versions_ = std::make_shared<Versions>();  // shared with walks
  std::optional<std::int64_t> changelog_offset_;  // the owner's, as the position
  std::optional<Bytes> position_;
  std::atomic<bool> closed_ = false;
};

}  // namespace

std::unique_ptr<StoreEngine> openMemoryEngine(const EngineOptions& options) {
  return std::make_unique<MemoryEngine>(options);
}

}  // namespace widgetstream::detail
