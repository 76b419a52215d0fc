// A topology of ten operators, as a program of moderate size draws it.
#include <string>
#include <vector>

#include "widgetstream/widgetstream.hpp"

using namespace widgetstream;

struct WidgetOrder {
  std::string customer_id;
  std::string widget_id;
  std::int64_t quantity = 0;
};

template <>
struct widgetstream::Describe<WidgetOrder> {
  static constexpr auto fields =
      describe(field("customerId", &WidgetOrder::customer_id), field("widgetId", &WidgetOrder::widget_id),
               field("quantity", &WidgetOrder::quantity));
};

Topology orders() {
  StreamsBuilder builder;
  auto customers = builder.table<std::string, std::string>("customers", Materialized::as("customers"));        // 1
  auto orders = builder.stream<std::string, WidgetOrder>("orders")                                             // 2
                    .filter([](const WidgetOrder& order) { return order.quantity > 0; })                       // 3
                    .selectKey([](const WidgetOrder& order) { return order.customer_id; })                     // 4
                    .peek([](const std::string&, const WidgetOrder&) {});                                      // 5
  orders.join(customers, [](const WidgetOrder& order, const std::string& name) { return name + order.widget_id; })  // 6
      .mapValues([](const std::string& text) { return text.size() > 80 ? text.substr(0, 80) : text; })         // 7
      .to("named-orders");                                                                                     // 8
  orders.groupByKey()
      .aggregate([] { return std::int64_t{0}; },
                 [](const WidgetOrder& order, std::int64_t sum) { return sum + order.quantity; },
                 Materialized::as("quantities"))                                                               // 9
      .toStream()                                                                                              // 10
      .to("quantities");
  return builder.build();
}
