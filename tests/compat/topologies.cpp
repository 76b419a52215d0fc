#include "tests/compat/topologies.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <stdexcept>

namespace widgetstream::compat {
namespace {

using Text = std::string;

KStream<Text, Text> input(StreamsBuilder& builder, const Text& application) {
  return builder.stream<Text, Text>(application + "-in");
}

void count(StreamsBuilder& builder, const Text& application) {
  input(builder, application)
      .groupBy([](Nullable<Text> word) { return word ? std::optional<Text>{*word} : std::nullopt; })
      .count(Materialized::as("counts"))
      .toStream()
      .to(application + "-out");
}

/// As Java joins a text and a null.
Text shown(Nullable<Text> text) {
  return text.value_or("null");
}

TimeWindows tenSeconds() {
  return TimeWindows::ofSizeAndGrace(std::chrono::seconds{10}, std::chrono::seconds{2});
}

void windowedCount(StreamsBuilder& builder, const Text& application) {
  input(builder, application)
      .groupByKey()
      .windowedBy(tenSeconds())
      .count(Materialized::as("counts"))
      .toStream()
      .to(application + "-out");
}

void windowedCountOnClose(StreamsBuilder& builder, const Text& application) {
  input(builder, application)
      .groupByKey()
      .windowedBy(tenSeconds())
      .emitStrategy(EmitStrategy::onWindowClose())
      .count(Materialized::as("counts"))
      .toStream()
      .to(application + "-out");
}

void sessionCount(StreamsBuilder& builder, const Text& application) {
  input(builder, application)
      .groupByKey()
      .windowedBy(SessionWindows::ofInactivityGapAndGrace(std::chrono::seconds{5}, std::chrono::seconds{2}))
      .count(Materialized::as("sessions"))
      .toStream()
      .to(application + "-out");
}

void suppress(StreamsBuilder& builder, const Text& application) {
  input(builder, application)
      .groupByKey()
      .windowedBy(tenSeconds())
      .count(Materialized::as("counts"))
      .suppress(Suppressed::untilWindowCloses(BufferConfig::unbounded()).withName("closed"))
      .toStream()
      .to(application + "-out");
}

void outerJoin(StreamsBuilder& builder, const Text& application) {
  const auto left = builder.stream<Text, Text>(application + "-left");
  const auto right = builder.stream<Text, Text>(application + "-right");
  left.outerJoin(
          right, [](Nullable<Text> l, Nullable<Text> r) { return shown(l) + "/" + shown(r); },
          JoinWindows::ofTimeDifferenceAndGrace(std::chrono::seconds{3}, std::chrono::seconds{1}),
          StreamJoined::as("join").withStoreName("rows"))
      .to(application + "-out");
}

void tableTableJoin(StreamsBuilder& builder, const Text& application) {
  const auto left = builder.table<Text, Text>(application + "-left", Materialized::as("left-rows"));
  const auto right = builder.table<Text, Text>(application + "-right", Materialized::as("right-rows"));
  left.outerJoin(
          right, [](Nullable<Text> l, Nullable<Text> r) { return shown(l) + "/" + shown(r); },
          Materialized::as("joined"))
      .toStream()
      .to(application + "-out");
}

void foreignKeyJoin(StreamsBuilder& builder, const Text& application) {
  const auto orders = builder.table<Text, Text>(application + "-left", Materialized::as("orders"));
  const auto customers = builder.table<Text, Text>(application + "-right", Materialized::as("customers"));
  orders
      .join(
          customers, [](const Text& order) { return order.substr(0, order.find(':')); },
          [](const Text& order, const Text& customer) { return order + "/" + customer; },
          TableJoined::as("by-customer"), Materialized::as("joined"))
      .toStream()
      .to(application + "-out");
}

}  // namespace

void define(const Text& name, StreamsBuilder& builder, const Text& application) {
  using Definition = void (*)(StreamsBuilder&, const Text&);
  static const std::map<Text, Definition> known{
      {"count", count},
      {"foreign-key-join", foreignKeyJoin},
      {"session-count", sessionCount},
      {"stream-stream-join", outerJoin},
      {"suppress", suppress},
      {"table-table-join", tableTableJoin},
      {"windowed-count", windowedCount},
      {"windowed-count-on-close", windowedCountOnClose},
  };
  const auto found = known.find(name);
  if (found == known.end()) throw std::invalid_argument{"no topology is called " + name};
  found->second(builder, application);
}

}  // namespace widgetstream::compat
