#include "serde/json/json_tape.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <functional>
#include <system_error>

#include "widgetstream/core/error.hpp"

// Boost.JSON is compiled into the library, in this file alone, so that the core needs Boost's headers only. Under a
// name of its own: a program may link a Boost.JSON too, of another version even, and two definitions of boost::json
// must not meet.
#define json widgetstream_json
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#undef json

namespace widgetstream::detail {

namespace boost_json = boost::widgetstream_json;

/// Takes the parser's events and writes the tape.
class JsonTapeBuilder {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  using ErrorCode = boost_json::error_code;
  using Text = boost_json::string_view;

  explicit JsonTapeBuilder(JsonTape& tape) noexcept : tape_(tape) {}

  bool on_document_begin(ErrorCode&) { return true; }
  bool on_document_end(ErrorCode&) { return true; }
  bool on_array_begin(ErrorCode&) { return open(JsonNode::Kind::array); }
  bool on_array_end(std::size_t, ErrorCode&) { return close(); }
  bool on_object_begin(ErrorCode&) { return open(JsonNode::Kind::object); }
  bool on_object_end(std::size_t, ErrorCode&) { return close(); }
  bool on_key_part(Text part, std::size_t, ErrorCode&) { return keep(part); }
  bool on_key(Text rest, std::size_t size, ErrorCode&) { return text(JsonNode::Kind::key, rest, size); }
  bool on_string_part(Text part, std::size_t, ErrorCode&) { return keep(part); }
  bool on_string(Text rest, std::size_t size, ErrorCode&) { return text(JsonNode::Kind::text, rest, size); }
  bool on_number_part(Text, ErrorCode&) { return true; }
  bool on_int64(std::int64_t value, Text, ErrorCode&) {
    return add(JsonNode::Kind::integer, static_cast<std::uint64_t>(value));
  }
  bool on_uint64(std::uint64_t value, Text, ErrorCode&) { return add(JsonNode::Kind::unsigned_integer, value); }
  bool on_double(double nearly, Text digits, ErrorCode& error);
  bool on_bool(bool value, ErrorCode&) { return add(JsonNode::Kind::boolean, value ? 1 : 0); }
  bool on_null(ErrorCode&) { return add(JsonNode::Kind::null, 0); }
  bool on_comment_part(Text, ErrorCode&) { return true; }
  bool on_comment(Text, ErrorCode&) { return true; }

 private:
  bool add(JsonNode::Kind kind, std::uint64_t bits) {
    tape_.nodes_.push_back(JsonNode{kind, false, 0, bits});
    return true;
  }

  bool open(JsonNode::Kind kind) {
    open_[depth_++] = tape_.nodes_.size();
    return add(kind, 0);
  }

  bool close() {
    tape_.nodes_[open_[--depth_]].bits = tape_.nodes_.size();
    return true;
  }

  bool keep(Text part) {
    tape_.unescaped_.append(part.data(), part.size());
    return true;
  }

  bool text(JsonNode::Kind kind, Text rest, std::size_t size);

  JsonTape& tape_;
  std::size_t depth_ = 0;
  std::array<std::size_t, json_most_depth> open_;  ///< nodes of the containers not closed yet
};

bool JsonTapeBuilder::text(JsonNode::Kind kind, Text rest, std::size_t size) {
  const char* const begin = tape_.json_.data();
  const auto before = std::less<const char*>{};
  const bool in_document = rest.size() == size && !before(rest.data(), begin) &&
                           !before(begin + tape_.json_.size(), rest.data() + rest.size());
  JsonNode node{kind, !in_document, static_cast<std::uint32_t>(size), 0};
  if (in_document) {
    node.bits = static_cast<std::uint64_t>(rest.data() - begin);
  } else {
    keep(rest);
    node.bits = tape_.unescaped_.size() - size;
  }
  tape_.nodes_.push_back(node);
  return true;
}

// Boost 1.81 computes doubles in floating point and is off by a bit now and then, so the digits are read once more.
bool JsonTapeBuilder::on_double(double nearly, Text digits, ErrorCode& error) {
  double value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    if (std::fabs(nearly) > 1) {
      error = boost_json::error::exponent_overflow;
      return false;
    }
    value = std::copysign(0.0, nearly);
  }
  return add(JsonNode::Kind::number, std::bit_cast<std::uint64_t>(value));
}

namespace {

std::string_view problemOf(const boost_json::error_code& error) {
  using E = boost_json::error;
  if (error == E::incomplete) return "the text ends within a value";
  if (error == E::too_deep) return "nested deeper than 64 levels";
  if (error == E::exponent_overflow) return "number too large";
  if (error == E::illegal_leading_surrogate || error == E::illegal_trailing_surrogate ||
      error == E::expected_utf16_escape) {
    return "half of a surrogate pair";
  }
  if (error == E::expected_hex_digit) return "\\u is not followed by four hexadecimal digits";
  return "syntax error or invalid UTF-8";
}

[[noreturn]] void fail(std::string_view problem, std::size_t position) {
  throw Error(ErrorKind::bad_record, "JSON: " + std::string{problem} + " at byte " + std::to_string(position));
}

boost_json::parse_options strictOptions() {
  boost_json::parse_options options;
  options.max_depth = json_most_depth;
  return options;
}

}  // namespace

std::pmr::memory_resource* JsonTape::memoryFor(BytesView json) noexcept {
  // The pool never gives back what it outgrew, which for a large document is as much again.
  return json.size() <= 4 * pool_bytes ? &pool_ : std::pmr::new_delete_resource();
}

JsonTape::JsonTape(BytesView json)
    : pool_(first_.data(), first_.size()), nodes_(memoryFor(json)), unescaped_(memoryFor(json)), json_(json) {
  if (json.size() > json_most_bytes) {
    throw Error(ErrorKind::bad_record, "JSON: " + std::to_string(json.size()) + " bytes, at most " +
                                           std::to_string(json_most_bytes) + " are read");
  }
  nodes_.reserve(64);
  boost_json::basic_parser<JsonTapeBuilder> parser{strictOptions(), *this};
  boost_json::error_code error;
  const std::size_t position = parser.write_some(false, json.data(), json.size(), error);
  if (error) fail(problemOf(error), position);
  if (position != json.size()) fail("something follows the value", position);
}

}  // namespace widgetstream::detail
