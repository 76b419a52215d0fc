#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/dsl/named.hpp"

namespace widgetstream {
namespace detail {

/// Where lines go. One a print(), shared by its tasks.
class PrintTarget {
 public:
  virtual ~PrintTarget() = default;
  /// One line, without its end. Lines of different threads do not mix.
  virtual void write(const std::string& line) = 0;
};
[[nodiscard]] std::shared_ptr<PrintTarget> standardOutput();
/// Empties the file. Errors  Error{invalid_topology} naming it when it cannot be written.
[[nodiscard]] std::shared_ptr<PrintTarget> printedFile(const std::string& path);

/// Stands for "key, value".
struct KeyAndValue {};

}  // namespace detail

/// Where KStream::print() writes and how: `Printed::toSysOut().withLabel("orders")`.
template <class F = detail::KeyAndValue>
class BasicPrinted {
 public:
  explicit BasicPrinted(std::shared_ptr<detail::PrintTarget> to, F format = {})
      : target(std::move(to)), mapper(std::move(format)) {}

  [[nodiscard]] static BasicPrinted toSysOut() { return BasicPrinted{detail::standardOutput()}; }
  /// Errors  Error{invalid_topology} naming the file when it cannot be written.
  [[nodiscard]] static BasicPrinted toFile(const std::string& path) { return BasicPrinted{detail::printedFile(path)}; }

  /// Stands before each record; default: the name of the node above.
  [[nodiscard]] BasicPrinted withLabel(std::string to) const {
    BasicPrinted copy = *this;
    copy.label = std::move(to);
    return copy;
  }
  [[nodiscard]] BasicPrinted withName(std::string to) const {
    BasicPrinted copy = *this;
    copy.name = Named::as(std::move(to)).name();
    return copy;
  }
  /// The text of a record: a function of it in one of the forms of function_forms.hpp. Default: "key, value".
  template <class F2>
  [[nodiscard]] BasicPrinted<F2> withKeyValueMapper(F2 to) const {
    BasicPrinted<F2> copy{target, std::move(to)};
    copy.label = label;
    copy.name = name;
    return copy;
  }

  std::shared_ptr<detail::PrintTarget> target;
  std::optional<std::string> label;
  std::string name;
  F mapper;
};

using Printed = BasicPrinted<>;

}  // namespace widgetstream
