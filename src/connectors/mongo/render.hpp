#pragma once

#include <string>
#include <string_view>

namespace widgetstream {

/// A BSON document as relaxed extended JSON, cut after a mebibyte: what a rejection shows of it.
[[nodiscard]] std::string renderBson(std::string_view bson);

}  // namespace widgetstream
