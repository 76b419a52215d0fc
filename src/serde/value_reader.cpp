#include "widgetstream/serde/value_reader.hpp"

#include <cmath>

#include "serde/iso8601.hpp"
#include "serde/utf8.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/serde/json_value.hpp"

namespace widgetstream {

std::string_view toString(ValueKind kind) noexcept {
  switch (kind) {
    case ValueKind::null:
      return "null";
    case ValueKind::boolean:
      return "boolean";
    case ValueKind::integer:
      return "integer";
    case ValueKind::unsigned_integer:
      return "unsigned_integer";
    case ValueKind::number:
      return "number";
    case ValueKind::text:
      return "text";
    case ValueKind::timestamp:
      return "timestamp";
    case ValueKind::array:
      return "array";
    case ValueKind::object:
      break;
  }
  return "object";
}

namespace detail {
namespace {

/// Keys of maps and texts are the sender's: a message shows so much of them.
constexpr std::size_t most_shown_bytes = 64;

std::string shown(std::string_view text) {
  const std::string_view begin = utf8Prefix(text, most_shown_bytes);
  return begin.size() == text.size() ? std::string{text} : std::string{begin} + "...";
}

/// `items[3].qty`; empty for the value as a whole.
std::string spell(const ReadPath& at) {
  if (at.parent == nullptr) return {};
  std::string path = spell(*at.parent);
  if (at.name.data() == nullptr) return path += '[' + std::to_string(at.index) + ']';
  if (!path.empty()) path += '.';
  return path += shown(at.name);
}

/// A number without a fraction that a double holds exactly; larger ones may have been other integers once.
bool wholeNumber(double value) noexcept {
  constexpr double exact = 9'007'199'254'740'992.0;  // 2^53
  return std::fabs(value) <= exact && std::trunc(value) == value;
}

[[noreturn]] void failRange(const ReadPath& at, const std::string& least, const std::string& most,
                            const std::string& got) {
  failRead(at, "expected integer from " + least + " to " + most + ", got " + got);
}

}  // namespace

void failRead(const ReadPath& at, std::string_view problem) {
  std::string message = spell(at);
  if (message.empty()) message = "the value";
  throw Error(ErrorKind::bad_record, message + ": " + std::string{problem});
}

void failKind(const ReadPath& at, std::string_view expected, ValueKind got) {
  const std::string_view name = got == ValueKind::unsigned_integer ? "integer" : toString(got);
  failRead(at, "expected " + std::string{expected} + ", got " + std::string{name});
}

std::int64_t readInteger(ValueReader& from, std::int64_t least, std::int64_t most, const ReadPath& at) {
  const ValueKind kind = from.kind();
  std::int64_t value = 0;
  if (kind == ValueKind::integer) {
    value = from.integer();
  } else if (kind == ValueKind::unsigned_integer) {
    failRange(at, std::to_string(least), std::to_string(most), std::to_string(from.unsignedInteger()));
  } else if (kind == ValueKind::number) {
    const double number = from.number();
    if (!wholeNumber(number)) failRead(at, "expected integer, got " + std::to_string(number));
    value = static_cast<std::int64_t>(number);
  } else {
    failKind(at, "integer", kind);
  }
  if (value < least || value > most) {
    failRange(at, std::to_string(least), std::to_string(most), std::to_string(value));
  }
  return value;
}

std::uint64_t readUnsigned(ValueReader& from, std::uint64_t most, const ReadPath& at) {
  std::uint64_t value = 0;
  if (from.kind() == ValueKind::unsigned_integer) {
    value = from.unsignedInteger();
  } else {
    value = static_cast<std::uint64_t>(readInteger(from, 0, std::numeric_limits<std::int64_t>::max(), at));
  }
  if (value > most) failRange(at, "0", std::to_string(most), std::to_string(value));
  return value;
}

double readNumber(ValueReader& from, const ReadPath& at) {
  switch (const ValueKind kind = from.kind()) {
    case ValueKind::number:
      return from.number();
    case ValueKind::integer:
      return static_cast<double>(from.integer());
    case ValueKind::unsigned_integer:
      return static_cast<double>(from.unsignedInteger());
    default:
      failKind(at, "number", kind);
  }
}

bool readBoolean(ValueReader& from, const ReadPath& at) {
  if (from.kind() != ValueKind::boolean) failKind(at, "boolean", from.kind());
  return from.boolean();
}

void readText(ValueReader& from, std::string& into, const ReadPath& at) {
  if (from.kind() != ValueKind::text) failKind(at, "text", from.kind());
  into.assign(from.text());
}

Timestamp readTimestamp(ValueReader& from, const ReadPath& at) {
  switch (const ValueKind kind = from.kind()) {
    case ValueKind::timestamp:
      return from.timestamp();
    case ValueKind::text: {
      const std::string_view text = from.text();
      if (const auto time = parseIso8601(text)) return *time;
      failRead(at, "expected a time like 2026-01-31T12:00:00.000Z, got \"" + shown(text) + '"');
    }
    case ValueKind::integer:
    case ValueKind::number:
      return fromMillis(
          readInteger(from, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), at));
    default:
      failKind(at, "timestamp", kind);
  }
}

void readJsonValue(ValueReader& from, JsonValue& into) {
  switch (from.kind()) {
    case ValueKind::null:
      from.null();
      into = nullptr;
      return;
    case ValueKind::boolean:
      into = from.boolean();
      return;
    case ValueKind::integer:
      into = from.integer();
      return;
    case ValueKind::unsigned_integer:
      into = from.unsignedInteger();
      return;
    case ValueKind::number:
      into = from.number();
      return;
    case ValueKind::text:
      into = from.text();
      return;
    case ValueKind::timestamp:
      into = toIso8601(from.timestamp());
      return;
    case ValueKind::array: {
      JsonArray array;
      from.beginArray();
      while (from.nextElement()) readJsonValue(from, array.emplace_back());
      into = std::move(array);
      return;
    }
    case ValueKind::object: {
      JsonObject object;
      readJsonObject(from, object, {});
      into = std::move(object);
      return;
    }
  }
}

void readJsonObject(ValueReader& from, JsonObject& into, const ReadPath& at) {
  beginObject(from, at);
  into.clear();
  std::string_view name;
  while (from.nextKey(name)) {
    JsonValue value;
    readJsonValue(from, value);
    into.append(std::string{name}, std::move(value));
  }
  into.dropEarlierDuplicates();
}

void keepMember(ValueReader& from, std::string name, JsonObject& kept) {
  JsonValue value;
  readJsonValue(from, value);
  kept.append(std::move(name), std::move(value));
}

void beginObject(ValueReader& from, const ReadPath& at) {
  if (from.kind() != ValueKind::object) failKind(at, "object", from.kind());
  from.beginObject();
}

void beginArray(ValueReader& from, const ReadPath& at) {
  if (from.kind() != ValueKind::array) failKind(at, "array", from.kind());
  from.beginArray();
}

bool takeNull(ValueReader& from) {
  if (from.kind() != ValueKind::null) return false;
  from.null();
  return true;
}

}  // namespace detail
}  // namespace widgetstream
