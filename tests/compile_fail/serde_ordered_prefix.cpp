// expect: FirstFieldsOf
#include "widgetstream/serde/ordered.hpp"

int main() {
  (void)widgetstream::orderedPrefix<std::pair<std::string, int>>(5);
}
