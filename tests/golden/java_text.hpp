#pragma once

#include <string>
#include <vector>

namespace widgetstream::golden {

/// Java's String.split(separator): parts may be empty but for the last ones, and an empty text is one empty part.
[[nodiscard]] std::vector<std::string> split(const std::string& text, char separator);

/// Java's toLowerCase().split("[^a-z]+").
[[nodiscard]] std::vector<std::string> lowerCaseWords(const std::string& text);

[[nodiscard]] std::string upperCase(std::string text);

}  // namespace widgetstream::golden
