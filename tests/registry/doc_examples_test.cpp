// The examples of docs/schema-registry.md, built and checked. Each region from `// doc` to `// end` stands there word
// for word.
#include <gmock/gmock.h>

#include "registry_widget.pb.h"
#include "tests/registry/model.hpp"
#include "tests/support/doc_regions.hpp"
#include "widgetstream/dsl/streams_builder.hpp"
#include "widgetstream/registry/registry_json_serde.hpp"
#include "widgetstream/registry/registry_protobuf_serde.hpp"
#include "widgetstream/testing/topology_test_driver.hpp"

namespace widgetstream::tests {
namespace {

using ::testing::ElementsAreArray;

TEST(RegistryExamples, AClientIsMadeOnce) {
  const std::string password = "secret";
  const auto make = [&] {
    // doc
    auto registry = cachedSchemaRegistryClient({.urls = {"https://registry-1:8081", "https://registry-2:8081"},
                                                .basic_auth_user_info = "orders-app:" + password,
                                                .ssl_ca_location = "/etc/ssl/registry-ca.pem"});
    // end
    return registry;
  };
  EXPECT_THROW((void)make(), Error) << "there is no such file here";
}

TEST(RegistryExamples, ATopologyReadsAndWritesJsonWithSchemas) {
  const auto registry = mockSchemaRegistryClient();
  StreamsBuilder builder;
  // doc
  const RegistryJsonSerde<WidgetOrder> order_serde{registry};
  builder.stream<std::string, WidgetOrder>("orders", Consumed::with(StringSerde{}, order_serde))
      .filter([](const WidgetOrder& order) { return order.quantity > 0; })
      .to("valid-orders", Produced::with(StringSerde{}, order_serde));
  // end
  const std::string schema_text = R"({"type":"object"})";
  // doc
  const RegistryJsonSerde<WidgetOrder> by_hand{registry,
                                               {.schema = schema_text, .record_name = "com.example.WidgetOrder"}};
  // end
  TopologyTestDriver driver{builder.build()};
  auto in = driver.input<std::string, WidgetOrder>("orders", StringSerde{}, by_hand);
  auto out = driver.output<std::string, WidgetOrder>("valid-orders", StringSerde{}, order_serde);
  in.pipe("a", {"Fred", 3});
  in.pipe("b", {"Wilma", 0});
  EXPECT_EQ(out.readValue(), (WidgetOrder{"Fred", 3}));
  EXPECT_TRUE(out.isEmpty());
  EXPECT_EQ(registry->getLatestSchema("valid-orders-value").schema.text, jsonSchema<WidgetOrder>());
  EXPECT_EQ(registry->getLatestSchema("orders-value").schema.text, schema_text);
}

TEST(RegistryExamples, ATopologyReadsAndWritesProtobufWithSchemas) {
  const auto registry = mockSchemaRegistryClient();
  StreamsBuilder builder;
  // doc
  const RegistryProtobufSerde<Widget> widget_serde{registry};
  builder.stream<std::string, Widget>("widgets", Consumed::with(StringSerde{}, widget_serde))
      .to("more-widgets", Produced::with(StringSerde{}, widget_serde));
  // end
  TopologyTestDriver driver{builder.build()};
  Widget bolt;
  bolt.set_id("bolt");
  driver.input<std::string, Widget>("widgets", StringSerde{}, widget_serde).pipe("a", bolt);
  const auto widget = driver.output<std::string, Widget>("more-widgets", StringSerde{}, widget_serde).readValue();
  ASSERT_TRUE(widget);
  EXPECT_EQ(widget->id(), "bolt");
}

TEST(RegistryExamples, OthersMayHaveRegisteredTheSchema) {
  const auto registry = mockSchemaRegistryClient();
  registry->registerSchema("orders-WidgetOrder", Schema{SchemaType::json, "{}"});
  // doc
  const RegistryJsonSerde<WidgetOrder> strict{
      registry,
      {.subject_name_strategy = topicRecordNameStrategy, .auto_register_schemas = false, .use_latest_version = true}};
  // end
  EXPECT_EQ(encoded(strict, WidgetOrder{"Fred", 3})[4], '\x01');
}

TEST(RegistryExamples, ATestNeedsNoRegistry) {
  // doc
  auto test_registry = mockSchemaRegistryClient();
  const Serde<WidgetOrder> serde = RegistryJsonSerde<WidgetOrder>{test_registry};
  Bytes bytes;
  serde.encode({"Fred", 3}, SerdeContext{.topic = "orders"}, bytes);
  // 00 00 00 00 01 {"customerId":"Fred","quantity":3}
  // end
  EXPECT_EQ(bytes, framed(1, R"({"customerId":"Fred","quantity":3})"));
}

TEST(DocSchemaRegistryMd, ShowsTheseExamplesWordForWord) {
  const auto built = docRegions("registry/doc_examples_test.cpp", "// doc", "// end");
  EXPECT_THAT(docRegions("../docs/schema-registry.md", "```cpp", "```"), ElementsAreArray(built));
  EXPECT_EQ(built.size(), 6U);
}

}  // namespace
}  // namespace widgetstream::tests
