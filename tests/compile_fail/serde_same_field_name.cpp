// expect: two fields of one description bear the same name
#include "widgetstream/serde/json.hpp"

struct Order {
  int quantity = 0;
  int price = 0;
};

template <>
struct widgetstream::Describe<Order> {
  static constexpr auto fields = describe(field("quantity", &Order::quantity), field("quantity", &Order::price));
};

int main() {
  (void)widgetstream::toJson(Order{});
}
