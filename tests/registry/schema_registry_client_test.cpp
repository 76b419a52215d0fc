// The client of a schema registry, against a stub that answers as the published API says.
#include <gmock/gmock.h>

#include <thread>

#include "tests/registry/registry_test.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class ARegistryClient : public ::testing::Test {
 protected:
  [[nodiscard]] std::shared_ptr<SchemaRegistryClient> client() {
    return cachedSchemaRegistryClient(impatient({registry.url()}));
  }

  StubRegistry registry;
};

TEST_F(ARegistryClient, GetsASchemaByItsId) {
  const auto id = registry.seed("orders-value", text_schema);
  EXPECT_EQ(client()->getSchemaById(id), text_schema);
  EXPECT_THAT(registry.requests(), ElementsAre("GET /schemas/ids/1?fetchMaxId=false"));
}

TEST_F(ARegistryClient, TakesASchemaWithoutATypeForAvro) {
  const auto id = registry.seed("old", Schema{SchemaType::avro, R"("string")"});
  EXPECT_EQ(client()->getSchemaById(id).type, SchemaType::avro);
}

TEST_F(ARegistryClient, GetsWhatASchemaImports) {
  const Schema schema{SchemaType::protobuf, "syntax...", {{"parts.proto", "parts.proto", 2}}};
  const auto id = registry.seed("widgets-value", schema);
  EXPECT_EQ(client()->getSchemaById(id), schema);
}

TEST_F(ARegistryClient, RegistersASchemaUnderASubject) {
  EXPECT_EQ(client()->registerSchema("orders-value", text_schema), 1);
  EXPECT_THAT(registry.requests(), ElementsAre("POST /subjects/orders-value/versions?normalize=false"));
  EXPECT_THAT(registry.bodies(), ElementsAre(R"({"schema":"{\"type\":\"string\"}","schemaType":"JSON"})"));
}

TEST_F(ARegistryClient, SaysNothingOfTheTypeOfAnAvroSchema) {
  (void)client()->registerSchema("old", Schema{SchemaType::avro, R"("string")"});
  EXPECT_THAT(registry.bodies(), ElementsAre(R"({"schema":"\"string\""})"));
}

TEST_F(ARegistryClient, RegistersWhatASchemaImports) {
  (void)client()->registerSchema("w", Schema{SchemaType::protobuf, "p", {{"parts.proto", "parts", 1}}}, true);
  EXPECT_THAT(registry.requests(), ElementsAre("POST /subjects/w/versions?normalize=true"));
  EXPECT_THAT(registry.bodies(),
              ElementsAre(R"({"schema":"p","schemaType":"PROTOBUF",)"
                          R"("references":[{"name":"parts.proto","subject":"parts","version":1}]})"));
}

TEST_F(ARegistryClient, KeepsASubjectInOneSegmentOfThePath) {
  EXPECT_EQ(client()->registerSchema("a/b c", text_schema), 1);
  EXPECT_THAT(registry.requests(), ElementsAre("POST /subjects/a%2Fb%20c/versions?normalize=false"));
}

TEST_F(ARegistryClient, LooksUpASchemaOfASubject) {
  registry.seed("orders-value", Schema{SchemaType::json, "{}"});
  registry.seed("orders-value", text_schema);
  const RegisteredSchema found = client()->lookUpSchema("orders-value", text_schema);
  EXPECT_EQ(found.subject, "orders-value");
  EXPECT_EQ(found.id, 2);
  EXPECT_EQ(found.version, 2);
  EXPECT_EQ(found.schema, text_schema);
  EXPECT_THAT(registry.requests(), ElementsAre("POST /subjects/orders-value?normalize=false"));
}

TEST_F(ARegistryClient, GetsTheNewestSchemaOfASubjectAnewEachTime) {
  const auto asks = client();
  registry.seed("orders-value", Schema{SchemaType::json, "{}"});
  EXPECT_EQ(asks->getLatestSchema("orders-value").id, 1);
  registry.seed("orders-value", text_schema);
  EXPECT_EQ(asks->getLatestSchema("orders-value").id, 2);
}

TEST_F(ARegistryClient, AsksForNothingTwice) {
  const auto asks = client();
  registry.seed("orders-value", text_schema);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(asks->getSchemaById(1), text_schema);
    EXPECT_EQ(asks->registerSchema("orders-value", text_schema), 1);
    EXPECT_EQ(asks->lookUpSchema("orders-value", text_schema).version, 1);
  }
  EXPECT_THAT(registry.requests(), SizeIs(3));
}

