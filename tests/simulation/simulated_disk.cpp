#include "tests/simulation/simulated_disk.hpp"

#include <utility>
#include <vector>

#include "widgetstream/core/error.hpp"

namespace widgetstream::simulation {
namespace {

using Entries = std::map<Bytes, Bytes, std::less<>>;

/// A walk over a copy: the state at the time of the call.
class CopiedWalk final : public EngineIterator {
 public:
  explicit CopiedWalk(std::vector<std::pair<Bytes, Bytes>> pairs) : pairs_(std::move(pairs)) {}
  [[nodiscard]] bool valid() const override { return at_ < pairs_.size(); }
  void next() override { ++at_; }
  [[nodiscard]] BytesView key() const override { return pairs_[at_].first; }
  [[nodiscard]] BytesView value() const override { return pairs_[at_].second; }

 private:
  std::vector<std::pair<Bytes, Bytes>> pairs_;
  std::size_t at_ = 0;
};

bool isWithin(const Bytes& key, const ScanBounds& bounds) {
  if (bounds.from && key < *bounds.from) return false;
  if (!bounds.to) return true;
  return bounds.to_inclusive ? key <= *bounds.to : key < *bounds.to;
}

}  // namespace

class SimulatedEngine final : public StoreEngine {
 public:
  SimulatedEngine(SimulatedDisk& disk, std::string place)
      : disk_(disk), incarnation_(disk.incarnation_), place_(std::move(place)), now_(disk.images_[place_]) {}
  ~SimulatedEngine() override { close(); }
  SimulatedEngine(const SimulatedEngine&) = delete;
  SimulatedEngine& operator=(const SimulatedEngine&) = delete;

  [[nodiscard]] bool get(BytesView key, Bytes& into) const override {
    if (disk_.random_.oneIn(disk_.failing_read_one_in))
      throw Error{ErrorKind::retriable, "the disk cannot be read now: " + place_};
    const auto found = now_.entries.find(key);
    if (found == now_.entries.end()) return false;
    into = found->second;
    return true;
  }
  [[nodiscard]] std::unique_ptr<EngineIterator> scan(const ScanBounds& bounds) const override {
    std::vector<std::pair<Bytes, Bytes>> found;
    for (const auto& [key, value] : now_.entries) {
      if (isWithin(key, bounds)) found.emplace_back(key, value);
    }
    if (bounds.reverse) std::reverse(found.begin(), found.end());
    return std::make_unique<CopiedWalk>(std::move(found));
  }
  void apply(const StoreBatch& batch, std::optional<std::int64_t> changelog_offset) override {
    if (disk_.random_.oneIn(disk_.failing_write_one_in))
      throw Error{ErrorKind::retriable, "the disk cannot be written to now: " + place_};
    for (const StoreBatch::Change& change : batch.changes()) {
      if (change.value) {
        now_.entries[Bytes{change.key}] = *change.value;
      } else {
        now_.entries.erase(Bytes{change.key});
      }
    }
    if (changelog_offset) now_.changelog_offset = changelog_offset;
    if (batch.position()) now_.position = batch.position();
    if (disk_.random_.oneIn(disk_.spontaneous_flush_one_in)) flush();
  }
  [[nodiscard]] std::optional<std::int64_t> changelogOffset() const override { return now_.changelog_offset; }
  [[nodiscard]] std::optional<Bytes> position() const override { return now_.position; }
  [[nodiscard]] std::uint64_t approximateEntries() const override { return now_.entries.size(); }
  [[nodiscard]] std::uint64_t memoryBytes() const override { return 0; }
  void flush() override {
    if (incarnation_ == disk_.incarnation_) disk_.images_[place_] = now_;
  }
  void close() noexcept override {
    if (std::exchange(closed_, true)) return;
    flush();
  }

 private:
  SimulatedDisk& disk_;
  const std::uint64_t incarnation_;
  const std::string place_;
  StoreImage now_;
  bool closed_ = false;
};

void SimulatedDisk::crash() {
  ++incarnation_;
}

OpenEngine SimulatedDisk::opener() {
  return [this](const EngineOptions& options) -> std::unique_ptr<StoreEngine> {
    const std::string place = options.directory.parent_path().parent_path().filename().string() + "/" + options.store;
    // A store whose directory was deleted is an empty one.
    if (!std::filesystem::exists(options.directory)) {
      images_.erase(place);
      std::filesystem::create_directories(options.directory);
    }
    if (random_.oneIn(corrupted_open_one_in)) {
      images_.erase(place);
      throw Error{ErrorKind::store_corrupted, "the files of " + place + " are damaged"};
    }
    return std::make_unique<SimulatedEngine>(*this, place);
  };
}

}  // namespace widgetstream::simulation
