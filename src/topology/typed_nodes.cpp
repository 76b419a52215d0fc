#include "widgetstream/topology/typed_nodes.hpp"

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/type_name.hpp"

namespace widgetstream {

template AnyProcessorSupplier detail::functionOf<AnyProcessor>(std::unique_ptr<const detail::Maker<AnyProcessor>>);
template MakeDecoder detail::functionOf<AnyDecoder>(std::unique_ptr<const detail::Maker<AnyDecoder>>);
template MakeEncoder detail::functionOf<AnyEncoder>(std::unique_ptr<const detail::Maker<AnyEncoder>>);

}  // namespace widgetstream

namespace widgetstream::detail {

template MakeDecoder makeDecoder<std::string, std::string>(Serde<std::string> key_serde,
                                                           Serde<std::string> value_serde, const std::string& user);
template MakeEncoder makeEncoder<std::string, std::string>(Serde<std::string> key_serde,
                                                           Serde<std::string> value_serde, const std::string& user);
template MakeEncoder makeEncoder<std::string, std::int64_t>(Serde<std::string> key_serde,
                                                            Serde<std::int64_t> value_serde, const std::string& user);

void throwNoSerde(const std::string& user, const std::type_info& type) {
  throw Error{ErrorKind::invalid_topology,
              "'" + user + "' needs a serde for " + typeName(type) +
                  ", which has no default one: describe the type by Describe, specialize DefaultSerde, or name a serde "
                  "in Consumed, Produced, Grouped, Repartitioned or Materialized"};
}

GraphNode makeSourceNode(const std::string& name, std::vector<std::string> topics, RecordTypes emits,
                         MakeDecoder decoder, AutoOffsetReset reset, TimestampExtractor extractor) {
  GraphNode node;
  node.name = name;
  node.kind = GraphNode::Kind::source;
  node.emits = emits;
  node.topics = std::move(topics);
  node.offset_reset = reset;
  node.timestamp_extractor = std::move(extractor);
  node.decoder = std::move(decoder);
  return node;
}

GraphNode makeProcessorNode(const std::string& name, AnyProcessorSupplier supplier, std::vector<std::string> parents,
                            RecordTypes takes, RecordTypes emits) {
  GraphNode node;
  node.name = name;
  node.kind = GraphNode::Kind::processor;
  node.parents = std::move(parents);
  node.takes = takes;
  node.emits = emits;
  node.processor = std::move(supplier);
  return node;
}

GraphNode makeSinkNode(const std::string& name, std::string topic, RecordTypes takes, MakeEncoder encoder,
                       AnyPartitioner partitioner, std::vector<std::string> parents) {
  GraphNode node;
  node.name = name;
  node.kind = GraphNode::Kind::sink;
  node.parents = std::move(parents);
  node.takes = takes;
  node.topic = std::move(topic);
  node.encoder = std::move(encoder);
  node.partitioner = std::move(partitioner);
  return node;
}

}  // namespace widgetstream::detail
