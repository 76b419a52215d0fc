#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace widgetstream {

/// One write: the document under an `_id`, or its end.
struct MongoWrite {
  std::string_view selector;  ///< BSON {_id: ...}
  std::string_view document;  ///< BSON with that _id; empty deletes
};

/// What became of a bulk.
struct MongoOutcome {
  enum class Kind {
    done,      ///< all acknowledged
    rejected,  ///< the writes in `rejected` never will be; of the others nothing is known, send them again
    refused,   ///< one document or more made the server refuse them all; it did not say which
    retry,     ///< nothing is known, send all again later
    failed,    ///< it will not work until somebody changes something
  };
  struct Rejected {
    std::size_t index;  ///< into the writes of the bulk
    std::string reason;
  };

  Kind kind = Kind::done;
  std::string message;  ///< without secrets
  std::vector<Rejected> rejected;
};

/// The way to one collection.
///
/// Threads  one
class MongoTransport {
 public:
  virtual ~MongoTransport() = default;

  /// Writes all, in any order; no two have the same `_id`. May block as long as the timeouts of the connection say.
  [[nodiscard]] virtual MongoOutcome write(std::span<const MongoWrite> writes) = 0;
};

/// Makes the transport on the thread that uses it.
using MongoTransportFactory = std::function<std::unique_ptr<MongoTransport>()>;

}  // namespace widgetstream
