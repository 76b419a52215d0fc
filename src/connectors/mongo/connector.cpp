#include "connectors/mongo/connector.hpp"

#include <utility>

#include "connectors/mongo/driver_transport.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw Error{ErrorKind::invalid_config, std::string{"mongo sink: "} + what};
}

void check(const MongoSinkOptions& options) {
  require(!options.database.empty(), "no database: set MongoSinkOptions::database, or put it into the URI's path");
  require(options.database.size() < 64 &&
              options.database.find_first_of(std::string_view{"/\\. \"$\0", 7}) == std::string::npos,
          "a database name has at most 63 bytes and none of / \\ . \" $, space and NUL");
  require(!options.collection.empty(), "no collection: set MongoSinkOptions::collection");
  require(options.collection.find_first_of(std::string_view{"$\0", 2}) == std::string::npos &&
              !options.collection.starts_with("system.") && !options.collection.starts_with('.') &&
              !options.collection.ends_with('.') && options.collection.find("..") == std::string::npos,
          "a collection name contains no $ and no NUL, begins with neither system. nor a dot, and has no empty part");
  require(options.max_batch_documents > 0 && options.max_batch_bytes > 0, "max_batch_* must be greater than 0");
  require(options.max_buffered_documents > 0 && options.max_buffered_bytes > 0,
          "max_buffered_* must be greater than 0");
  require(options.retry_backoff_min.count() > 0 && options.retry_backoff_max >= options.retry_backoff_min,
          "retry_backoff_min must be greater than 0 and at most retry_backoff_max");
}

}  // namespace

MongoConnector::MongoConnector(MongoSinkOptions options)
    : options_(std::move(options)), uri_(std::make_shared<const MongoUri>(options_.uri)) {
  if (options_.database.empty()) options_.database = uri_->database();
  check(options_);
  target_ = "mongo " + options_.database + "." + options_.collection;
  transport_ = [uri = uri_, database = options_.database, collection = options_.collection] {
    return std::make_unique<MongoDriverTransport>(uri, database, collection);
  };
}

MongoConnector::MongoConnector(MongoSinkOptions options, MongoTransportFactory transport)
    : MongoConnector(std::move(options)) {
  transport_ = std::move(transport);
}

std::shared_ptr<MongoWriter> MongoConnector::writer(const SinkContext& context) {
  const std::lock_guard lock{mutex_};
  if (auto running = writer_.lock()) return running;
  const Logger log = context.log.forRoom("connectors");
  log.info("writing to mongo", {{"sink", target_}, {"hosts", uri_->hosts()}});
  auto started = std::make_shared<MongoWriter>(MongoWriterSetup{options_, target_, transport_, log, context.metrics});
  writer_ = started;
  return started;
}

std::shared_ptr<MongoConnector> openMongoConnector(MongoSinkOptions options) {
  return std::make_shared<MongoConnector>(std::move(options));
}

std::string toString(const MongoConnector& connector) {
  return connector.target();
}

}  // namespace widgetstream::detail
