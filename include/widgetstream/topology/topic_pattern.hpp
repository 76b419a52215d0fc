#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace widgetstream {

/// Topics by regular expression: `stream<K, V>(TopicPattern{"orders-.*"})` reads every topic whose whole name matches,
/// and those that appear later too.
///
/// Shape    Java's syntax as far as Perl's has it: classes, groups, alternatives, greedy, lazy and possessive
///          repetition, look-around, (?i) and its like. describe() shows the text as it was given.
/// Threads  copies share what was compiled; matching is const.
class TopicPattern {
 public:
  /// Errors  Error{invalid_topology} quoting the expression and what is wrong with it.
  explicit TopicPattern(std::string regex, bool ignore_case = false);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// True when the whole name matches.
  [[nodiscard]] bool matches(std::string_view topic) const;

  /// By text and flags, which is how Java tells whether two streams read the same.
  friend bool operator==(const TopicPattern& left, const TopicPattern& right) noexcept {
    return left.text_ == right.text_ && left.ignore_case_ == right.ignore_case_;
  }

 private:
  struct Compiled;

  std::string text_;
  bool ignore_case_ = false;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace widgetstream
