// expect: rest() comes once, as the last part
#include "widgetstream/serde/json.hpp"

struct Sensor {
  widgetstream::JsonObject other;
  int volts = 0;
};

template <>
struct widgetstream::Describe<Sensor> {
  static constexpr auto fields = describe(rest(&Sensor::other), field("volts", &Sensor::volts));
};

int main() {
  (void)widgetstream::toJson(Sensor{});
}
