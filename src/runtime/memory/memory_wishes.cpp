#include "runtime/memory/memory_wishes.hpp"

#include <algorithm>
#include <charconv>

#include "runtime/memory/memory_limit.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

/// More than any machine has. Larger numbers are ways to say that there is no limit, and sums of them must not wrap.
constexpr std::size_t boundless = std::size_t{1} << 44;

/// A client's own setting is stronger than that of all clients.
[[nodiscard]] std::optional<std::size_t> numberOf(const StreamsConfig& config, const ClientProperties& own,
                                                  const std::string& name) {
  const auto of_client = own.find(name);
  const auto of_all = config.client_properties.find(name);
  if (of_client == own.end() && of_all == config.client_properties.end()) return std::nullopt;
  const std::string& value = of_client != own.end() ? of_client->second : of_all->second;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size())
    throw Error{ErrorKind::invalid_config,
                "the setting '" + name + "' has the value '" + value + "', expected is a whole number"};
  return std::min(number, boundless);
}

[[nodiscard]] std::optional<std::size_t> kilobytes(std::optional<std::size_t> number) {
  return number ? std::optional{*number * 1024} : std::nullopt;
}

}  // namespace

MemoryWishes memoryWishes(const StreamsConfig& config, bool global_stores) {
  MemoryWishes wishes;
  wishes.budget_is_set = config.memory_budget_bytes.has_value();
  wishes.budget_bytes = config.memory_budget_bytes ? *config.memory_budget_bytes : memoryOfProcess() / 2;
  wishes.fetch_queues = static_cast<std::size_t>(config.num_stream_threads) + (global_stores ? 1 : 0);
  wishes.budget_bytes = std::min(wishes.budget_bytes, boundless);
  wishes.record_cache_bytes = std::min<std::size_t>(config.cache_max_bytes, boundless);
  if (config.uncommitted_max_bytes) wishes.uncommitted_bytes = std::min(*config.uncommitted_max_bytes, boundless);
  const ClientProperties& fetching = config.consumer_properties;
  wishes.fetch_payload_bytes = kilobytes(numberOf(config, fetching, "queued.max.messages.kbytes"));
  wishes.fetch_records = numberOf(config, fetching, "queued.min.messages");
  wishes.fetch_response_bytes = numberOf(config, fetching, "fetch.max.bytes");
  const ClientProperties& producing = config.producer_properties;
  wishes.largest_record_bytes = numberOf(config, producing, "message.max.bytes").value_or(wishes.largest_record_bytes);
  wishes.produce_payload_bytes = kilobytes(numberOf(config, producing, "queue.buffering.max.kbytes"));
  wishes.produce_records = numberOf(config, producing, "queue.buffering.max.messages");
  return wishes;
}

}  // namespace widgetstream
