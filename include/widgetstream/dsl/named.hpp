#pragma once

#include <string>
#include <utility>

#include "widgetstream/topology/topology.hpp"

namespace widgetstream {

/// A name for an operator's node instead of the generated one. Generated numbers go on as if it had none, as in Java.
///
/// Errors  Error{invalid_topology} from as(), for a name that Kafka does not allow (see checkName).
class Named {
 public:
  Named() = default;
  [[nodiscard]] static Named as(std::string name) {
    checkName(name, "name");
    Named named;
    named.name_ = std::move(name);
    return named;
  }
  /// Empty: generate one.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  std::string name_;
};

}  // namespace widgetstream
