#pragma once

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

namespace widgetstream {

/// The lines between two marks of a file below tests/, each group as one text without the indentation of its first
/// line: examples of a page, and the code that is to stand there word for word.
inline std::vector<std::string> docRegions(const std::string& path, const std::string& begin, const std::string& end) {
  std::ifstream file{std::string{WIDGETSTREAM_TEST_DIR} + "/" + path};
  std::vector<std::string> found;
  bool inside = false;
  std::size_t indent = 0;
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = std::min(line.find_first_not_of(' '), line.size());
    const std::string text = line.substr(first);
    if (!inside && text == begin) {
      inside = true;
      indent = first;
      found.emplace_back();
    } else if (inside && text == end) {
      inside = false;
    } else if (inside) {
      found.back() += line.substr(std::min(indent, line.size())) + "\n";
    }
  }
  return found;
}

}  // namespace widgetstream
