// expect: DescribedProtobufMessage
#include <string>

#include "widgetstream/registry/registry_protobuf_serde.hpp"

int main() {
  widgetstream::RegistryProtobufSerde<std::string> serde{widgetstream::mockSchemaRegistryClient()};
  (void)serde;
}
