#include <utility>

#include "widgetstream/dsl/ktable_foreign_key_join.hpp"

namespace widgetstream::detail {

ForeignKeyNames foreignKeyNames(StreamsGraph& graph, const std::string& name) {
  const Named given = name.empty() ? Named{} : Named::as(name);
  const auto next = [&](const char* suffix, std::string_view prefix) {
    return suffixedNameOr(graph, given, suffix, prefix);
  };
  ForeignKeyNames names;
  names.registration_topic = next("-subscription-registration", prefix::foreign_key_registration) + "-topic";
  names.send = next("-subscription-registration-processor", prefix::foreign_key_registration);
  names.registration_sink = next("-subscription-registration-sink", prefix::table_sink);
  names.registration_source = next("-subscription-registration-source", prefix::table_source);
  names.store = next("-subscription-store", prefix::foreign_key_store);
  names.receive = next("-subscription-receive", prefix::foreign_key_processor);
  names.join = next("-subscription-join-foreign", prefix::foreign_key_processor);
  names.foreign_join = next("-foreign-join-subscription", prefix::foreign_key_processor);
  names.response_topic = next("-subscription-response", prefix::foreign_key_response) + "-topic";
  names.response_sink = next("-subscription-response-sink", prefix::table_sink);
  names.response_source = next("-subscription-response-source", prefix::table_source);
  names.resolve = next("-subscription-response-resolver", prefix::foreign_key_resolver);
  names.result = next("-result", prefix::foreign_key_output);
  return names;
}

DslNode& throughTopic(StreamsGraph& graph, const std::vector<DslNode*>& parents, const std::string& topic,
                      GraphNode sink, GraphNode source) {
  DslNode writes;
  writes.name = sink.name;
  writes.nodes.push_back(std::move(sink));
  writes.internal_topic = InternalTopic{topic, std::nullopt};
  DslNode reads;
  reads.name = source.name;
  reads.nodes.push_back(std::move(source));
  DslNode& written = graph.add(parents, std::move(writes));
  return graph.add({&written}, std::move(reads));
}

}  // namespace widgetstream::detail
