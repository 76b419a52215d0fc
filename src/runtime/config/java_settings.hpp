#pragma once

#include <string>
#include <string_view>

namespace widgetstream {

/// What becomes of a setting of Java's that has no counterpart here, when a properties file of Java's brings it along.
enum class JavaVerdict {
  none,            ///< no such setting, or one that is read elsewhere
  same,            ///< this value asks for what happens here anyway
  without_effect,  ///< nothing here depends on it, and no result does: taken, and told in the log
  refused,         ///< what it asks for would not happen
};

struct JavaAnswer {
  JavaVerdict verdict = JavaVerdict::none;
  std::string_view advice;  ///< why, and what to write instead
};

/// The answer to a setting of Kafka Streams itself.
[[nodiscard]] JavaAnswer answerToStreamsSetting(std::string_view name, std::string_view value);
/// The answer to a setting of Java's consumer, producer or admin client, without a prefix.
[[nodiscard]] JavaAnswer answerToClientSetting(std::string_view name, std::string_view value);

}  // namespace widgetstream
