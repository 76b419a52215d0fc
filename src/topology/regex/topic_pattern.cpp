#include "widgetstream/topology/topic_pattern.hpp"

#include <boost/regex.hpp>
#include <utility>

#include "widgetstream/core/error.hpp"

namespace widgetstream {

struct TopicPattern::Compiled {
  boost::regex regex;
};

TopicPattern::TopicPattern(std::string regex, bool ignore_case) : text_(std::move(regex)), ignore_case_(ignore_case) {
  boost::regex::flag_type flags = boost::regex::perl;
  if (ignore_case) flags |= boost::regex::icase;
  try {
    compiled_ = std::make_shared<const Compiled>(Compiled{boost::regex{text_, flags}});
  } catch (const boost::regex_error& error) {
    throw Error{ErrorKind::invalid_topology,
                "topic pattern '" + text_ + "' is no regular expression: " + error.what()};
  }
}

bool TopicPattern::matches(std::string_view topic) const {
  try {
    return boost::regex_match(topic.begin(), topic.end(), compiled_->regex);
  } catch (const std::runtime_error& error) {  // an expression whose work explodes
    throw Error{ErrorKind::invalid_topology, "topic pattern '" + text_ + "' cannot be matched with topic '" +
                                                 std::string{topic} + "': " + error.what()};
  }
}

}  // namespace widgetstream
