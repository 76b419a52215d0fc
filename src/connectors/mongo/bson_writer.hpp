#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "widgetstream/serde/value_writer.hpp"

namespace widgetstream {

/// What Mongo holds at most: bytes of a document, and levels of nesting.
inline constexpr std::size_t mongo_most_bytes = std::size_t{16} << 20;
inline constexpr std::size_t mongo_most_depth = 100;

/// Writes one value as a BSON document.
///
/// Shape   {_id: value} when it writes an id; {_id: ..., fields of value} when it writes a document, or
///         {_id: ..., value: value} where the value is no object.
/// Errors  what BSON or Mongo cannot hold is left out and told by problem(): the rest stays a valid document, which
///         shows in the dead letter what came.
///
/// BSON itself, and not libbson's bson_t: the bytes go into one string without a child object for each level.
/// Source: bsonspec.org, version 1.1.
class BsonWriter final : public ValueWriter {
 public:
  /// For `{_id: value}`.
  [[nodiscard]] static BsonWriter forId() { return BsonWriter{"_id", false}; }
  /// For a document whose `_id` is the one of `id`, a document `{_id: ...}`.
  [[nodiscard]] static BsonWriter forDocument(std::string_view id);

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

  /// The whole document. The writer is empty afterwards.
  [[nodiscard]] std::string finish();
  /// The first thing wrong with the value; empty when it can be written.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  struct Level {
    std::size_t start;  ///< where its length is patched in
    bool is_array;
    std::uint32_t index = 0;
  };

  BsonWriter(std::string root_name, bool merges_root);
  /// Appends type and name of the next element, unless it is left out.
  bool beginElement(char type);
  void begin(char type, bool is_array);
  void end();
  void openLevel(bool is_array);
  void closeLevel();
  bool acceptKey(std::string_view name);
  void complain(std::string what);
  template <class Number>
  void append(Number value);

  std::string root_name_;
  bool merges_root_;
  bool root_is_open_ = false;  ///< inside the object whose fields become the document's
  std::string out_;
  std::vector<Level> levels_;
  std::string key_;
  bool skips_value_ = false;  ///< the value of a refused key
  std::size_t skipped_levels_ = 0;
  std::string problem_;
};

/// True for well-formed UTF-8, U+0000 included.
[[nodiscard]] bool isUtf8(std::string_view text) noexcept;

}  // namespace widgetstream
