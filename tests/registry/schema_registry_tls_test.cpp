// TLS to a registry: who is trusted, whose certificate it is, and what is said otherwise.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/registry/registry_test.hpp"
#include "tests/support/temp_dir.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ARegistryWithTls : public ::testing::Test {
 protected:
  [[nodiscard]] SchemaRegistryOptions trusting(const StubRegistry& registry,
                                               const std::string& host = "127.0.0.1") const {
    auto options = impatient({registry.url(host)});
    options.ssl_ca_location = certificates.authority();
    return options;
  }
  static Schema schemaBy(const SchemaRegistryOptions& options) {
    return cachedSchemaRegistryClient(options)->getSchemaById(1);
  }
  static std::string failureOf(const SchemaRegistryOptions& options) {
    const auto error = registryErrorOf([&] { (void)schemaBy(options); });
    EXPECT_EQ(error.kind(), ErrorKind::retriable);
    return error.what();
  }
  template <class Change>
  std::string refusalOf(Change change) {
    auto options = impatient({"https://registry"});
    change(options);
    try {
      (void)cachedSchemaRegistryClient(options);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
      return error.what();
    }
    return "not refused";
  }

  TempDir directory;
  Certificates certificates{directory.path()};
};

TEST_F(ARegistryWithTls, IsBelievedWhenATrustedAuthorityVouchesForItsHost) {
  StubRegistry registry{{.tls = certificates.issue("registry")}};
  registry.seed("s", text_schema);
  EXPECT_EQ(schemaBy(trusting(registry)), text_schema);
  EXPECT_EQ(schemaBy(trusting(registry, "localhost")), text_schema);
}

TEST_F(ARegistryWithTls, IsNotBelievedWithoutATrustedAuthority) {
  StubRegistry registry{{.tls = certificates.issue("registry")}};
  EXPECT_THAT(failureOf(impatient({registry.url()})),
              AllOf(HasSubstr("its certificate is refused: unable to get local issuer certificate"),
                    HasSubstr("ssl_ca_location names the authorities that are trusted")));
}

TEST_F(ARegistryWithTls, IsNotBelievedWithTheCertificateOfAnotherHost) {
  StubRegistry registry{{.tls = certificates.issue("other", "DNS:other.example")}};
  registry.seed("s", text_schema);
  EXPECT_THAT(failureOf(trusting(registry)), HasSubstr("its certificate is refused: IP address mismatch"));
  EXPECT_THAT(failureOf(trusting(registry, "localhost")), HasSubstr("its certificate is refused: hostname mismatch"));

  auto options = trusting(registry);
  options.ssl_verify_hostname = false;
  EXPECT_EQ(schemaBy(options), text_schema);
}

TEST_F(ARegistryWithTls, MayWantACertificateOfItsClients) {
  StubRegistry registry{{.tls = certificates.issue("registry"), .authority_of_clients = certificates.authority()}};
  registry.seed("s", text_schema);
  EXPECT_THAT(failureOf(trusting(registry)), HasSubstr(registry.url()));

  auto options = trusting(registry);
  const auto own = certificates.issue("client");
  options.ssl_certificate_location = own.certificate;
  options.ssl_key_location = own.key;
  EXPECT_EQ(schemaBy(options), text_schema);
}

TEST_F(ARegistryWithTls, IsNotSpokenToInPlainText) {
  StubRegistry registry{{.tls = certificates.issue("registry")}};
  auto options = impatient({"http://127.0.0.1:" + std::to_string(registry.port())});
  EXPECT_THAT(failureOf(options), HasSubstr("the answer cannot be read"));

  StubRegistry plain;
  EXPECT_THAT(failureOf(impatient({"https://127.0.0.1:" + std::to_string(plain.port())})),
              HasSubstr("the TLS handshake fails"));
}

TEST_F(ARegistryWithTls, NeedsFilesThatCanBeRead) {
  const auto missing = directory.path() / "missing.pem";
  EXPECT_THAT(refusalOf([&](auto& options) { options.ssl_ca_location = missing; }),
              HasSubstr("ssl_ca_location: " + missing.string() + " cannot be read as PEM"));
  const auto garbage = directory.path() / "garbage.pem";
  std::ofstream{garbage} << "no certificate";
  const auto own = certificates.issue("client");
  EXPECT_THAT(refusalOf([&](auto& options) {
                options.ssl_certificate_location = garbage;
                options.ssl_key_location = own.key;
              }),
              HasSubstr("ssl_certificate_location: " + garbage.string()));
  EXPECT_THAT(refusalOf([&](auto& options) {
                options.ssl_certificate_location = own.certificate;
                options.ssl_key_location = garbage;
              }),
              HasSubstr("ssl_key_location: " + garbage.string()));
}

}  // namespace
}  // namespace widgetstream
