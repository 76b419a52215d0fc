#pragma once

#include <string>
#include <string_view>

#include "widgetstream/core/bytes.hpp"

namespace widgetstream {

/// How text is written in a topic, by the names that Java's `serializer.encoding` takes.
enum class TextEncoding {
  utf_8,
  utf_16,      ///< written big-endian behind FE FF; read as its first two bytes say, big-endian where they say nothing
  utf_16be,    ///< big-endian without a mark
  utf_16le,    ///< little-endian without a mark
  iso_8859_1,  ///< a byte a character, U+0000 to U+00FF
  us_ascii,    ///< a byte a character, U+0000 to U+007F
};

/// "UTF-16", "ISO-8859-1", ...: Java's name.
[[nodiscard]] std::string_view toString(TextEncoding encoding) noexcept;
/// Reads the names of toString() and "UTF8", "UTF16", "latin1", "ASCII", in any case.
///
/// Errors  Error{invalid_config} with the name and those that are known
[[nodiscard]] TextEncoding textEncoding(std::string_view name);

/// Text that is UTF-8 in the program and in another encoding in the topic: what Java's String serde does where
/// `key.serializer.encoding`, `value.serializer.encoding` or `serializer.encoding` names one.
///
/// Errors  Error{bad_record} for text that is no UTF-8 or has a character the encoding has not, and for bytes that are
///         none of the encoding's. Java puts a replacement there; here nothing changes unseen. UTF-8 is checked too,
///         which StringSerde does not do.
class EncodedStringSerde {
 public:
  explicit EncodedStringSerde(TextEncoding encoding) noexcept : encoding_(encoding) {}
  explicit EncodedStringSerde(std::string_view name) : encoding_(textEncoding(name)) {}

  void encode(const std::string& text, Bytes& out) const;
  [[nodiscard]] std::string decode(BytesView bytes) const;

  [[nodiscard]] TextEncoding encoding() const noexcept { return encoding_; }

 private:
  TextEncoding encoding_;
};

}  // namespace widgetstream
