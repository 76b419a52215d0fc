#include <mongoc/mongoc.h>

#include <memory>
#include <stdexcept>
#include <utility>

#include "tests/support/mongo_server.hpp"

namespace widgetstream {
namespace {

struct Delete {
  void operator()(bson_t* document) const { bson_destroy(document); }
  void operator()(mongoc_client_t* client) const { mongoc_client_destroy(client); }
  void operator()(mongoc_collection_t* collection) const { mongoc_collection_destroy(collection); }
  void operator()(mongoc_cursor_t* cursor) const { mongoc_cursor_destroy(cursor); }
};
template <class T>
using Owned = std::unique_ptr<T, Delete>;

[[noreturn]] void fail(const std::string& what, const bson_error_t& error) {
  throw std::runtime_error{"MongoTestClient: " + what + ": " + error.message};
}

Owned<bson_t> parse(const std::string& json) {
  bson_error_t error;
  Owned<bson_t> document{bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()),
                                            static_cast<ssize_t>(json.size()), &error)};
  if (!document) fail("not JSON: " + json, error);
  return document;
}

/// A connection of its own for every call: the driver does not try a server again for five seconds after it was away,
/// and the tests stop and start theirs.
struct Collection {
  Owned<mongoc_client_t> client;
  Owned<mongoc_collection_t> collection;
};

Owned<mongoc_client_t> connect(const std::string& uri) {
  Owned<mongoc_client_t> client{mongoc_client_new(uri.c_str())};
  if (!client) throw std::runtime_error{"MongoTestClient: not a MongoDB URI: " + uri};
  mongoc_client_set_error_api(client.get(), MONGOC_ERROR_API_VERSION_2);
  return client;
}

Collection open(const std::string& uri, const std::string& database, const std::string& name) {
  auto client = connect(uri);
  Owned<mongoc_collection_t> collection{mongoc_client_get_collection(client.get(), database.c_str(), name.c_str())};
  return {std::move(client), std::move(collection)};
}

}  // namespace

MongoTestClient::MongoTestClient(const std::string& uri)
    : uri_(uri + "/?serverSelectionTimeoutMS=1000&connectTimeoutMS=1000") {
  mongoc_init();
}

bool MongoTestClient::ping() {
  const auto client = connect(uri_);
  const auto command = parse(R"({"ping":1})");
  return mongoc_client_command_simple(client.get(), "admin", command.get(), nullptr, nullptr, nullptr);
}

void MongoTestClient::insert(const std::string& database, const std::string& collection, const std::string& document) {
  bson_error_t error;
  const auto target = open(uri_, database, collection);
  if (!mongoc_collection_insert_one(target.collection.get(), parse(document).get(), nullptr, nullptr, &error))
    fail("insert", error);
}

std::vector<std::string> MongoTestClient::find(const std::string& database, const std::string& collection,
                                               const std::string& filter) {
  const auto target = open(uri_, database, collection);
  const Owned<mongoc_cursor_t> cursor{
      mongoc_collection_find_with_opts(target.collection.get(), parse(filter).get(), nullptr, nullptr)};
  std::vector<std::string> documents;
  const bson_t* document = nullptr;
  while (mongoc_cursor_next(cursor.get(), &document)) {
    char* json = bson_as_relaxed_extended_json(document, nullptr);
    documents.emplace_back(json);
    bson_free(json);
  }
  bson_error_t error;
  if (mongoc_cursor_error(cursor.get(), &error)) fail("find in " + collection, error);
  return documents;
}

std::int64_t MongoTestClient::count(const std::string& database, const std::string& collection,
                                    const std::string& filter) {
  return static_cast<std::int64_t>(find(database, collection, filter).size());
}

}  // namespace widgetstream
