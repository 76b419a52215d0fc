#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace widgetstream {

class JsonValue;
struct JsonMember;
class ValueReader;
class ValueWriter;

using JsonArray = std::vector<JsonValue>;

/// Members in the order they came in. Look-ups walk the list, so it suits documents, not dictionaries.
class JsonObject {
 public:
  using const_iterator = std::vector<JsonMember>::const_iterator;

  JsonObject();
  JsonObject(std::initializer_list<JsonMember> members);
  JsonObject(const JsonObject&);
  JsonObject(JsonObject&&) noexcept;
  JsonObject& operator=(const JsonObject&);
  JsonObject& operator=(JsonObject&&) noexcept;
  ~JsonObject();

  /// The value of `key`; nullptr when there is none. Valid until the object changes.
  [[nodiscard]] const JsonValue* find(std::string_view key) const noexcept;
  /// Replaces the value of `key`, or adds it at the end.
  void set(std::string key, JsonValue value);
  /// Adds at the end without looking for an equal key; the caller knows there is none, or drops it later.
  void append(std::string key, JsonValue value);
  /// Of members with equal keys keeps the last, so that a document read again means the same. O(n log n).
  void dropEarlierDuplicates();
  /// False when there was none.
  bool erase(std::string_view key);
  void clear() noexcept;

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] const_iterator begin() const noexcept;
  [[nodiscard]] const_iterator end() const noexcept;

  /// Equal members in equal order.
  friend bool operator==(const JsonObject& left, const JsonObject& right);

 private:
  std::vector<JsonMember> members_;
};

}  // namespace widgetstream
