#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/serde/json.hpp"
#include "widgetstream/serde/value_reader.hpp"

namespace widgetstream::detail {

/// One value, or one key before its value, of a parsed document.
struct JsonNode {
  enum class Kind : std::uint8_t { null, boolean, integer, unsigned_integer, number, text, array, object, key };

  Kind kind;
  bool unescaped = false;  ///< text and key: stands in the tape's own text, not in the document
  std::uint32_t size = 0;  ///< text and key: bytes
  std::uint64_t bits =
      0;  ///< the number itself; text and key: where it begins; array and object: the node after its last
};

/// A parsed document as a flat list in document order. Texts without escapes are views of the document.
///
/// State    small documents stay in the tape's own memory, so a tape on the stack allocates nothing for them.
///          Elsewhere a value takes 16 bytes: up to eight times the document, where it is all empty arrays.
class JsonTape {
 public:
  /// Parses the whole of `json`, which must outlive the tape. Throws Error{bad_record} with the byte position.
  explicit JsonTape(BytesView json);
  JsonTape(const JsonTape&) = delete;
  JsonTape& operator=(const JsonTape&) = delete;

  [[nodiscard]] const JsonNode& operator[](std::size_t index) const noexcept { return nodes_[index]; }
  [[nodiscard]] std::string_view text(const JsonNode& node) const noexcept {
    return {(node.unescaped ? unescaped_.data() : json_.data()) + node.bits, node.size};
  }

 private:
  friend class JsonTapeBuilder;

  static constexpr std::size_t pool_bytes = 4096;

  [[nodiscard]] std::pmr::memory_resource* memoryFor(BytesView json) noexcept;

  alignas(JsonNode) std::array<std::byte, pool_bytes> first_;
  std::pmr::monotonic_buffer_resource pool_;
  std::pmr::vector<JsonNode> nodes_;
  std::pmr::string unescaped_;
  BytesView json_;
};

/// Walks a tape.
class JsonReader final : public ValueReader {
 public:
  explicit JsonReader(const JsonTape& tape) noexcept : tape_(tape) {}

  [[nodiscard]] ValueKind kind() const override;
  void beginObject() override { enter(); }
  [[nodiscard]] bool nextKey(std::string_view& name) override;
  void beginArray() override { enter(); }
  [[nodiscard]] bool nextElement() override { return more(); }
  void null() override { ++next_; }
  [[nodiscard]] bool boolean() override { return tape_[next_++].bits != 0; }
  [[nodiscard]] std::int64_t integer() override { return static_cast<std::int64_t>(tape_[next_++].bits); }
  [[nodiscard]] std::uint64_t unsignedInteger() override { return tape_[next_++].bits; }
  [[nodiscard]] double number() override;
  [[nodiscard]] std::string_view text() override { return tape_.text(tape_[next_++]); }
  [[nodiscard]] Timestamp timestamp() override { return {}; }  // JSON has none: kind() never says so
  void skip() override;

 private:
  void enter() noexcept { ends_[depth_++] = tape_[next_++].bits; }
  [[nodiscard]] bool more() noexcept;

  const JsonTape& tape_;
  std::size_t next_ = 0;
  std::size_t depth_ = 0;
  std::array<std::size_t, json_most_depth> ends_;  ///< of the containers entered; uninitialized beyond depth_
};

}  // namespace widgetstream::detail
