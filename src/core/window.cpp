#include "widgetstream/core/window.hpp"

namespace widgetstream {

std::string toString(const Window& window) {
  return std::to_string(toMillis(window.start)) + "/" + std::to_string(toMillis(window.end));
}

}  // namespace widgetstream
