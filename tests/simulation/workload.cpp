#include "tests/simulation/workload.hpp"

#include <charconv>
#include <memory>
#include <optional>
#include <stdexcept>

#include "widgetstream/dsl/streams_builder.hpp"

namespace widgetstream::simulation {
namespace {

constexpr const char* store_name = "seen";

bool isPoison(std::int64_t number) {
  return number % poison_every == poison_every - 1;
}

std::int64_t numberIn(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) throw std::invalid_argument{"no number: " + text};
  return number;
}

std::string withNumber(const std::string&, const std::string& value, const std::string& seen) {
  Seen all = seenIn(seen);
  all.insert(numberIn(value));
  return toText(all);
}

std::string refusePoison(const std::string& value) {
  if (isPoison(numberIn(value))) throw std::runtime_error{"poison"};
  return value;
}

auto materialized(OpenEngine open, bool caching) {
  KeyValueStoreSupplier supplier{store_name, true, std::move(open)};
  auto how = Materialized::as(std::move(supplier));
  return caching ? how : how.withCachingDisabled();
}

/// groupByKey, aggregate: one sub-topology.
class ByKeyWorkload final : public Workload {
 public:
  explicit ByKeyWorkload(bool caching) : caching_(caching) {}

  [[nodiscard]] Topology topology(OpenEngine open) const override {
    StreamsBuilder builder;
    builder.stream<std::string, std::string>("in")
        .mapValues(refusePoison)
        .groupByKey()
        .aggregate([] { return std::string{}; }, withNumber, materialized(std::move(open), caching_))
        .toStream()
        .to("out");
    return builder.build();
  }
  [[nodiscard]] std::vector<std::string> internalTopics() const override { return {}; }
  [[nodiscard]] std::string store() const override { return store_name; }
  [[nodiscard]] std::optional<std::string> keyOf(const std::optional<std::string>& key,
                                                 std::int64_t number) const override {
    return isPoison(number) ? std::nullopt : key;
  }

 private:
  bool caching_;
};

/// selectKey, repartition, aggregate: two sub-topologies, and a topic of the application's own between them.
class RepartitionedWorkload final : public Workload {
 public:
  explicit RepartitionedWorkload(bool caching) : caching_(caching) {}

  [[nodiscard]] Topology topology(OpenEngine open) const override {
    StreamsBuilder builder;
    builder.stream<std::string, std::string>("in")
        .mapValues(refusePoison)
        .groupBy([](Nullable<std::string>, const std::string& value) { return groupOf(numberIn(value)); },
                 Grouped::as("groups"))
        .aggregate([] { return std::string{}; }, withNumber, materialized(std::move(open), caching_))
        .toStream()
        .to("out");
    return builder.build();
  }
  [[nodiscard]] std::vector<std::string> internalTopics() const override { return {"app-groups-repartition"}; }
  [[nodiscard]] std::string store() const override { return store_name; }
  [[nodiscard]] std::optional<std::string> keyOf(const std::optional<std::string>&,
                                                 std::int64_t number) const override {
    if (isPoison(number)) return std::nullopt;
    return groupOf(number);
  }

 private:
  static std::string groupOf(std::int64_t number) { return "group-" + std::to_string(number * 7 % 5); }

  bool caching_;
};

}  // namespace

std::string toText(const Seen& seen) {
  std::string text;
  for (const std::int64_t number : seen) {
    if (!text.empty()) text += ',';
    text += std::to_string(number);
  }
  return text;
}

Seen seenIn(const std::string& text) {
  Seen seen;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    seen.insert(numberIn(text.substr(at, end - at)));
    at = end + 1;
  }
  return seen;
}

std::unique_ptr<Workload> makeWorkload(Random& random) {
  const bool caching = random.oneIn(2);
  if (random.oneIn(2)) return std::make_unique<ByKeyWorkload>(caching);
  return std::make_unique<RepartitionedWorkload>(caching);
}

}  // namespace widgetstream::simulation
