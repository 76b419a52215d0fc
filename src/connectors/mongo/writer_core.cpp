#include "connectors/mongo/writer_core.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "connectors/mongo/driver.hpp"
#include "connectors/mongo/render.hpp"

namespace widgetstream {
namespace {

using std::chrono::steady_clock;

// Often enough to see that it goes on, seldom enough for a night of it.
constexpr std::chrono::seconds warning_interval{10};
// A close should not keep a rebalance waiting.
constexpr std::chrono::milliseconds close_wait{400};

std::shared_ptr<Counter> counter(const MongoWriterSetup& setup, const char* name, const char* help) {
  return setup.metrics ? setup.metrics->counter(name, help, {{"sink", setup.target}}) : std::make_shared<Counter>();
}

std::shared_ptr<Gauge> gauge(const MongoWriterSetup& setup, const char* name, const char* help) {
  return setup.metrics ? setup.metrics->gauge(name, help, {{"sink", setup.target}}) : std::make_shared<Gauge>();
}

std::string millis(steady_clock::duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

}  // namespace

MongoWriter::Core::Core(MongoWriterSetup setup)
    : setup_(std::move(setup)),
      log_(setup_.log),
      bulks_(counter(setup_, "widgetstream_mongo_bulks_total", "Bulk writes sent to MongoDB")),
      retries_(
          counter(setup_, "widgetstream_mongo_retries_total", "Bulk writes to MongoDB that had to be tried again")),
      buffered_documents_(gauge(setup_, "widgetstream_mongo_buffered_documents", "Documents not yet acknowledged")),
      buffered_bytes_(gauge(setup_, "widgetstream_mongo_buffered_bytes", "Bytes of documents not yet acknowledged")) {}

void MongoWriter::Core::run(const std::stop_token& stop) noexcept {
  try {
    const MongoDriverLog driver_log{[this](LogLevel level, std::string_view message) { log_.write(level, message); }};
    while (!stop.stop_requested()) {
      std::vector<MongoOperation> operations = take(stop);
      if (operations.empty()) break;
      const MongoBatch batch{std::move(operations)};
      write(batch, stop);
    }
    transport_.reset();
  } catch (const std::exception& error) {  // out of memory, in log or driver: run() must not throw
    log_.write(LogLevel::error, "the mongo writer ends", {{"sink", setup_.target}, {"error", error.what()}});
  }
  const std::lock_guard lock{mutex_};
  ended_ = true;
  idle_.notify_all();
}

void MongoWriter::Core::submit(MongoOperation operation) {
  {
    const std::lock_guard lock{mutex_};
    MongoChannel& channel = *operation.channel;
    if (channel.failed || channel.closed) return;  // flushed() will say so, or nobody asks any more
    ++documents_;
    bytes_ += operation.bytes();
    queue_.push_back(std::move(operation));
    ++channel.offered;
  }
  work_.notify_one();
}

bool MongoWriter::Core::hasRoom() const noexcept {
  return documents_ < setup_.options.max_buffered_documents && bytes_ < setup_.options.max_buffered_bytes;
}

MongoWriter::Progress MongoWriter::Core::progress(MongoChannel& channel) {
  const std::lock_guard lock{mutex_};
  Progress progress;
  progress.completed = channel.completed;
  progress.rejections = std::exchange(channel.rejections, {});
  if (channel.failed) progress.failure = channel.failure;
  return progress;
}

std::uint64_t MongoWriter::Core::offered(const MongoChannel& channel) {
  const std::lock_guard lock{mutex_};
  return channel.offered;
}

void MongoWriter::Core::close(MongoChannel& channel) noexcept {
  std::unique_lock lock{mutex_};
  if (channel.closed.exchange(true)) return;
  dropQueued(channel);
  const auto has_in_flight = [&] {
    return in_flight_ && std::ranges::any_of(in_flight_->operations(), [&](const MongoOperation& operation) {
             return operation.channel.get() == &channel;
           });
  };
  // One deadline for all tasks that leave during one call, or a stalled server would hold each of them.
  if (!close_deadline_) close_deadline_ = steady_clock::now() + close_wait;
  idle_.wait_until(lock, *close_deadline_, [&] { return ended_ || !has_in_flight(); });
  noteBuffered();
}

bool MongoWriter::Core::waitForEnd(std::chrono::milliseconds wait) noexcept {
  std::unique_lock lock{mutex_};
  if (idle_.wait_for(lock, wait, [&] { return ended_; })) return true;
  lock.unlock();
  log_.shut();
  return false;
}

std::vector<MongoOperation> MongoWriter::Core::take(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  if (!work_.wait(lock, stop, [&] { return !queue_.empty(); })) return {};
  std::vector<MongoOperation> operations;
  std::size_t bytes = 0;
  while (!queue_.empty() && operations.size() < std::max<std::size_t>(1, setup_.options.max_batch_documents)) {
    bytes += queue_.front().bytes();
    if (!operations.empty() && bytes > setup_.options.max_batch_bytes) break;
    operations.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return operations;
}

void MongoWriter::Core::write(const MongoBatch& batch, const std::stop_token& stop) {
  Settled settled = Settled::failed;
  try {
    settled = settle(batch, batch.last(), stop);
  } catch (const std::exception& error) {
    fail(batch, error.what());
  }
  if (settled == Settled::yes) complete(batch);
  std::size_t bytes = 0;
  for (const MongoOperation& operation : batch.operations()) bytes += operation.bytes();
  documents_ -= batch.operations().size();
  bytes_ -= bytes;
  noteBuffered();
}

MongoWriter::Core::Settled MongoWriter::Core::settle(const MongoBatch& batch, std::vector<Index> heads,
                                                     const std::stop_token& stop) {
  while (true) {
    {
      const std::lock_guard lock{mutex_};
      batch.dropClosed(heads);
      if (!heads.empty()) in_flight_ = &batch;
    }
    if (heads.empty()) return Settled::yes;
    if (stop.stop_requested()) {
      landed();
      return Settled::stopped;
    }

    noteBuffered();
    bulks_->add();
    if (!transport_) transport_ = setup_.transport();
    const MongoOutcome outcome = transport_->write(batch.writes(heads));
    landed();

    switch (outcome.kind) {
      case MongoOutcome::Kind::done:
        noteRecovery();
        for (const Index head : heads) batch.operations()[head].channel->written->add();
        return Settled::yes;
      case MongoOutcome::Kind::rejected:
        noteRecovery();
        for (const auto& [index, reason] : outcome.rejected) {
          if (heads[index] != MongoBatch::none) heads[index] = reject(batch, heads[index], reason);
        }
        std::erase(heads, MongoBatch::none);
        break;
      case MongoOutcome::Kind::refused: {
        if (heads.size() == 1) {
          heads[0] = reject(batch, heads[0], outcome.message);
          std::erase(heads, MongoBatch::none);
          break;
        }
        const auto middle = heads.begin() + static_cast<std::ptrdiff_t>(heads.size() / 2);
        const Settled first = settle(batch, {heads.begin(), middle}, stop);
        if (first != Settled::yes) return first;
        heads.erase(heads.begin(), middle);
        break;
      }
      case MongoOutcome::Kind::retry:
        if (!backOff(outcome.message, stop)) return Settled::stopped;
        break;
      case MongoOutcome::Kind::failed:
        fail(batch, outcome.message);
        return Settled::failed;
    }
  }
}

void MongoWriter::Core::landed() {
  const std::lock_guard lock{mutex_};
  in_flight_ = nullptr;
  close_deadline_.reset();
  idle_.notify_all();
}

MongoBatch::Index MongoWriter::Core::reject(const MongoBatch& batch, Index head, const std::string& reason) {
  const MongoOperation& operation = batch.operations()[head];
  SinkRejection rejection{operation.origin,
                          renderBson(operation.document.empty() ? operation.selector : operation.document),
                          setup_.target + " refuses the document: " + reason};
  operation.channel->rejected->add();
  const std::lock_guard lock{mutex_};
  operation.channel->rejections.push_back(std::move(rejection));
  return batch.before(head);
}

void MongoWriter::Core::complete(const MongoBatch& batch) {
  const std::lock_guard lock{mutex_};
  for (const MongoOperation& operation : batch.operations()) {
    ++operation.channel->completed;
  }
}

void MongoWriter::Core::fail(const MongoBatch& batch, const std::string& message) {
  const std::string text = setup_.target + ": " + message;
  log_.write(LogLevel::error, "mongo cannot be written", {{"sink", setup_.target}, {"error", message}});
  landed();
  const std::lock_guard lock{mutex_};
  for (const MongoOperation& operation : batch.operations()) {
    MongoChannel& channel = *operation.channel;
    if (std::exchange(channel.failed, true)) continue;
    channel.failure = text;
    dropQueued(channel);
  }
}

void MongoWriter::Core::dropQueued(const MongoChannel& channel) {
  std::erase_if(queue_, [&](const MongoOperation& operation) {
    if (operation.channel.get() != &channel) return false;
    --documents_;
    bytes_ -= operation.bytes();
    return true;
  });
}

void MongoWriter::Core::noteBuffered() noexcept {
  buffered_documents_->set(static_cast<double>(documents_.load()));
  buffered_bytes_->set(static_cast<double>(bytes_.load()));
}

bool MongoWriter::Core::backOff(const std::string& message, const std::stop_token& stop) {
  const auto now = steady_clock::now();
  if (tries_ == 0) away_since_ = next_warning_ = now;
  retries_->add();
  // Doubling reaches any sensible maximum within 20 steps.
  const auto least = std::max(setup_.options.retry_backoff_min, Milliseconds{1});
  const auto full =
      std::min(least * (std::int64_t{1} << std::min(tries_, 20U)), std::max(setup_.options.retry_backoff_max, least));
  ++tries_;
  const auto wait = std::chrono::duration_cast<std::chrono::microseconds>(full) *
                    std::uniform_int_distribution<int>{50, 100}(random_) / 100;
  if (now >= next_warning_) {
    next_warning_ = now + warning_interval;
    log_.write(LogLevel::warning, "mongo is away; nothing is committed until it is back",
               {{"sink", setup_.target},
                {"error", message},
                {"tries", std::to_string(tries_)},
                {"away_ms", millis(now - away_since_)},
                {"buffered", std::to_string(documents_.load())}});
  }
  std::unique_lock lock{mutex_};
  // Nothing but the stop ends the wait: submissions notify too, and are none of its business.
  work_.wait_for(lock, stop, wait, [] { return false; });
  return !stop.stop_requested();
}

void MongoWriter::Core::noteRecovery() {
  if (tries_ == 0) return;
  log_.write(LogLevel::info, "mongo is back",
             {{"sink", setup_.target},
              {"tries", std::to_string(tries_)},
              {"away_ms", millis(steady_clock::now() - away_since_)}});
  tries_ = 0;
}

}  // namespace widgetstream
