#include "connectors/mongo/driver.hpp"

#include <mongoc/mongoc.h>

#include <mutex>
#include <string>
#include <utility>

namespace widgetstream {
namespace {

thread_local const MongoDriverLog::Write* thread_log = nullptr;

LogLevel levelOf(mongoc_log_level_t level) noexcept {
  switch (level) {
    case MONGOC_LOG_LEVEL_ERROR:
    case MONGOC_LOG_LEVEL_CRITICAL:
    case MONGOC_LOG_LEVEL_WARNING:
      return LogLevel::warning;  // whether it is an error is for the writer to say, which retries
    case MONGOC_LOG_LEVEL_MESSAGE:
    case MONGOC_LOG_LEVEL_INFO:
    case MONGOC_LOG_LEVEL_DEBUG:
    case MONGOC_LOG_LEVEL_TRACE:
      break;
  }
  return LogLevel::debug;
}

void logFromDriver(mongoc_log_level_t level, const char* domain, const char* message, void*) noexcept {
  if (!thread_log) {
    mongoc_log_default_handler(level, domain, message, nullptr);
    return;
  }
  try {
    std::string_view text{message};
    while (text.ends_with('\n')) text.remove_suffix(1);
    (*thread_log)(levelOf(level), text);
  } catch (...) {  // a log line is not worth more
  }
}

}  // namespace

void initMongoDriver() {
  static std::once_flag once;
  std::call_once(once, [] {
    mongoc_init();
    mongoc_log_set_handler(logFromDriver, nullptr);
  });
}

MongoDriverLog::MongoDriverLog(Write write) : write_(std::move(write)), outer_(std::exchange(thread_log, &write_)) {}

MongoDriverLog::~MongoDriverLog() {
  thread_log = outer_;
}

}  // namespace widgetstream
