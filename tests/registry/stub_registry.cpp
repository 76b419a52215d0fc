#include "tests/registry/stub_registry.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/detail/base64.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "widgetstream/serde/json.hpp"

namespace widgetstream {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

std::string base64(const std::string& text) {
  std::string encoded(beast::detail::base64::encoded_size(text.size()), '\0');
  encoded.resize(beast::detail::base64::encode(encoded.data(), text.data(), text.size()));
  return encoded;
}

std::string errorBody(int code, const std::string& message) {
  return toJson(JsonObject{{"error_code", code}, {"message", message}});
}

/// One pass of percent-decoding of a well-formed text.
std::string decoded(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      plain += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

JsonArray shown(const std::vector<SchemaReference>& references) {
  JsonArray array;
  for (const auto& [name, subject, version] : references) {
    array.push_back(JsonObject{{"name", name}, {"subject", subject}, {"version", version}});
  }
  return array;
}

/// As the registry shows a schema: the type of an Avro one is left out.
void addSchema(const Schema& schema, JsonObject& to) {
  if (schema.type != SchemaType::avro) to.set("schemaType", std::string{toString(schema.type)});
  if (!schema.references.empty()) to.set("references", shown(schema.references));
  to.set("schema", schema.text);
}

Schema schemaIn(const std::string& body) {
  const auto object = fromJson<JsonObject>(body);
  Schema schema{SchemaType::avro, *object.find("schema")->text()};
  if (const auto* type = object.find("schemaType")) {
    schema.type = *type->text() == "JSON" ? SchemaType::json : SchemaType::protobuf;
  }
  if (const auto* references = object.find("references")) {
    for (const JsonValue& each : *references->array()) {
      const JsonObject& reference = *each.object();
      schema.references.push_back({*reference.find("name")->text(), *reference.find("subject")->text(),
                                   static_cast<std::int32_t>(*reference.find("version")->integer())});
    }
  }
  return schema;
}

}  // namespace

struct StubRegistry::Server {
  asio::io_context context;
  Tcp::acceptor acceptor{context, {asio::ip::make_address("127.0.0.1"), 0}};
  asio::ssl::context tls{asio::ssl::context::tls_server};
  std::vector<Tcp::socket> unanswered;
};

StubRegistry::StubRegistry() : StubRegistry(Options{}) {}

StubRegistry::StubRegistry(Options options) : options_(std::move(options)), server_(std::make_unique<Server>()) {
  if (options_.tls) {
    server_->tls.use_certificate_chain_file(options_.tls->certificate.string());
    server_->tls.use_private_key_file(options_.tls->key.string(), asio::ssl::context::pem);
    if (!options_.authority_of_clients.empty()) {
      server_->tls.load_verify_file(options_.authority_of_clients.string());
      server_->tls.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    }
  }
  port_ = server_->acceptor.local_endpoint().port();
  thread_ = std::thread{[this] { serve(); }};
}

StubRegistry::~StubRegistry() {
  stopping_ = true;
  boost::system::error_code ignored;
  asio::io_context context;
  Tcp::socket waker{context};
  waker.connect({asio::ip::make_address("127.0.0.1"), port_}, ignored);
  thread_.join();
}

std::string StubRegistry::url(const std::string& host, const std::string& user_info) const {
  return std::string{options_.tls ? "https://" : "http://"} + (user_info.empty() ? "" : user_info + "@") + host + ":" +
         std::to_string(port_) + options_.path;
}

std::vector<std::string> StubRegistry::requests() const {
  const std::scoped_lock lock{mutex_};
  return requests_;
}
std::vector<std::string> StubRegistry::bodies() const {
  const std::scoped_lock lock{mutex_};
  return bodies_;
}

std::int32_t StubRegistry::seed(const std::string& subject, const Schema& schema) {
  const std::scoped_lock lock{mutex_};
  const std::int32_t id = idOf(schema);
  subjects_[subject].push_back(id);
  return id;
}
void StubRegistry::makeIncompatible(const std::string& subject) {
  const std::scoped_lock lock{mutex_};
  incompatible_.push_back(subject);
}
void StubRegistry::failNext(int count, int status, std::string body) {
  const std::scoped_lock lock{mutex_};
  failures_ = count;
  failure_ = Answer{status, std::move(body)};
}

void StubRegistry::serve() {
  while (!stopping_) {
    boost::system::error_code error;
    Tcp::socket socket{server_->context};
    server_->acceptor.accept(socket, error);
    if (error || stopping_) continue;
    const auto talk = [&](auto& stream) {
      beast::flat_buffer buffer;
      http::request<http::string_body> request;
      http::read(stream, buffer, request, error);
      if (error) return;
      const Answer given = answer({std::string{request.method_string()}, std::string{request.target()}, request.body(),
                                   std::string{request[http::field::authorization]}});
      if (silent_) return;
      http::response<http::string_body> response{static_cast<http::status>(given.status), 11, given.body};
      response.set(http::field::content_type, "application/vnd.schemaregistry.v1+json");
      response.keep_alive(false);
      response.prepare_payload();
      http::write(stream, response, error);
    };
    if (options_.tls) {
      asio::ssl::stream<Tcp::socket&> stream{socket, server_->tls};
      stream.handshake(asio::ssl::stream_base::server, error);
      if (error) continue;
      talk(stream);
    } else {
      talk(socket);
    }
    if (silent_) server_->unanswered.push_back(std::move(socket));
  }
}

bool StubRegistry::mayAsk(const Request& request) const {
  if (!options_.user_info.empty()) return request.authorization == "Basic " + base64(options_.user_info);
  return options_.bearer_token.empty() || request.authorization == "Bearer " + options_.bearer_token;
}

StubRegistry::Answer StubRegistry::answer(const Request& request) {
  const std::scoped_lock lock{mutex_};
  requests_.push_back(request.method + " " + request.target);
  bodies_.push_back(request.body);
  if (failures_ > 0) {
    --failures_;
    return failure_;
  }
  if (!mayAsk(request)) return {401, errorBody(401, "Unauthorized")};
  return route(request);
}

StubRegistry::Answer StubRegistry::route(const Request& request) {
  std::string target = request.target.substr(0, request.target.find('?'));
  if (!target.starts_with(options_.path)) return {404, "<html>Not here</html>"};
  target = target.substr(options_.path.size());
  std::vector<std::string> parts;
  for (std::size_t begin = 1; begin <= target.size();) {
    const std::size_t end = std::min(target.find('/', begin), target.size());
    parts.push_back(decoded(target.substr(begin, end - begin)));
    begin = end + 1;
  }
  const bool post = request.method == "POST";
  if (!post && parts.size() == 3 && parts[0] == "schemas" && parts[1] == "ids") return byId(parts[2]);
  if (parts.empty() || parts[0] != "subjects") return {404, errorBody(404, "HTTP 404 Not Found")};
  if (post && parts.size() == 3 && parts[2] == "versions") return registerVersion(parts[1], request.body);
  if (post && parts.size() == 2) return lookUp(parts[1], request.body);
  if (!post && parts.size() == 4 && parts[3] == "latest") return latest(parts[1]);
  return {404, errorBody(404, "HTTP 404 Not Found")};
}

StubRegistry::Answer StubRegistry::byId(const std::string& id) {
  const auto number = static_cast<std::size_t>(std::stoul(id));
  if (number < 1 || number > schemas_.size()) return {404, errorBody(40403, "Schema " + id + " not found")};
  JsonObject body;
  addSchema(schemas_[number - 1], body);
  return {200, toJson(body)};
}

std::int32_t StubRegistry::idOf(const Schema& schema) {
  const auto known = std::ranges::find(schemas_, schema);
  const auto index = known - schemas_.begin();
  if (known == schemas_.end()) schemas_.push_back(schema);
  return static_cast<std::int32_t>(index) + 1;
}

StubRegistry::Answer StubRegistry::registerVersion(const std::string& subject, const std::string& body) {
  const Schema schema = schemaIn(body);
  if (schema.text.find("not a schema") != schema.text.npos) {
    return {422, errorBody(42201, "Either the input schema or one its references is invalid")};
  }
  if (std::ranges::find(incompatible_, subject) != incompatible_.end()) {
    return {409, errorBody(409, "Schema being registered is incompatible with an earlier schema for subject \"" +
                                    subject + "\", details: [...]")};
  }
  const std::int32_t id = idOf(schema);
  auto& versions = subjects_[subject];
  if (std::ranges::find(versions, id) == versions.end()) versions.push_back(id);
  return {200, toJson(JsonObject{{"id", id}})};
}

StubRegistry::Answer StubRegistry::lookUp(const std::string& subject, const std::string& body) {
  const auto known = subjects_.find(subject);
  if (known == subjects_.end()) return {404, errorBody(40401, "Subject '" + subject + "' not found.")};
  const Schema schema = schemaIn(body);
  for (std::size_t i = 0; i < known->second.size(); ++i) {
    if (schemas_[static_cast<std::size_t>(known->second[i]) - 1] == schema) return versionOf(subject, i);
  }
  return {404, errorBody(40403, "Schema not found")};
}

StubRegistry::Answer StubRegistry::latest(const std::string& subject) {
  const auto known = subjects_.find(subject);
  if (known == subjects_.end()) return {404, errorBody(40401, "Subject '" + subject + "' not found.")};
  return versionOf(subject, known->second.size() - 1);
}

StubRegistry::Answer StubRegistry::versionOf(const std::string& subject, std::size_t index) {
  const std::int32_t id = subjects_.at(subject)[index];
  JsonObject body{{"subject", subject}, {"version", static_cast<std::int64_t>(index) + 1}, {"id", id}};
  addSchema(schemas_[static_cast<std::size_t>(id) - 1], body);
  return {200, toJson(body)};
}

}  // namespace widgetstream
