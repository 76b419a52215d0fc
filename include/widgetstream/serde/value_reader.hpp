#pragma once

#include <bitset>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/serde/describe.hpp"
#include "widgetstream/serde/json_object.hpp"
#include "widgetstream/serde/value_writer.hpp"

namespace widgetstream {

/// What stands at a reader's cursor. `unsigned_integer` is only for numbers above the greatest std::int64_t.
enum class ValueKind { null, boolean, integer, unsigned_integer, number, text, timestamp, array, object };

/// "integer", "text", ...: the enumerator's own spelling.
[[nodiscard]] std::string_view toString(ValueKind kind) noexcept;

/// A cursor that walks one value of a format (JSON, BSON) once, from front to back.
///
/// Order    look at kind(), then make the one call that fits it: it takes the value and moves on. beginObject() is
/// followed
///          by nextKey() until it says false; each true is followed by taking or skipping that member. Arrays likewise.
/// Threads  one.
/// Errors   a call that does not fit the kind is a mistake of the caller; what it answers is not defined.
class ValueReader {
 public:
  virtual ~ValueReader() = default;

  [[nodiscard]] virtual ValueKind kind() const = 0;

  virtual void beginObject() = 0;
  /// True: `name` is the next member's, valid as long as the reader. False: the object is taken.
  [[nodiscard]] virtual bool nextKey(std::string_view& name) = 0;
  virtual void beginArray() = 0;
  [[nodiscard]] virtual bool nextElement() = 0;

  virtual void null() = 0;
  [[nodiscard]] virtual bool boolean() = 0;
  [[nodiscard]] virtual std::int64_t integer() = 0;
  [[nodiscard]] virtual std::uint64_t unsignedInteger() = 0;
  [[nodiscard]] virtual double number() = 0;
  /// Valid as long as the reader.
  [[nodiscard]] virtual std::string_view text() = 0;
  [[nodiscard]] virtual Timestamp timestamp() = 0;

