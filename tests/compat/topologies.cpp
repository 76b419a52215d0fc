#include "tests/compat/topologies.hpp"

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

void tableTableJoin(StreamsBuilder& builder, const Text& application) {
  const auto left = builder.table<Text, Text>(application + "-left", Materialized::as("left-rows"));
  const auto right = builder.table<Text, Text>(application + "-right", Materialized::as("right-rows"));
  left.outerJoin(right, [](Nullable<Text> l, Nullable<Text> r) { return shown(l) + "/" + shown(r); },
                 Materialized::as("joined"))
      .toStream()
      .to(application + "-out");
}

void foreignKeyJoin(StreamsBuilder& builder, const Text& application) {
  const auto orders = builder.table<Text, Text>(application + "-left", Materialized::as("orders"));
  const auto customers = builder.table<Text, Text>(application + "-right", Materialized::as("customers"));
  orders
      .join(customers, [](const Text& order) { return order.substr(0, order.find(':')); },
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
      {"table-table-join", tableTableJoin},
  };
  const auto found = known.find(name);
  if (found == known.end()) throw std::invalid_argument{"no topology is called " + name};
  found->second(builder, application);
}

}  // namespace widgetstream::compat
