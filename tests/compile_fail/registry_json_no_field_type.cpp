// expect: this type (named below as T) is no field type
#include "widgetstream/registry/registry_json_serde.hpp"

struct Undescribed {
  int quantity = 0;
};

int main() {
  (void)widgetstream::jsonSchema<Undescribed>();
}