TEST_F(ARegistryClient, AsksOnceForThreadsThatWantTheSame) {
  const auto asks = client();
  registry.seed("orders-value", text_schema);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { EXPECT_EQ(asks->getSchemaById(1), text_schema); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(registry.requests(), SizeIs(1));
}

TEST_F(ARegistryClient, ForgetsRatherThanGrows) {
  auto options = impatient({registry.url()});
  options.max_schemas = 2;
  const auto asks = cachedSchemaRegistryClient(options);
  for (int i = 0; i < 3; ++i) registry.seed("s", Schema{SchemaType::json, std::to_string(i)});
  for (int id : {1, 2, 3, 1}) (void)asks->getSchemaById(id);
  EXPECT_THAT(registry.requests(), SizeIs(4));
}

TEST_F(ARegistryClient, SaysThatAnIdIsUnknown) {
  const auto error = registryErrorOf([&] { (void)client()->getSchemaById(7); });
  EXPECT_EQ(error.kind(), ErrorKind::bad_record);
  EXPECT_EQ(error.status(), 404);
  EXPECT_EQ(error.code(), 40403);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("schema registry " + registry.url() + " refuses schema 7: 404 (40403)"),
                                  HasSubstr("Schema 7 not found"), HasSubstr("may stand in another registry")));
}

TEST_F(ARegistryClient, RemembersForAWhileThatAnIdIsUnknown) {
  const auto asks = client();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(registryErrorOf([&] { (void)asks->getSchemaById(7); }).code(), 40403);
  EXPECT_THAT(registry.requests(), SizeIs(1));

  auto options = impatient({registry.url()});
  options.missing_id_ttl = Milliseconds{0};
  const auto forgets = cachedSchemaRegistryClient(options);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(registryErrorOf([&] { (void)forgets->getSchemaById(7); }).code(), 40403);
  EXPECT_THAT(registry.requests(), SizeIs(3));
}

TEST_F(ARegistryClient, SaysThatASubjectIsUnknown) {
  const auto error = registryErrorOf([&] { (void)client()->lookUpSchema("orders-value", text_schema); });
  EXPECT_EQ(error.kind(), ErrorKind::fatal);
  EXPECT_EQ(error.code(), 40401);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("the schema of orders-value"), HasSubstr("Subject 'orders-value' not found."),
                    HasSubstr("register a schema under this subject, or let auto_register_schemas do it")));
  EXPECT_EQ(registryErrorOf([&] { (void)client()->getLatestSchema("orders-value"); }).code(), 40401);
}

TEST_F(ARegistryClient, SaysThatASubjectHasNoSuchSchema) {
  registry.seed("orders-value", Schema{SchemaType::json, "{}"});
  const auto error = registryErrorOf([&] { (void)client()->lookUpSchema("orders-value", text_schema); });
  EXPECT_EQ(error.kind(), ErrorKind::fatal);
  EXPECT_EQ(error.code(), 40403);
}

TEST_F(ARegistryClient, SaysThatASchemaIsIncompatible) {
  registry.makeIncompatible("orders-value");
  const auto error = registryErrorOf([&] { (void)client()->registerSchema("orders-value", text_schema); });
  EXPECT_EQ(error.kind(), ErrorKind::fatal);
  EXPECT_EQ(error.status(), 409);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("refuses the registration of a schema under orders-value: 409"),
                                  HasSubstr("incompatible with an earlier schema"),
                                  HasSubstr("or the subject's compatibility level")));
}

TEST_F(ARegistryClient, SaysThatATextIsNoSchema) {
  const auto error = registryErrorOf([&] {
    (void)client()->registerSchema("s", Schema{SchemaType::json, "not a schema"});
  });
  EXPECT_EQ(error.kind(), ErrorKind::fatal);
  EXPECT_EQ(error.code(), 42201);
}