  /// Takes any value, with all that is in it.
  virtual void skip() = 0;
};

/// Where in a value the reader is: a chain of steps on the stack, spelled out only for an error.
struct ReadPath {
  const ReadPath* parent = nullptr;
  std::string_view name;  ///< of the member; a view of nothing (nullptr) for an element
  std::size_t index = 0;  ///< of the element
};

/// Reads the value at the cursor into `into`, all of it: nothing of the old value stays but its memory.
/// T is a described struct or anything a field may be (serde/describe.hpp).
///
/// Numbers  integers must fit their type; 5.0 and 5e0 are integers, 5.5 is none. Every number is a floating-point
/// number. Time     a Timestamp is ISO 8601 text with `Z` or an offset, finer digits than milliseconds being dropped,
/// or whole
///          milliseconds since 1970.
/// Errors   Error{bad_record} that begins with the field's path: "items[3].qty: expected integer, got text". `into` is
///          then half old, half new.
template <class T>
void readValue(ValueReader& from, T& into, const ReadPath& at = {});

namespace detail {

[[noreturn]] void failRead(const ReadPath& at, std::string_view problem);
[[noreturn]] void failKind(const ReadPath& at, std::string_view expected, ValueKind got);

[[nodiscard]] std::int64_t readInteger(ValueReader& from, std::int64_t least, std::int64_t most, const ReadPath& at);
[[nodiscard]] std::uint64_t readUnsigned(ValueReader& from, std::uint64_t most, const ReadPath& at);
[[nodiscard]] double readNumber(ValueReader& from, const ReadPath& at);
[[nodiscard]] bool readBoolean(ValueReader& from, const ReadPath& at);
[[nodiscard]] Timestamp readTimestamp(ValueReader& from, const ReadPath& at);
void readText(ValueReader& from, std::string& into, const ReadPath& at);
void readJsonValue(ValueReader& from, JsonValue& into);
void readJsonObject(ValueReader& from, JsonObject& into, const ReadPath& at);
/// Adds the member at the cursor to those that have no field.
void keepMember(ValueReader& from, std::string name, JsonObject& kept);
void beginObject(ValueReader& from, const ReadPath& at);
void beginArray(ValueReader& from, const ReadPath& at);
/// True, and the null is taken, when there is one.
[[nodiscard]] bool takeNull(ValueReader& from);

/// Reads the member called `name` into its field; false when no field bears that name. Producers keep their order, so
/// the field after the one found last, `next`, is tried first.
template <Described T>
bool readField(ValueReader& from, std::string_view name, T& into, std::size_t& next, std::bitset<field_count<T>>& seen,
               const ReadPath& at) {
  constexpr std::size_t count = field_count<T>;
  if constexpr (count == 0) {
    return false;
  } else {
    std::size_t found = next;
    for (std::size_t tried = 0; field_names<T>[found] != name; ++tried) {
      if (tried + 1 == count) return false;
      found = found + 1 == count ? 0 : found + 1;
    }
    next = found + 1 == count ? 0 : found + 1;
    seen.set(found);
    const ReadPath here{&at, field_names<T>[found], 0};
    constexpr auto parts = description<T>();
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (void)((found == I && (readValue(from, into.*std::get<I>(parts).member, here), true)) || ...);
    }
    (std::make_index_sequence<count>{});
    return true;
  }
}

/// Absent optional fields become nullopt; any other absent field is an error.
template <Described T>
void finishFields(T& into, const std::bitset<field_count<T>>& seen, const ReadPath& at) {
  std::size_t index = 0;
  forEachField<T>([&](const auto& part) {
    if (seen[index++]) return;
    auto& member = into.*part.member;
    if constexpr (IsOptional<std::remove_cvref_t<decltype(member)>>::value) {
      member.reset();
    } else {
      failRead(ReadPath{&at, part.name, 0}, "missing");
    }
  });
}

template <Described T>
void readFields(ValueReader& from, T& into, const ReadPath& at) {
  beginObject(from, at);
  std::bitset<field_count<T>> seen;
  std::size_t next = 0;
  std::string_view name;
  if constexpr (hasRest<T>()) {
    JsonObject& kept = into.*std::get<field_count<T>>(description<T>()).member;
    kept.clear();
    while (from.nextKey(name)) {
      if (readField(from, name, into, next, seen, at)) continue;
      keepMember(from, std::string{name}, kept);
    }
    kept.dropEarlierDuplicates();
  } else {
    while (from.nextKey(name)) {
      if (!readField(from, name, into, next, seen, at)) from.skip();
    }
  }
  if (!seen.all()) finishFields(into, seen, at);
}

template <class T>
void readElements(ValueReader& from, std::vector<T>& into, const ReadPath& at) {
  beginArray(from, at);
  std::size_t count = 0;
  for (; from.nextElement(); ++count) {
    const ReadPath here{&at, {}, count};
    if constexpr (std::same_as<T, bool>) {
      if (count == 0) into.clear();
      into.push_back(readBoolean(from, here));
    } else {
      if (count == into.size()) into.emplace_back();
      readValue(from, into[count], here);
    }
  }
  into.resize(count);
}

template <class T, class Compare>
void readMap(ValueReader& from, std::map<std::string, T, Compare>& into, const ReadPath& at) {
  beginObject(from, at);
  into.clear();
  std::string_view name;
  while (from.nextKey(name)) {
    T& element = into[std::string{name}] = T{};  // a key that comes again replaces the earlier value whole
    readValue(from, element, ReadPath{&at, name, 0});
  }
}

}  // namespace detail

template <class T>
void readValue(ValueReader& from, T& into, const ReadPath& at) {
  if constexpr (Described<T>) {
    detail::readFields(from, into, at);
  } else if constexpr (std::same_as<T, bool>) {
    into = detail::readBoolean(from, at);
  } else if constexpr (detail::WholeNumber<T>) {
    using Limits = std::numeric_limits<T>;
    if constexpr (std::unsigned_integral<T>) {
      into = static_cast<T>(detail::readUnsigned(from, Limits::max(), at));
    } else {
      into = static_cast<T>(detail::readInteger(from, Limits::min(), Limits::max(), at));
    }
  } else if constexpr (std::floating_point<T>) {
    const double number = detail::readNumber(from, at);
    constexpr auto most = static_cast<double>(std::numeric_limits<T>::max());
    if (number > most || number < -most) detail::failRead(at, "too large for a float");
    into = static_cast<T>(number);
  } else if constexpr (std::same_as<T, Timestamp>) {
    into = detail::readTimestamp(from, at);
  } else if constexpr (std::same_as<T, std::string>) {
    detail::readText(from, into, at);
  } else if constexpr (std::same_as<T, JsonValue>) {
    detail::readJsonValue(from, into);
  } else if constexpr (std::same_as<T, JsonObject>) {
    detail::readJsonObject(from, into, at);
  } else if constexpr (detail::IsOptional<T>::value) {
    if (detail::takeNull(from)) {
      into.reset();
    } else {
      if (!into) into.emplace();
      readValue(from, *into, at);
    }
  } else if constexpr (detail::IsVector<T>::value) {
    detail::readElements(from, into, at);
  } else if constexpr (detail::IsTextMap<T>::value) {
    detail::readMap(from, into, at);
  } else {
    static_assert(detail::never<T>,
                  "this type (named below as T) is no field type: see Describe for the list, or describe it");
  }
}

}  // namespace widgetstream
