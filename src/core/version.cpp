#include "widgetstream/core/version.hpp"

namespace widgetstream {

std::string_view version() noexcept { return WIDGETSTREAM_VERSION_TEXT; }

}  // namespace widgetstream
