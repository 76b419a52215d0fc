#include "connectors/mongo/writer.hpp"

#include <utility>

#include "connectors/mongo/writer_core.hpp"

namespace widgetstream {
namespace {

constexpr std::chrono::milliseconds end_wait{500};

}  // namespace

void MongoWriterLog::write(LogLevel level, std::string_view message, Logger::Fields fields) noexcept {
  try {
    const std::lock_guard lock{mutex_};
    if (shut_) return;
    switch (level) {
      case LogLevel::debug:
        return log_.debug(message, std::move(fields));
      case LogLevel::info:
        return log_.info(message, std::move(fields));
      case LogLevel::warning:
        return log_.warning(message, std::move(fields));
      case LogLevel::error:
        return log_.error(message, std::move(fields));
    }
  } catch (...) {  // the writer goes on without the line
  }
}

void MongoWriterLog::shut() noexcept {
  const std::lock_guard lock{mutex_};
  shut_ = true;
  log_ = Logger{};
}

MongoWriter::MongoWriter(MongoWriterSetup setup) : core_(std::make_shared<Core>(std::move(setup))) {
  thread_ = std::jthread{[core = core_](const std::stop_token& stop) { core->run(stop); }};
}

MongoWriter::~MongoWriter() {
  thread_.request_stop();
  if (core_->waitForEnd(end_wait)) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void MongoWriter::submit(MongoOperation operation) {
  core_->submit(std::move(operation));
}
bool MongoWriter::hasRoom() const noexcept {
  return core_->hasRoom();
}
MongoWriter::Progress MongoWriter::progress(MongoChannel& channel) {
  return core_->progress(channel);
}
std::uint64_t MongoWriter::offered(const MongoChannel& channel) const {
  return core_->offered(channel);
}
void MongoWriter::close(MongoChannel& channel) noexcept {
  core_->close(channel);
}

}  // namespace widgetstream
