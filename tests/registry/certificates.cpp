#include "tests/registry/certificates.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace widgetstream {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(std::FILE* file) const { std::fclose(file); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error{std::string{"Certificates: "} + what};
}

Owned<std::FILE> open(const std::filesystem::path& file, const char* mode) {
  Owned<std::FILE> opened{std::fopen(file.c_str(), mode)};
  require(opened != nullptr, "a file cannot be opened");
  return opened;
}

Owned<EVP_PKEY> newKey() {
  Owned<EVP_PKEY> key{EVP_EC_gen("P-256")};
  require(key != nullptr, "no key");
  return key;
}

void extend(X509& certificate, X509& issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
  require(extension && X509_add_ext(&certificate, extension.get(), -1) == 1, "no extension");
}

/// Valid for a day. `issuer` nullptr: by itself.
Owned<X509> newCertificate(const std::string& name, EVP_PKEY& key, X509* issuer) {
  Owned<X509> certificate{X509_new()};
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), issuer == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24 * 60 * 60);
  X509_set_pubkey(certificate.get(), &key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(), issuer == nullptr ? subject : X509_get_subject_name(issuer));
  return certificate;
}

void write(const std::filesystem::path& file, X509& certificate) {
  require(PEM_write_X509(open(file, "w").get(), &certificate) == 1, "no certificate written");
}
void write(const std::filesystem::path& file, EVP_PKEY& key) {
  require(PEM_write_PrivateKey(open(file, "w").get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "no key written");
}

}  // namespace

Certificates::Certificates(std::filesystem::path directory) : directory_(std::move(directory)) {
  const auto key = newKey();
  const auto certificate = newCertificate("Test Authority", *key, nullptr);
  extend(*certificate, *certificate, NID_basic_constraints, "critical,CA:TRUE");
  require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "not signed");
  write(authority(), *certificate);
  write(directory_ / "authority.key", *key);
}

Certificates::Pair Certificates::issue(const std::string& name, const std::string& hosts) const {
  const Owned<X509> issuer{PEM_read_X509(open(authority(), "r").get(), nullptr, nullptr, nullptr)};
  const Owned<EVP_PKEY> issuer_key{
      PEM_read_PrivateKey(open(directory_ / "authority.key", "r").get(), nullptr, nullptr, nullptr)};
  const auto key = newKey();
  const auto certificate = newCertificate(name, *key, issuer.get());
  extend(*certificate, *issuer, NID_subject_alt_name, hosts);
  require(X509_sign(certificate.get(), issuer_key.get(), EVP_sha256()) > 0, "not signed");
  const Pair pair{directory_ / (name + ".pem"), directory_ / (name + ".key")};
  write(pair.certificate, *certificate);
  write(pair.key, *key);
  return pair;
}

}  // namespace widgetstream