TEST_F(ARegistryClient, TriesAgainWhatMayPass) {
  auto options = impatient({registry.url()});
  options.max_retries = 3;
  registry.seed("s", text_schema);
  registry.failNext(3, 500);
  EXPECT_EQ(cachedSchemaRegistryClient(options)->getSchemaById(1), text_schema);
  EXPECT_THAT(registry.requests(), SizeIs(4));
}

TEST_F(ARegistryClient, SaysWhenTriesDidNotHelp) {
  auto options = impatient({registry.url()});
  options.max_retries = 2;
  for (const int status : {408, 429, 500, 502, 503}) {
    StubRegistry busy;
    options.urls = {busy.url()};
    busy.failNext(99, status);
    const auto error = registryErrorOf([&] { (void)cachedSchemaRegistryClient(options)->getSchemaById(1); });
    EXPECT_EQ(error.kind(), ErrorKind::retriable);
    EXPECT_EQ(error.status(), status);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("cannot be asked for schema 1: " + busy.url()),
                                    HasSubstr("status " + std::to_string(status) + " Error in the backend")));
    EXPECT_THAT(busy.requests(), SizeIs(3));
  }
}

TEST_F(ARegistryClient, DoesNotTryAgainWhatWasRefused) {
  auto options = impatient({registry.url()});
  options.max_retries = 3;
  EXPECT_EQ(registryErrorOf([&] { (void)cachedSchemaRegistryClient(options)->getSchemaById(7); }).status(), 404);
  EXPECT_THAT(registry.requests(), SizeIs(1));
}

TEST_F(ARegistryClient, GoesToTheNextUrlWhenOneIsAway) {
  std::string away;
  {
    StubRegistry gone;
    away = gone.url();
  }
  registry.seed("s", text_schema);
  LogText log;
  auto options = impatient({away, registry.url()});
  options.log = log.sink();
  const auto asks = cachedSchemaRegistryClient(options);
  EXPECT_EQ(asks->getSchemaById(1), text_schema);
  EXPECT_THAT(log.text(), AllOf(HasSubstr("a schema registry does not answer"), HasSubstr(away)));

  // And stays there.
  const std::string before = log.text();
  (void)asks->registerSchema("s", text_schema);
  EXPECT_EQ(log.text(), before);
}

TEST_F(ARegistryClient, GoesToTheNextUrlWhenOneIsBusyOrSilent) {
  StubRegistry other;
  other.seed("s", text_schema);
  registry.failNext(1, 503);
  EXPECT_EQ(cachedSchemaRegistryClient(impatient({registry.url(), other.url()}))->getSchemaById(1), text_schema);

  auto options = impatient({registry.url(), other.url()});
  options.read_timeout = Milliseconds{50};
  registry.fallSilent();
  EXPECT_EQ(cachedSchemaRegistryClient(options)->getSchemaById(1), text_schema);
}

TEST_F(ARegistryClient, NamesAllUrlsWhenNoneAnswers) {
  std::string away;
  {
    StubRegistry gone;
    away = gone.url();
  }
  registry.fallSilent();
  auto options = impatient({away, registry.url()});
  options.read_timeout = Milliseconds{50};
  const auto error = registryErrorOf([&] { (void)cachedSchemaRegistryClient(options)->getSchemaById(1); });
  EXPECT_EQ(error.kind(), ErrorKind::retriable);
  EXPECT_EQ(error.status(), 0);
  EXPECT_THAT(error.what(), AllOf(HasSubstr(away + ": it cannot be connected to: Connection refused"),
                                  HasSubstr(registry.url() + ": the answer cannot be read: no answer within 50 ms")));
}

TEST_F(ARegistryClient, SaysThatAHostIsUnknown) {
  const auto options = impatient({"http://no-such-host.invalid:8081"});
  const auto error = registryErrorOf([&] { (void)cachedSchemaRegistryClient(options)->getSchemaById(1); });
  EXPECT_EQ(error.kind(), ErrorKind::retriable);
  EXPECT_THAT(error.what(), HasSubstr("the host no-such-host.invalid cannot be resolved"));
}

