#include "kafka/librdkafka/group_wire.hpp"

#include <thread>

#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/plain_connection.hpp"
#include "kafka/librdkafka/wire_format.hpp"

namespace widgetstream::rdkafka {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

constexpr std::int16_t find_coordinator = 10;
constexpr std::int16_t leave_group = 13;
constexpr std::chrono::milliseconds retry_interval{50};

BrokerAddress coordinatorOf(const BrokerAddress& broker, const std::string& group, Deadline deadline) {
  PlainConnection connection{broker, deadline};
  const std::string answer = connection.call(find_coordinator, 0, WireWriter{}.text(group).bytes(), deadline);
  WireReader reader{answer};
  throwIfFailed(static_cast<rd_kafka_resp_err_t>(reader.int16()), "finding the coordinator of group " + group);
  (void)reader.int32();  // the broker's number
  std::string host = reader.text();
  return BrokerAddress{std::move(host), std::to_string(reader.int32())};
}

void leaveAt(const BrokerAddress& coordinator, const std::string& group, const std::string& member_id,
             Deadline deadline) {
  PlainConnection connection{coordinator, deadline};
  const std::string answer =
      connection.call(leave_group, 0, WireWriter{}.text(group).text(member_id).bytes(), deadline);
  const auto code = static_cast<rd_kafka_resp_err_t>(WireReader{answer}.int16());
  // Gone already, or the whole group is.
  if (code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID || code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) return;
  throwIfFailed(code, "removing member " + member_id + " from group " + group);
}

BrokerAddress parseOne(std::string_view server) {
  if (const auto scheme = server.find("://"); scheme != std::string_view::npos) server.remove_prefix(scheme + 3);
  BrokerAddress address{"", "9092"};
  if (server.starts_with('[')) {
    const auto end = server.find(']');
    address.host = server.substr(1, end - 1);
    server.remove_prefix(end == std::string_view::npos ? server.size() : end + 1);
  } else {
    address.host = server.substr(0, server.find(':'));
    server.remove_prefix(address.host.size());
  }
  if (server.starts_with(':') && server.size() > 1) address.port = server.substr(1);
  return address;
}

}  // namespace

std::vector<BrokerAddress> parseBootstrapServers(std::string_view servers) {
  std::vector<BrokerAddress> addresses;
  while (!servers.empty()) {
    std::string_view server = servers.substr(0, servers.find(','));
    servers.remove_prefix(std::min(servers.size(), server.size() + 1));
    while (server.starts_with(' ')) server.remove_prefix(1);
    while (server.ends_with(' ')) server.remove_suffix(1);
    if (!server.empty()) addresses.push_back(parseOne(server));
  }
  return addresses;
}

void leaveGroupFor(const std::vector<BrokerAddress>& bootstrap, const std::string& group, const std::string& member_id,
                   Deadline deadline) {
  std::string why = "there are no brokers to ask";
  do {
    for (const BrokerAddress& broker : bootstrap) {
      try {
        return leaveAt(coordinatorOf(broker, group, deadline), group, member_id, deadline);
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::retriable) throw;
        why = error.what();
      }
    }
    std::this_thread::sleep_for(retry_interval);
  } while (!bootstrap.empty() && std::chrono::steady_clock::now() < deadline);
  throw Error{ErrorKind::retriable, "member " + member_id + " could not be removed from group " + group + ": " + why};
}

}  // namespace widgetstream::rdkafka
