// expect: this type has no default serde
#include <vector>

#include "widgetstream/serde/default_serde.hpp"

struct Undescribed {
  int quantity = 0;
};

int main() {
  (void)widgetstream::defaultSerde<std::vector<Undescribed>>();
}
