// A broker that encrypts and asks for a password: settings pass through, and what is wrong with them is told without them.

#include <gmock/gmock.h>

#include <fstream>

#include "tests/integration/widget_orders_app.hpp"
#include "tests/support/kafka_broker.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SecuredBroker : public ::testing::Test {
 protected:
  SecuredBroker() { makeInputTopics(kafka); }

  /// A key pair for 127.0.0.1, and its certificate as a client wants it.
  static KafkaBroker::Properties secured(const std::filesystem::path& keys, const std::filesystem::path& certificate) {
    const auto keytool = [&](std::vector<std::string> arguments) {
      std::vector<std::string> command{"keytool", "-keystore", keys.string(), "-storepass", "hunter1", "-alias", "broker"};
      command.insert(command.end(), arguments.begin(), arguments.end());
      Process tool{{.command = command, .output = keys.parent_path() / "keytool.log"}};
      if (tool.wait() != ProcessExit{.code = 0, .signal = 0}) throw std::runtime_error{"keytool: " + tool.output()};
    };
    keytool({"-genkeypair", "-keyalg", "EC", "-storetype", "PKCS12", "-dname", "CN=127.0.0.1", "-ext", "san=ip:127.0.0.1"});
    keytool({"-exportcert", "-rfc", "-file", certificate.string()});
    return {{"listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,DETOUR:SASL_SSL"},
            {"ssl.keystore.location", keys.string()},
            {"ssl.keystore.type", "PKCS12"},
            {"ssl.keystore.password", "hunter1"},
            {"sasl.enabled.mechanisms", "PLAIN"},
            {"listener.name.detour.plain.sasl.jaas.config",
             "org.apache.kafka.common.security.plain.PlainLoginModule required user_me=\"hunter2\";"}};
  }
  std::string configWith(const std::string& password) const {
    const auto path = directory.path() / "app.properties";
    std::ofstream{path} << "security.protocol=SASL_SSL\nssl.ca.location=" << certificate.string()
                        << "\nsasl.mechanism=PLAIN\nsasl.username=me\nsasl.password=" << password << '\n';
    return path.string();
  }

  TempDir directory;
  std::filesystem::path certificate = directory.path() / "broker.pem";
  KafkaBroker::Detour with_password = [port = freePort()] { return KafkaBroker::Detour{port, port}; }();
  KafkaBroker broker{secured(directory.path() / "broker.p12", certificate), with_password};
  KafkaClient kafka{broker.bootstrapServers()};
  WidgetOrdersApp app{{"--bootstrap-servers", "127.0.0.1:" + std::to_string(with_password.port)}};
};

TEST_F(SecuredBroker, IsReachedWithTheCertificateAndPasswordOfTheFile) {
  kafka.produce("event-topic", {orderOf("Fred", "W1")});
  app.start({"--config", configWith("hunter2"), "--log-level", "debug"});
  EXPECT_TRUE(waitUntil([&] { return app.get("/orders/Fred").status == 200; })) << app.output();
  EXPECT_EQ(app.stop().code, 0) << app.output();
  EXPECT_THAT(app.output(), Not(HasSubstr("hunter")));
}

TEST_F(SecuredBroker, ThatRefusesThePasswordIsToldWithoutIt) {
  app.start({"--config", configWith("hunter3")});
  EXPECT_TRUE(waitUntil([&] { return app.output().find("uthenti") != std::string::npos; })) << app.output();
  EXPECT_EQ(app.get("/readyz").status, 503);
  static_cast<void>(app.stop());
  EXPECT_THAT(app.output(), Not(HasSubstr("hunter")));
}

TEST_F(SecuredBroker, ThatProvesToBeAnotherIsTold) {
  std::filesystem::rename(certificate, directory.path() / "broker-of-before.pem");
  static_cast<void>(secured(directory.path() / "another.p12", certificate));
  app.start({"--config", configWith("hunter2")});
  EXPECT_TRUE(waitUntil([&] { return app.output().find("certificate") != std::string::npos; })) << app.output();
  EXPECT_EQ(app.get("/readyz").status, 503);
}

}  // namespace
}  // namespace widgetstream
