// expect: is no field type
#include "widgetstream/serde/json.hpp"

struct Order {
  int* quantity = nullptr;
};

template <>
struct widgetstream::Describe<Order> {
  static constexpr auto fields = describe(field("quantity", &Order::quantity));
};

int main() {
  (void)widgetstream::toJson(Order{});
}
