// URLs of registries: what is taken, and what is said about the rest.
#include "registry/http/url.hpp"

#include <gmock/gmock.h>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string problemOf(const std::string& url) {
  try {
    (void)parseRegistryUrl(url);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
    return error.what();
  }
  return "none";
}

TEST(ARegistryUrl, NamesSchemeHostAndPort) {
  const RegistryUrl plain = parseRegistryUrl("http://registry:8081");
  EXPECT_FALSE(plain.tls);
  EXPECT_EQ(plain.host, "registry");
  EXPECT_EQ(plain.port, "8081");
  EXPECT_EQ(plain.path, "");
  EXPECT_EQ(plain.authority(), "registry:8081");
  EXPECT_TRUE(parseRegistryUrl("HTTPS://registry").tls);
}

TEST(ARegistryUrl, HasTheUsualPortUnlessItNamesOne) {
  EXPECT_EQ(parseRegistryUrl("http://registry").port, "80");
  EXPECT_EQ(parseRegistryUrl("https://registry/").port, "443");
  EXPECT_EQ(parseRegistryUrl("https://registry:").port, "443");
}

TEST(ARegistryUrl, MayHaveAPathBeforeThatOfTheApi) {
  EXPECT_EQ(parseRegistryUrl("http://registry/apis/ccompat/v7/").path, "/apis/ccompat/v7");
  EXPECT_EQ(parseRegistryUrl(" http://registry:8081/ ").shown(), "http://registry:8081");
}

TEST(ARegistryUrl, MayNameAnAddressOfIPv6) {
  const RegistryUrl url = parseRegistryUrl("http://[::1]:8081/x");
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.port, "8081");
  EXPECT_EQ(url.shown(), "http://[::1]:8081/x");
}

TEST(ARegistryUrl, MayHaveAUserWhoIsNotShown) {
  const RegistryUrl url = parseRegistryUrl("https://me:p%40ss%3Aword@registry:8081");
  EXPECT_EQ(url.user_info, "me:p@ss:word");
  EXPECT_EQ(url.shown(), "https://registry:8081");
}

TEST(ARegistryUrl, IsRefusedWithTheReasonAndWhatWasExpected) {
  EXPECT_EQ(problemOf(""),
            "schema.registry.url: it is empty; expected http://HOST:PORT or https://HOST:PORT, several separated by "
            "commas");
  EXPECT_THAT(problemOf("registry:8081"), HasSubstr("begins neither with http:// nor with https://"));
  EXPECT_THAT(problemOf("http://"), HasSubstr("names no host"));
  EXPECT_THAT(problemOf("http://registry:port"), HasSubstr("'port' is no port"));
  EXPECT_THAT(problemOf("http://registry:0"), HasSubstr("'0' is no port"));
  EXPECT_THAT(problemOf("http://registry:70000"), HasSubstr("'70000' is no port"));
  EXPECT_THAT(problemOf("http://registry?x=1"), HasSubstr("query or a fragment"));
  EXPECT_THAT(problemOf("http://[::1:8081"), HasSubstr("does not end"));
  EXPECT_THAT(problemOf("http://reg istry"), HasSubstr("characters that no name has"));
  EXPECT_THAT(problemOf("http://me:%zz@registry"), HasSubstr("percent sign without two digits"));
}

TEST(ARegistryUrl, ShowsNoSecretWhenItIsRefused) {
  EXPECT_THAT(problemOf("http://me:secret@registry:port"), Not(HasSubstr("secret")));
  EXPECT_THAT(problemOf("ftp://me:secret@registry"), Not(HasSubstr("secret")));
}

TEST(ASubject, IsOneSegmentOfAPath) {
  EXPECT_EQ(percentEncoded("orders-value"), "orders-value");
  EXPECT_EQ(percentEncoded("a/b c%?\xc3\xbc"), "a%2Fb%20c%25%3F%C3%BC");
}

}  // namespace
}  // namespace widgetstream::detail
