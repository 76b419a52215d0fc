#include <bit>

#include "serde/json/json_tape.hpp"

namespace widgetstream::detail {

ValueKind JsonReader::kind() const {
  switch (tape_[next_].kind) {
    case JsonNode::Kind::null:
      return ValueKind::null;
    case JsonNode::Kind::boolean:
      return ValueKind::boolean;
    case JsonNode::Kind::integer:
      return ValueKind::integer;
    case JsonNode::Kind::unsigned_integer:
      return ValueKind::unsigned_integer;
    case JsonNode::Kind::number:
      return ValueKind::number;
    case JsonNode::Kind::array:
      return ValueKind::array;
    case JsonNode::Kind::object:
      return ValueKind::object;
    case JsonNode::Kind::text:
    case JsonNode::Kind::key:
      break;
  }
  return ValueKind::text;
}

bool JsonReader::more() noexcept {
  if (next_ != ends_[depth_ - 1]) return true;
  --depth_;
  return false;
}

bool JsonReader::nextKey(std::string_view& name) {
  if (!more()) return false;
  name = tape_.text(tape_[next_++]);
  return true;
}

double JsonReader::number() {
  return std::bit_cast<double>(tape_[next_++].bits);
}

void JsonReader::skip() {
  const JsonNode& node = tape_[next_];
  const bool container = node.kind == JsonNode::Kind::array || node.kind == JsonNode::Kind::object;
  next_ = container ? node.bits : next_ + 1;
}

void readJson(BytesView json, void* into, void (*read)(ValueReader&, void*)) {
  const JsonTape tape{json};
  JsonReader reader{tape};
  read(reader, into);
}

}  // namespace widgetstream::detail
