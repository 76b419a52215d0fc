// Options of the client: Confluent's names, and what does not go together.
#include <gmock/gmock.h>

#include <functional>

#include "tests/registry/registry_test.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string refusalOf(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
    return error.what();
  }
  return "not refused";
}

std::string refusalOfProperties(const std::map<std::string, std::string>& properties) {
  return refusalOf([&] { (void)SchemaRegistryOptions::fromProperties(properties); });
}

TEST(RegistryOptions, AreReadUnderConfluentsNames) {
  const auto options = SchemaRegistryOptions::fromProperties({{"schema.registry.url", "http://a:1,https://b:2"},
                                                              {"basic.auth.credentials.source", "USER_INFO"},
                                                              {"schema.registry.basic.auth.user.info", "me:secret"},
                                                              {"schema.registry.ssl.ca.location", "/ca.pem"},
                                                              {"http.connect.timeout.ms", "11"},
                                                              {"http.read.timeout.ms", "12"},
                                                              {"max.retries", "7"},
                                                              {"retries.wait.ms", "13"},
                                                              {"retries.max.wait.ms", "14"},
                                                              {"max.schemas.per.subject", "15"},
                                                              {"auto.register.schemas", "false"}});
  EXPECT_THAT(options.urls, ElementsAre("http://a:1", "https://b:2"));
  EXPECT_EQ(options.basic_auth_user_info, "me:secret");
  EXPECT_EQ(options.ssl_ca_location, "/ca.pem");
  EXPECT_TRUE(options.ssl_verify_hostname);
  EXPECT_EQ(options.connect_timeout, Milliseconds{11});
  EXPECT_EQ(options.read_timeout, Milliseconds{12});
  EXPECT_EQ(options.max_retries, 7);
  EXPECT_EQ(options.retries_wait, Milliseconds{13});
  EXPECT_EQ(options.retries_max_wait, Milliseconds{14});
  EXPECT_EQ(options.max_schemas, 15U);
}

TEST(RegistryOptions, TurnTheCheckOfHostNamesOffAsKafkaDoes) {
  EXPECT_FALSE(SchemaRegistryOptions::fromProperties(
                   {{"schema.registry.url", "https://a"}, {"ssl.endpoint.identification.algorithm", ""}})
                   .ssl_verify_hostname);
}

TEST(RegistryOptions, IgnoreAUserThatIsNotToBeTakenFromThem) {
  EXPECT_EQ(
      SchemaRegistryOptions::fromProperties({{"schema.registry.url", "http://a"}, {"basic.auth.user.info", "m:s"}})
          .basic_auth_user_info,
      "")
      << "Confluent's default is the user of the URL";
}

TEST(RegistryOptions, AreRefusedWhenAValueIsWrong) {
  EXPECT_THAT(refusalOfProperties({}), HasSubstr("schema.registry.url is missing"));
  EXPECT_THAT(refusalOfProperties({{"schema.registry.url", "http://a,,"}}), HasSubstr("it is empty"));
  EXPECT_THAT(
      refusalOfProperties({{"schema.registry.url", "http://a"}, {"basic.auth.credentials.source", "SASL_INHERIT"}}),
      HasSubstr("basic.auth.credentials.source = 'SASL_INHERIT': expected URL or USER_INFO"));
  EXPECT_EQ(refusalOfProperties({{"schema.registry.url", "http://a"}, {"max.retries", "many"}}),
            "max.retries = 'many': expected a number from 0 to 2147483647");
  EXPECT_THAT(refusalOfProperties({{"schema.registry.url", "http://a"}, {"http.read.timeout.ms", "0"}}),
              HasSubstr("read_timeout: expected at least 1 ms"));
}

TEST(RegistryOptions, AreRefusedWhenTheyContradictEachOther) {
  const auto with = [](const auto& change) {
    return refusalOf([&] {
      auto options = impatient({"http://a"});
      change(options);
      options.validate();
    });
  };
  EXPECT_THAT(with([](auto& o) {
                o.basic_auth_user_info = "me:s3cret";
                o.bearer_auth_token = "t0ken";
              }),
              HasSubstr("exclude each other"));
  EXPECT_THAT(with([](auto& o) {
                o.urls = {"http://you:s3cret@a"};
                o.basic_auth_user_info = "me:s3cret";
              }),
              HasSubstr("exclude each other"));
  EXPECT_THAT(with([](auto& o) { o.basic_auth_user_info = "s3cret"; }), Not(HasSubstr("s3cret")));
  EXPECT_THAT(with([](auto& o) { o.ssl_key_location = "key.pem"; }), HasSubstr("belong together"));
  EXPECT_THAT(with([](auto& o) { o.max_retries = -1; }), HasSubstr("max_retries = -1"));
  EXPECT_THAT(with([](auto& o) { o.max_schemas = 0; }), HasSubstr("max_schemas"));
}

}  // namespace
}  // namespace widgetstream
