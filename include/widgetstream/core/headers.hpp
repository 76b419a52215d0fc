#pragma once

#include <string>
#include <vector>

#include "widgetstream/core/bytes.hpp"

namespace widgetstream {

/// One record header. Keys may repeat; a value may be null.
struct Header {
  std::string key;
  NullableBytes value;

  friend bool operator==(const Header&, const Header&) = default;
};

/// Record headers in the order they were added.
using Headers = std::vector<Header>;

/// The newest value under `key`; nullopt when there is none or when it is null.
[[nodiscard]] NullableBytesView lastHeader(const Headers& headers, std::string_view key) noexcept;

/// What a record without headers points at.
[[nodiscard]] const Headers& noHeaders() noexcept;

}  // namespace widgetstream
