#include "registry/proto_names.hpp"

#include <algorithm>

namespace widgetstream::detail {
namespace {

/// Words and single characters of a .proto text, without comments and with texts as one token.
class ProtoTokens {
 public:
  explicit ProtoTokens(std::string_view text) : rest_(text) {}

  /// Empty at the end.
  [[nodiscard]] std::string_view next() {
    skipBlanks();
    if (rest_.empty()) return {};
    std::size_t size = 1;
    if (rest_.front() == '"' || rest_.front() == '\'') {
      size = textSize();
    } else {
      while (size < rest_.size() && isWord(rest_.front()) && isWord(rest_[size])) ++size;
    }
    const std::string_view token = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return token;
  }

 private:
  static bool isWord(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '_' || character == '.';
  }

  std::size_t textSize() const {
    std::size_t size = 1;
    while (size < rest_.size() && rest_[size] != rest_.front()) size += rest_[size] == '\\' ? 2 : 1;
    return std::min(size + 1, rest_.size());
  }

  void skipBlanks() {
    for (;;) {
      while (!rest_.empty() && (rest_.front() == ' ' || (rest_.front() >= '\t' && rest_.front() <= '\r'))) {
        rest_.remove_prefix(1);
      }
      std::string_view end;
      if (rest_.starts_with("//")) {
        end = "\n";
      } else if (rest_.starts_with("/*")) {
        end = "*/";
      } else {
        return;
      }
      const auto found = rest_.find(end, 2);
      rest_.remove_prefix(found == rest_.npos ? rest_.size() : found + end.size());
    }
  }

  std::string_view rest_;
};

/// Skips to the brace that closes an open one.
void skipBlock(ProtoTokens& tokens) {
  for (int depth = 1; depth > 0;) {
    const auto token = tokens.next();
    if (token.empty()) return;
    if (token == "{") ++depth;
    if (token == "}") --depth;
  }
}

/// Goes on to the block of the message number `index` among those of the present block, and gives its name. Maps and
/// groups are messages too, and have numbers; where one comes first, the count cannot be trusted.
std::optional<std::string> enterMessage(ProtoTokens& tokens, int index) {
  bool statement_begins = true;
  std::string_view before;
  std::string_view token;
  for (int seen = 0;;) {
    before = token;
    token = tokens.next();
    if (token.empty() || token == "}" || token == "group" || (before == "map" && token == "<")) return std::nullopt;
    if (token == "{") {  // of an enum, an extend, an option: none of them has messages
      skipBlock(tokens);
      statement_begins = true;
    } else if (statement_begins && token == "message") {
      const std::string name{tokens.next()};
      const auto brace = tokens.next();
      if (brace == "{") {
        if (seen++ == index) return name;
        skipBlock(tokens);
        statement_begins = true;
      } else {  // a field whose type is called "message"
        statement_begins = brace == ";";
      }
    } else {
      statement_begins = token == ";";
    }
  }
}

}  // namespace

std::optional<std::string> protoMessageName(std::string_view proto, const std::vector<int>& path) {
  ProtoTokens tokens{proto};
  std::string name;
  for (const int index : path) {
    const auto found = enterMessage(tokens, index);
    if (!found) return std::nullopt;
    name += (name.empty() ? "" : ".") + *found;
  }
  return name;
}

}  // namespace widgetstream::detail
