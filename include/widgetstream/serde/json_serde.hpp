#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/serde/describe.hpp"
#include "widgetstream/serde/json_object.hpp"
#include "widgetstream/serde/value_reader.hpp"
#include "widgetstream/serde/value_writer.hpp"

namespace widgetstream {

/// Nesting and size beyond which JSON is refused, in both directions for the nesting: what one writes all can read.
inline constexpr std::size_t json_most_depth = 64;
inline constexpr std::size_t json_most_bytes = std::size_t{16} << 20;

/// What becomes of text that is not UTF-8, which JSON cannot hold.
enum class InvalidUtf8 {
  refuse,   ///< Error{bad_record}: nothing changes on its way unseen
  replace,  ///< U+FFFD for each byte that does not fit: for answers to people
};

/// Appends compact JSON to bytes of the caller's.
///
/// Numbers  doubles are the shortest text that reads back as the same double, always with a fraction or an exponent, so
///          that integers stay integers. NaN and infinities are Error{bad_record}.
/// Time     timestamps are ISO 8601 text, UTC, with milliseconds; beyond the years 0 to 9999, milliseconds since 1970.
/// Errors   when a call throws, what was appended so far stays.
class JsonWriter final : public ValueWriter {
 public:
  explicit JsonWriter(Bytes& out, InvalidUtf8 invalid = InvalidUtf8::refuse) noexcept : out_(out), invalid_(invalid) {}

  void beginObject() override;
  void key(std::string_view name) override;
  void endObject() override;
  void beginArray() override;
  void endArray() override;

  void null() override;
  void boolean(bool value) override;
  void integer(std::int64_t value) override;
  void unsignedInteger(std::uint64_t value) override;
  void number(double value) override;
  void text(std::string_view value) override;
  void timestamp(Timestamp value) override;

 private:
  void beginValue();
  void open(char bracket);
  void close(char bracket);
  void quote(std::string_view text);
  void escapeFrom(std::string_view text);

  Bytes& out_;
  InvalidUtf8 invalid_;
  bool comma_ = false;  ///< the next key or value follows another one
  std::size_t depth_ = 0;
};

namespace detail {

/// Calls `read(reader, into)` once with a reader of the whole text.
void readJson(BytesView json, void* into, void (*read)(ValueReader&, void*));

template <class T>
void readJsonInto(BytesView json, T& into) {
  readJson(json, &into, [](ValueReader& from, void* to) { readValue(from, *static_cast<T*>(to)); });
}

}  // namespace detail

/// Appends `value` as compact JSON.
template <class T>
void toJson(const T& value, Bytes& out) {
  const std::size_t before = out.size();
  JsonWriter writer{out};
  try {
    writeValue(value, writer);
  } catch (...) {
    out.resize(before);
    throw;
  }
}

template <class T>
[[nodiscard]] std::string toJson(const T& value) {
  std::string json;
  toJson(value, json);
  return json;
}

/// Reads RFC 8259 JSON: strict UTF-8, nothing but white space after the value, at most 64 levels and 16 MiB. Of equal
/// keys the last counts.
///
/// Errors  Error{bad_record}: malformed text with the byte position, a value that does not fit T with the field's path.
template <class T>
[[nodiscard]] T fromJson(BytesView json) {
  T value{};
  detail::readJsonInto(json, value);
  return value;
}

/// T as JSON, by its description. T is a described struct or anything a field may be (serde/describe.hpp).
template <class T>
struct JsonSerde {
  void encode(const T& value, Bytes& out) const { toJson(value, out); }
  [[nodiscard]] T decode(BytesView bytes) const { return fromJson<T>(bytes); }
  void decodeInto(BytesView bytes, T& into) const { detail::readJsonInto(bytes, into); }
};

}  // namespace widgetstream
