// Connection strings: what is refused, and that their secrets never show.
#include "connectors/mongo/uri.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string errorOf(const std::string& uri) {
  try {
    const MongoUri parsed{uri};
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
    return error.what();
  }
  return "no error";
}

TEST(MongoUri, TellsHostsAndDatabase) {
  const MongoUri uri{"mongodb://Fred:s%40cret@one:27018,two/widgets?replicaSet=rs0&w=majority"};
  EXPECT_EQ(uri.hosts(), "one:27018,two:27017");
  EXPECT_EQ(uri.database(), "widgets");
  EXPECT_EQ(MongoUri{"mongodb://one"}.database(), "");
}

TEST(MongoUri, RefusesWhatIsNoUriAndNamesTheProblem) {
  EXPECT_THAT(errorOf(""), HasSubstr("empty"));
  EXPECT_THAT(errorOf("localhost:27017"), HasSubstr("scheme"));
  EXPECT_THAT(errorOf("http://localhost"), HasSubstr("mongodb://"));
  EXPECT_THAT(errorOf("mongodb://host:99999"), HasSubstr("host"));
  EXPECT_THAT(errorOf("mongodb://host/?tlsCaFiel=x"), HasSubstr("tlscafiel"));
  EXPECT_THAT(errorOf("mongodb://host/?connectTimeoutMS=soon"), HasSubstr("connecttimeoutms"));
  EXPECT_THAT(errorOf(std::string{"mongodb://host\0/", 16}), HasSubstr("NUL"));
}

TEST(MongoUri, RefusesWritesThatNobodyAcknowledges) {
  EXPECT_THAT(errorOf("mongodb://host/?w=0"), HasSubstr("w=0"));
  EXPECT_THAT(errorOf("mongodb://host/?w=1"), HasSubstr("no error"));
}

TEST(MongoUri, AcceptsAnAtSignAmongTheOptions) {
  EXPECT_EQ(errorOf("mongodb://host:27017/?appName=a@b"), "no error");
}

TEST(MongoUri, NeverShowsThePasswordOfARefusedUri) {
  for (const char* uri :
       {"mongodb://Fred:hunter2@host:99999", "mongodb://Fred:hunter2@", "mongodb://Fred:hun@ter2@host",
        "mongodb://Fred:27/hunter2@host", "mongodb://Fred:27?hunter2@host", "mongodb://Fred:hunter2%zz@host",
        "mongodb://Fred:hunter2:more@host", "mongo://Fred:hunter2@host", "mongodb://Fred:hunter2@host/?nonsense=1",
        "mongodb://host/?tls=true&tlsCertificateKeyFilePassword=hunter2&nonsense=1",
        "mongodb://Fred:hunter2@host/?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:hunter2&w=0",
        "mongodb://Fred:hunter2@host/?w=0"}) {
    const std::string error = errorOf(uri);
    EXPECT_THAT(error, Not(HasSubstr("no error"))) << uri;
    EXPECT_THAT(error, Not(HasSubstr("hunter2"))) << uri;
    EXPECT_THAT(error, Not(HasSubstr("ter2"))) << uri;
  }
}

TEST(MongoUri, RedactsItsSecretsAsWrittenAndAsMeant) {
  const MongoUri uri{"mongodb://Fred:s%40cret@host/?tls=true&tlsCertificateKeyFilePassword=key%21pass"};
  EXPECT_EQ(uri.redact("s@cret s%40cret key!pass key%21pass Fred"), "*** *** *** *** Fred");
}

TEST(MongoUri, RedactingEndsWhateverThePassword) {
  const MongoUri uri{"mongodb://Fred:*@host"};
  EXPECT_EQ(uri.redact("a * b"), "a *** b");
}

}  // namespace
}  // namespace widgetstream
