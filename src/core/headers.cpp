#include "widgetstream/core/headers.hpp"

#include <algorithm>

namespace widgetstream {

NullableBytesView lastHeader(const Headers& headers, std::string_view key) noexcept {
  const auto newest =
      std::find_if(headers.rbegin(), headers.rend(), [key](const Header& header) { return header.key == key; });
  if (newest == headers.rend() || !newest->value) return std::nullopt;
  return BytesView{*newest->value};
}

const Headers& noHeaders() noexcept {
  static const Headers none;
  return none;
}

}  // namespace widgetstream
