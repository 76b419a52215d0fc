#include "widgetstream/dsl/stream_part.hpp"

namespace widgetstream::detail {

SourceNames::SourceNames() = default;
SourceNames::SourceNames(std::initializer_list<std::string> names) : std::set<std::string>(names) {}
SourceNames::SourceNames(const SourceNames&) = default;
SourceNames::SourceNames(SourceNames&&) noexcept = default;
SourceNames& SourceNames::operator=(const SourceNames&) = default;
SourceNames& SourceNames::operator=(SourceNames&&) noexcept = default;
SourceNames::~SourceNames() = default;

void SourceNames::add(const std::string& name) {
  insert(name);
}

void SourceNames::add(const SourceNames& others) {
  insert(others.begin(), others.end());
}

std::string suffixedNameOr(StreamsGraph& graph, const Named& name, std::string_view suffix, std::string_view prefix) {
  return graph.nameOr(name.name().empty() ? std::string{} : name.name() + std::string{suffix}, prefix);
}

DslNode processorDslNode(const std::string& name, AnyProcessorSupplier supplier, RecordTypes takes, RecordTypes emits) {
  DslNode node;
  node.name = name;
  node.nodes.push_back(makeProcessorNode(name, std::move(supplier), {}, takes, emits));
  return node;
}

DslNode repartitionDslNode(const RepartitionNames& names, RecordTypes types, MakeEncoder encoder, MakeDecoder decoder,
                           AnyPartitioner partitioner, std::optional<std::int32_t> partitions) {
  DslNode node;
  node.name = names.source;
  node.internal_topic = InternalTopic{names.topic, partitions};
  node.filters_null_keys = true;
  node.nodes.push_back(makeProcessorNode(names.filter, makeNullKeyFilter, {}, types, types));
  node.nodes.push_back(
      makeSinkNode(names.sink, names.topic, types, std::move(encoder), std::move(partitioner), {names.filter}));
  node.nodes.push_back(
      makeSourceNode(names.source, {names.topic}, types, std::move(decoder), AutoOffsetReset::earliest, {}));
  return node;
}

}  // namespace widgetstream::detail
