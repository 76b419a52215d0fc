#pragma once

#include <memory>
#include <string>

#include "connectors/mongo/transport.hpp"
#include "connectors/mongo/uri.hpp"

struct _mongoc_client_t;
struct _bson_error_t;
struct _bson_t;

namespace widgetstream {

/// The way through libmongoc: a client without background threads, for one writer needs none.
class MongoDriverTransport final : public MongoTransport {
 public:
  MongoDriverTransport(std::shared_ptr<const MongoUri> uri, std::string database, std::string collection)
      : uri_(std::move(uri)), database_(std::move(database)), collection_(std::move(collection)) {}

  [[nodiscard]] MongoOutcome write(std::span<const MongoWrite> writes) override;

 private:
  struct DestroyClient {
    void operator()(_mongoc_client_t* client) const noexcept;
  };

  [[nodiscard]] MongoOutcome execute(std::span<const MongoWrite> writes);

  std::shared_ptr<const MongoUri> uri_;
  std::string database_;
  std::string collection_;
  std::unique_ptr<_mongoc_client_t, DestroyClient> client_;
};

}  // namespace widgetstream
