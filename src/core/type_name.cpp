#include "widgetstream/core/type_name.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace widgetstream {

std::string typeName(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text{abi::__cxa_demangle(type.name(), nullptr, nullptr, &status),
                                                         &std::free};
  if (status != 0 || !text) return type.name();
  std::string name{text.get()};
  // What the standard library calls text is no help to anyone.
  const std::string noise = "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >";
  for (std::size_t at; (at = name.find(noise)) != std::string::npos;) name.replace(at, noise.size(), "std::string");
  return name;
}

}  // namespace widgetstream