TEST_F(ARegistryClient, SaysThatAUrlIsNotARegistrys) {
  registry.failNext(1, 200, "<html>Welcome</html>");
  const auto error = registryErrorOf([&] { (void)client()->getSchemaById(1); });
  EXPECT_EQ(error.kind(), ErrorKind::fatal);
  EXPECT_THAT(error.what(), HasSubstr("is none of a schema registry"));

  registry.failNext(1, 404, "<html>Not here</html>");
  const auto other = registryErrorOf([&] { (void)client()->getSchemaById(1); });
  EXPECT_EQ(other.kind(), ErrorKind::fatal) << "a page that is not there says nothing about the id";
  EXPECT_THAT(other.what(),
              AllOf(HasSubstr("<html>Not here</html>"), HasSubstr("is this the URL of a schema registry?")));
}

TEST(ARegistryWithAPath, IsAskedBelowIt) {
  StubRegistry registry{{.path = "/apis/ccompat/v7"}};
  registry.seed("s", text_schema);
  EXPECT_EQ(cachedSchemaRegistryClient(impatient({registry.url()}))->getSchemaById(1), text_schema);
}

TEST(ARegistryThatKnowsItsUsers, IsToldTheUserOfTheOptionsOrTheUrl) {
  StubRegistry registry{{.user_info = "me:p@ss"}};
  registry.seed("s", text_schema);
  auto options = impatient({registry.url()});
  options.basic_auth_user_info = "me:p@ss";
  EXPECT_EQ(cachedSchemaRegistryClient(options)->getSchemaById(1), text_schema);
  EXPECT_EQ(cachedSchemaRegistryClient(impatient({registry.url("127.0.0.1", "me:p%40ss")}))->getSchemaById(1),
            text_schema);
}

TEST(ARegistryThatKnowsItsUsers, IsToldAToken) {
  StubRegistry registry{{.bearer_token = "t0ken"}};
  registry.seed("s", text_schema);
  auto options = impatient({registry.url()});
  options.bearer_auth_token = "t0ken";
  EXPECT_EQ(cachedSchemaRegistryClient(options)->getSchemaById(1), text_schema);
}

TEST(ARegistryThatKnowsItsUsers, RefusesOthersAndNoSecretIsShown) {
  StubRegistry registry{{.user_info = "me:right"}};
  LogText log;
  auto options = impatient({registry.url()});
  options.basic_auth_user_info = "me:wr0ng";
  options.log = log.sink();
  const auto error = registryErrorOf([&] { (void)cachedSchemaRegistryClient(options)->getSchemaById(1); });
  EXPECT_EQ(error.kind(), ErrorKind::fatal);
  EXPECT_EQ(error.status(), 401);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("Unauthorized"), HasSubstr("set basic_auth_user_info"), Not(HasSubstr("wr0ng"))));

  // A URL's user does not show either, in the log or in a message.
  std::string away;
  {
    StubRegistry gone;
    away = gone.url("127.0.0.1", "me:wr0ng");
  }
  auto in_url = impatient({away});
  in_url.log = log.sink();
  const auto gone = registryErrorOf([&] { (void)cachedSchemaRegistryClient(in_url)->getSchemaById(1); });
  EXPECT_EQ(gone.kind(), ErrorKind::retriable);
  EXPECT_THAT(gone.what(), Not(HasSubstr("wr0ng")));
  EXPECT_THAT(log.text(), AllOf(HasSubstr("does not answer"), Not(HasSubstr("wr0ng"))));
}

TEST(AMockRegistry, GivesIdsAndVersionsAsARealOneDoes) {
  const auto registry = mockSchemaRegistryClient();
  const Schema other{SchemaType::json, "{}"};
  EXPECT_EQ(registry->registerSchema("a", text_schema), 1);
  EXPECT_EQ(registry->registerSchema("b", text_schema), 1);
  EXPECT_EQ(registry->registerSchema("a", other), 2);
  EXPECT_EQ(registry->registerSchema("a", other), 2);
  EXPECT_EQ(registry->getSchemaById(2), other);
  EXPECT_EQ(registry->getLatestSchema("a").version, 2);
  EXPECT_EQ(registry->lookUpSchema("a", text_schema).version, 1);
  EXPECT_EQ(registryErrorOf([&] { (void)registry->getSchemaById(3); }).code(), 40403);
  EXPECT_EQ(registryErrorOf([&] { (void)registry->getLatestSchema("c"); }).code(), 40401);
  EXPECT_EQ(registryErrorOf([&] { (void)registry->lookUpSchema("b", other); }).code(), 40403);
}

}  // namespace
}  // namespace widgetstream
