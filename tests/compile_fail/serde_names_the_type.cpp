// expect: T = Undescribed
#include "widgetstream/serde/default_serde.hpp"

struct Undescribed {
  int quantity = 0;
};

int main() {
  (void)widgetstream::defaultSerde<Undescribed>();
}
