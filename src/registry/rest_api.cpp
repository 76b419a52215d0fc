#include "registry/rest_api.hpp"

#include <algorithm>
#include <thread>

#include "registry/messages.hpp"
#include "widgetstream/serde/json.hpp"

namespace widgetstream::detail {
namespace {

std::string schemaBody(const Schema& schema) {
  SchemaRequest request{schema.text, std::nullopt, std::nullopt};
  if (schema.type != SchemaType::avro) request.schema_type = std::string{toString(schema.type)};
  if (!schema.references.empty()) request.references = schema.references;
  return toJson(request);
}

/// The registry's word for a type; Avro where it says nothing.
SchemaType typeOf(const SchemaAnswer& answer, const std::string& from) {
  const std::string name = answer.schema_type.value_or("AVRO");
  for (const SchemaType type : {SchemaType::avro, SchemaType::json, SchemaType::protobuf}) {
    if (name == toString(type)) return type;
  }
  throw SchemaRegistryError(ErrorKind::fatal, from + " tells of a schema of the unknown type '" + name + "'", 200, 0);
}

Schema schemaOf(SchemaAnswer answer, const std::string& from) {
  return Schema{typeOf(answer, from), std::move(answer.schema).value_or(""),
                std::move(answer.references).value_or(std::vector<SchemaReference>{})};
}

RegisteredSchema registered(SchemaAnswer answer, const std::string& subject, const std::string& from) {
  if (!answer.id || !answer.version) {
    throw SchemaRegistryError(ErrorKind::fatal, from + " tells neither id nor version of a schema of " + subject, 200,
                              0);
  }
  RegisteredSchema found{answer.subject.value_or(subject), *answer.id, *answer.version, {}};
  found.schema = schemaOf(std::move(answer), from);
  return found;
}

/// Another server, or the same a little later, may answer.
bool isPassing(int status) {
  return status == 408 || status == 429 || status >= 500;
}

const char* remedyFor(int status, int code) {
  switch (status) {
    case 401:
      return "; its credentials are missing or wrong: set basic_auth_user_info or bearer_auth_token";
    case 403:
      return "; the user may not do this: give it the right to";
    case 409:
      return "; a later version has to be compatible with the earlier ones of its subject: change it so, or the "
             "subject's compatibility level";
    case 422:
      return "; the registry does not take this for a schema";
    case 404:
      break;
    default:
      return "";
  }
  switch (code) {
    case 40401:
      return "; register a schema under this subject, or let auto_register_schemas do it";
    case 40403:
      return "; it may stand in another registry, or under another subject";
    default:
      return "; is this the URL of a schema registry?";
  }
}

std::string shortened(std::string text) {
  constexpr std::size_t most = 300;
  for (char& character : text) {
    if (static_cast<unsigned char>(character) < ' ') character = ' ';
  }
  if (text.size() > most) text = text.substr(0, most) + "...";
  return text;
}

/// What the registry says about its refusal: its own code and message, or what else it sent.
ErrorAnswer errorOf(const HttpReply& reply) {
  try {
    ErrorAnswer answer = fromJson<ErrorAnswer>(reply.body);
    if (answer.message) answer.message = shortened(std::move(*answer.message));
    return answer;
  } catch (const Error&) {
    return ErrorAnswer{std::nullopt, shortened(reply.body)};
  }
}

std::vector<RegistryUrl> parsed(const std::vector<std::string>& texts) {
  std::vector<RegistryUrl> urls;
  for (const std::string& text : texts) urls.push_back(parseRegistryUrl(text));
  return urls;
}

SchemaRegistryOptions validated(SchemaRegistryOptions options) {
  options.validate();
  return options;
}

}  // namespace

RegistryRestApi::RegistryRestApi(SchemaRegistryOptions options)
    : options_(validated(std::move(options))),
      urls_(parsed(options_.urls)),
      http_(options_),
      log_(options_.log, "registry") {}

/// Asks each URL once, the one that answered last first. False when none has an answer; `failures` then tells why.
bool RegistryRestApi::askEach(const Call& call, Answer& answer, std::string& failures, int& status) const {
  const std::size_t first = current_.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < urls_.size(); ++i) {
    const std::size_t index = (first + i) % urls_.size();
    const RegistryUrl& url = urls_[index];
    std::string failure;
    try {
      answer = Answer{http_.ask(url, call.method, call.target, call.body), url.shown()};
      if (!isPassing(answer.reply.status)) {
        current_.store(index, std::memory_order_relaxed);
        return true;
      }
      status = answer.reply.status;
      failure = "status " + std::to_string(status) + " " + errorOf(answer.reply).message.value_or("");
    } catch (const HttpFailure& error) {
      failure = error.what();
    }
    log_.warning("a schema registry does not answer", {{"url", url.shown()}, {"asked", call.about}, {"why", failure}});
    failures += (failures.empty() ? "" : "; ") + url.shown() + ": " + failure;
  }
  return false;
}

