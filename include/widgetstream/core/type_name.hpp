#pragma once

#include <string>
#include <typeinfo>

namespace widgetstream {

/// A type's name as a person writes it, for messages.
[[nodiscard]] std::string typeName(const std::type_info& type);

}  // namespace widgetstream
