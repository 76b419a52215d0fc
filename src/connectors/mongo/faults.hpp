#pragma once

#include <cstdint>
#include <string_view>

namespace widgetstream {

/// What a failed write asks for.
enum class MongoFault {
  transient,  ///< write the same again later: Mongo, or the way to it, is away or busy
  document,   ///< this document will never be written; others may
  permanent,  ///< nothing will be written until somebody changes something: credentials, rights, the write concern
};

/// The fault behind an error that the server tells about one write of a bulk. Without a known code it is the
/// document's: that is what the server has such errors for.
///
/// Source   MongoDB's error_codes.yml, 4.4 to 7.0
[[nodiscard]] MongoFault faultOfWrite(std::int32_t code, std::string_view message) noexcept;

/// The fault behind an error of a whole bulk, told by the server or by the driver. `domain` and `code` are those of
/// bson_error_t under the driver's error API 2.
[[nodiscard]] MongoFault faultOfBulk(std::uint32_t domain, std::uint32_t code) noexcept;

}  // namespace widgetstream
