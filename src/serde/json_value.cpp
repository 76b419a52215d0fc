#include "widgetstream/serde/json_value.hpp"

#include <algorithm>
#include <unordered_map>

#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/serde/value_writer.hpp"

namespace widgetstream {

JsonObject::JsonObject() = default;
JsonObject::JsonObject(std::initializer_list<JsonMember> members) : members_(members) {
  dropEarlierDuplicates();
}
JsonObject::JsonObject(const JsonObject&) = default;
JsonObject::JsonObject(JsonObject&&) noexcept = default;
JsonObject& JsonObject::operator=(const JsonObject&) = default;
JsonObject& JsonObject::operator=(JsonObject&&) noexcept = default;
JsonObject::~JsonObject() = default;

const JsonValue* JsonObject::find(std::string_view key) const noexcept {
  const auto found = std::ranges::find(members_, key, &JsonMember::key);
  return found == members_.end() ? nullptr : &found->value;
}

void JsonObject::set(std::string key, JsonValue value) {
  const auto found = std::ranges::find(members_, key, &JsonMember::key);
  if (found == members_.end()) {
    append(std::move(key), std::move(value));
  } else {
    found->value = std::move(value);
  }
}

void JsonObject::append(std::string key, JsonValue value) {
  members_.push_back(JsonMember{std::move(key), std::move(value)});
}

void JsonObject::dropEarlierDuplicates() {
  // Nearly every object has a handful of keys, for which a map costs more than it saves.
  constexpr std::size_t few = 16;
  std::vector<bool> dropped(members_.size());
  bool any = false;
  const auto drop = [&](std::size_t index) {
    dropped[index] = true;
    any = true;
  };
  if (members_.size() <= few) {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      for (std::size_t j = i + 1; j < members_.size(); ++j) {
        if (members_[i].key == members_[j].key) drop(i);
      }
    }
  } else {
    std::unordered_map<std::string_view, std::size_t> last;
    last.reserve(members_.size());
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const auto [at, first] = last.try_emplace(members_[i].key, i);
      if (!first) drop(std::exchange(at->second, i));
    }
  }
  if (!any) return;
  std::size_t index = 0;
  std::erase_if(members_, [&](const JsonMember&) { return dropped[index++]; });
}

bool JsonObject::erase(std::string_view key) {
  return std::erase_if(members_, [&](const JsonMember& member) { return member.key == key; }) != 0;
}

void JsonObject::clear() noexcept {
  members_.clear();
}
std::size_t JsonObject::size() const noexcept {
  return members_.size();
}
bool JsonObject::empty() const noexcept {
  return members_.empty();
}
JsonObject::const_iterator JsonObject::begin() const noexcept {
  return members_.begin();
}
JsonObject::const_iterator JsonObject::end() const noexcept {
  return members_.end();
}

bool operator==(const JsonObject& left, const JsonObject& right) {
  return left.members_ == right.members_;
}

void writeValue(const JsonObject& value, ValueWriter& to) {
  to.beginObject();
  for (const auto& [key, member] : value) {
    to.key(key);
    writeValue(member, to);
  }
  to.endObject();
}

void writeValue(const JsonValue& value, ValueWriter& to) {
  if (const auto* boolean = value.boolean()) return to.boolean(*boolean);
  if (const auto* integer = value.integer()) return to.integer(*integer);
  if (const auto* large = value.unsignedInteger()) return to.unsignedInteger(*large);
  if (const auto* number = value.number()) return to.number(*number);
  if (const auto* text = value.text()) return to.text(*text);
  if (const auto* object = value.object()) return writeValue(*object, to);
  const auto* array = value.array();
  if (array == nullptr) return to.null();
  to.beginArray();
  for (const JsonValue& element : *array) writeValue(element, to);
  to.endArray();
}

Serde<JsonValue> DefaultSerde<JsonValue>::make() {
  return JsonSerde<JsonValue>{};
}

Serde<JsonObject> DefaultSerde<JsonObject>::make() {
  return JsonSerde<JsonObject>{};
}

}  // namespace widgetstream
