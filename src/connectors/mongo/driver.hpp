#pragma once

#include <functional>
#include <string_view>

#include "widgetstream/core/log.hpp"

namespace widgetstream {

/// Makes the driver ready, once a process. It is never cleaned up: another library in the process may use it too.
void initMongoDriver();

/// While it lives, what the driver logs on this thread goes to `write`. The driver has one log handler a process, but
/// our clients run wholly on the thread that calls them, so the thread tells whose line it is. Lines of other threads,
/// which are other people's clients, go where the driver's own handler puts them.
class MongoDriverLog {
 public:
  using Write = std::function<void(LogLevel, std::string_view message)>;

  explicit MongoDriverLog(Write write);
  ~MongoDriverLog();
  MongoDriverLog(const MongoDriverLog&) = delete;
  MongoDriverLog& operator=(const MongoDriverLog&) = delete;

 private:
  Write write_;
  const Write* outer_;
};

}  // namespace widgetstream