RegistryRestApi::Answer RegistryRestApi::ask(const Call& call) const {
  Milliseconds wait = options_.retries_wait;
  for (int tried = 0;; ++tried) {
    Answer answer;
    std::string failures;
    int status = 0;
    if (askEach(call, answer, failures, status)) return accepted(call, std::move(answer));
    if (tried == options_.max_retries) {
      throw SchemaRegistryError(ErrorKind::retriable,
                                "the schema registry cannot be asked for " + call.about + ": " + failures +
                                    "; start it, or correct schema.registry.url",
                                status, 0);
    }
    std::this_thread::sleep_for(wait);
    wait = std::min(2 * wait, options_.retries_max_wait);
  }
}

/// The answer when it grants what was asked.
RegistryRestApi::Answer RegistryRestApi::accepted(const Call& call, Answer answer) const {
  const int status = answer.reply.status;
  if (status >= 200 && status < 300) return answer;
  const ErrorAnswer error = errorOf(answer.reply);
  const int code = error.error_code.value_or(0);
  std::string message = "schema registry " + answer.from + " refuses " + call.about + ": " + std::to_string(status);
  if (code != 0 && code != status) message += " (" + std::to_string(code) + ")";
  if (error.message && !error.message->empty()) message += " " + *error.message;
  const bool missing = status == 404 && code != 0;
  throw SchemaRegistryError(missing ? call.not_found : ErrorKind::fatal, message + remedyFor(status, code), status,
                            code);
}

template <class Body>
Body RegistryRestApi::bodyOf(const Call& call, const Answer& answer) const {
  try {
    return fromJson<Body>(answer.reply.body);
  } catch (const Error& error) {
    throw SchemaRegistryError(ErrorKind::fatal,
                              "the answer of " + answer.from + " about " + call.about +
                                  " is none of a schema registry (" + error.what() + "): is this its URL?",
                              answer.reply.status, 0);
  }
}

Schema RegistryRestApi::schemaById(std::int32_t id) const {
  const Call call{"GET", "/schemas/ids/" + std::to_string(id) + "?fetchMaxId=false", "", "schema " + std::to_string(id),
                  ErrorKind::bad_record};
  const Answer answer = ask(call);
  return schemaOf(bodyOf<SchemaAnswer>(call, answer), answer.from);
}

std::int32_t RegistryRestApi::registerSchema(const std::string& subject, const Schema& schema, bool normalize) const {
  const Call call{"POST",
                  "/subjects/" + percentEncoded(subject) + "/versions?normalize=" + (normalize ? "true" : "false"),
                  schemaBody(schema), "the registration of a schema under " + subject, ErrorKind::fatal};
  const Answer answer = ask(call);
  const auto body = bodyOf<SchemaAnswer>(call, answer);
  if (!body.id) {
    throw SchemaRegistryError(ErrorKind::fatal, answer.from + " gives no id for a schema of " + subject,
                              answer.reply.status, 0);
  }
  return *body.id;
}

RegisteredSchema RegistryRestApi::lookUp(const std::string& subject, const Schema& schema, bool normalize) const {
  const Call call{"POST", "/subjects/" + percentEncoded(subject) + "?normalize=" + (normalize ? "true" : "false"),
                  schemaBody(schema), "the schema of " + subject, ErrorKind::fatal};
  const Answer answer = ask(call);
  return registered(bodyOf<SchemaAnswer>(call, answer), subject, answer.from);
}

RegisteredSchema RegistryRestApi::latest(const std::string& subject) const {
  const Call call{"GET", "/subjects/" + percentEncoded(subject) + "/versions/latest", "",
                  "the newest schema of " + subject, ErrorKind::fatal};
  const Answer answer = ask(call);
  return registered(bodyOf<SchemaAnswer>(call, answer), subject, answer.from);
}

}  // namespace widgetstream::detail
