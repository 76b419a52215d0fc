#include "connectors/mongo/driver_transport.hpp"

#include <mongoc/mongoc.h>

#include <optional>
#include <utility>

#include "connectors/mongo/faults.hpp"

namespace widgetstream {
namespace {

using Kind = MongoOutcome::Kind;

struct Destroy {
  void operator()(mongoc_collection_t* it) const noexcept { mongoc_collection_destroy(it); }
  void operator()(mongoc_bulk_operation_t* it) const noexcept { mongoc_bulk_operation_destroy(it); }
};

/// A bson_t that the driver fills, or that we do.
struct Document {
  Document() { bson_init(&bson); }
  ~Document() { bson_destroy(&bson); }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  bson_t bson;
};

bson_t borrowed(std::string_view bytes) {
  bson_t bson;
  // Never fails: the writer made the bytes.
  bson_init_static(&bson, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return bson;
}

Kind kindOf(MongoFault fault) noexcept {
  switch (fault) {
    case MongoFault::transient:
      return Kind::retry;
    case MongoFault::document:
      return Kind::refused;
    case MongoFault::permanent:
      break;
  }
  return Kind::failed;
}

struct WriteError {
  std::size_t index = 0;
  std::int32_t code = 0;
  std::string message;
};

std::vector<WriteError> writeErrorsOf(const bson_t& reply) {
  std::vector<WriteError> errors;
  bson_iter_t list;
  bson_iter_t entry;
  if (!bson_iter_init_find(&list, &reply, "writeErrors") || !bson_iter_recurse(&list, &entry)) return errors;
  while (bson_iter_next(&entry)) {
    bson_iter_t member;
    if (!bson_iter_recurse(&entry, &member)) continue;
    WriteError error;
    while (bson_iter_next(&member)) {
      const std::string_view key = bson_iter_key(&member);
      if (key == "index") error.index = static_cast<std::size_t>(bson_iter_as_int64(&member));
      if (key == "code") error.code = static_cast<std::int32_t>(bson_iter_as_int64(&member));
      if (key == "errmsg" && BSON_ITER_HOLDS_UTF8(&member)) error.message = bson_iter_utf8(&member, nullptr);
    }
    errors.push_back(std::move(error));
  }
  return errors;
}

std::string messageOf(const bson_error_t& error) {
  return std::string{error.message} + " (code " + std::to_string(error.code) + ")";
}

/// What the server's answer says: its errors about single writes first, for they tell the most.
MongoOutcome outcomeOf(const bson_t& reply, const bson_error_t& error, std::size_t writes) {
  MongoOutcome outcome;
  std::optional<MongoFault> worst;
  for (WriteError& failed : writeErrorsOf(reply)) {
    const std::string reason = failed.message + " (code " + std::to_string(failed.code) + ")";
    const MongoFault fault = faultOfWrite(failed.code, failed.message);
    if (fault == MongoFault::document && failed.index < writes) {
      outcome.rejected.push_back({failed.index, reason});
    } else if (!worst || fault == MongoFault::permanent) {
      worst = fault;
      outcome.message = reason;
    }
  }
  if (worst == MongoFault::permanent) {
    outcome.kind = Kind::failed;
  } else if (!outcome.rejected.empty()) {
    outcome.kind = Kind::rejected;
  } else if (worst) {
    outcome.kind = Kind::retry;
  } else {
    outcome.kind = kindOf(faultOfBulk(error.domain, error.code));
    outcome.message = messageOf(error);
  }
  return outcome;
}

}  // namespace

void MongoDriverTransport::DestroyClient::operator()(mongoc_client_t* client) const noexcept {
  mongoc_client_destroy(client);
}

MongoOutcome MongoDriverTransport::write(std::span<const MongoWrite> writes) {
  MongoOutcome outcome = execute(writes);
  // A client without threads asks a server that was away again after five seconds only. A new one asks at once, and
  // looks the host names up again.
  if (outcome.kind == Kind::retry || outcome.kind == Kind::failed) client_.reset();
  outcome.message = uri_->redact(outcome.message);
  return outcome;
}

MongoOutcome MongoDriverTransport::execute(std::span<const MongoWrite> writes) {
  bson_error_t error{};
  if (!client_) {
    client_.reset(mongoc_client_new_from_uri_with_error(uri_->get(), &error));
    if (!client_) return {kindOf(faultOfBulk(error.domain, error.code)), messageOf(error), {}};
    mongoc_client_set_error_api(client_.get(), MONGOC_ERROR_API_VERSION_2);
  }
  const std::unique_ptr<mongoc_collection_t, Destroy> collection{
      mongoc_client_get_collection(client_.get(), database_.c_str(), collection_.c_str())};

  Document bulk_options;
  bson_append_bool(&bulk_options.bson, "ordered", -1, false);
  const std::unique_ptr<mongoc_bulk_operation_t, Destroy> bulk{
      mongoc_collection_create_bulk_operation_with_opts(collection.get(), &bulk_options.bson)};
  // The documents were checked when they were made.
  Document replace_options;
  bson_append_bool(&replace_options.bson, "upsert", -1, true);
  bson_append_bool(&replace_options.bson, "validate", -1, false);
  MongoOutcome unwritable{Kind::rejected, {}, {}};
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const bson_t selector = borrowed(writes[i].selector);
    bool added = false;
    if (writes[i].document.empty()) {
      added = mongoc_bulk_operation_remove_one_with_opts(bulk.get(), &selector, nullptr, &error);
    } else {
      const bson_t document = borrowed(writes[i].document);
      added =
          mongoc_bulk_operation_replace_one_with_opts(bulk.get(), &selector, &document, &replace_options.bson, &error);
    }
    if (!added) unwritable.rejected.push_back({i, uri_->redact(error.message)});
  }
  if (!unwritable.rejected.empty()) return unwritable;

  bson_t reply;
  const std::uint32_t server = mongoc_bulk_operation_execute(bulk.get(), &reply, &error);
  MongoOutcome outcome;
  if (server == 0 || error.code != 0) outcome = outcomeOf(reply, error, writes.size());
  bson_destroy(&reply);
  return outcome;
}

}  // namespace widgetstream
