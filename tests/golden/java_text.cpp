#include "tests/golden/java_text.hpp"

#include <algorithm>
#include <cctype>

namespace widgetstream::golden {
namespace {

void dropEmptyEnd(std::vector<std::string>& parts) {
  while (parts.size() > 1 && parts.back().empty()) parts.pop_back();
}

}  // namespace

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  dropEmptyEnd(parts);
  return parts;
}

std::vector<std::string> lowerCaseWords(const std::string& text) {
  std::vector<std::string> words{""};
  bool between = false;
  for (const unsigned char c : text) {
    if (std::isalpha(c) == 0) {
      between = true;
      continue;
    }
    if (between) words.emplace_back();
    between = false;
    words.back() += static_cast<char>(std::tolower(c));
  }
  return words;
}

std::string upperCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

}  // namespace widgetstream::golden
