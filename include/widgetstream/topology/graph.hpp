#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <typeindex>
#include <utility>
#include <vector>

#include "widgetstream/processor/processor.hpp"
#include "widgetstream/state/stores.hpp"
#include "widgetstream/topology/erased.hpp"
#include "widgetstream/topology/topic_pattern.hpp"

namespace widgetstream {

/// The types of the records between two nodes.
struct RecordTypes {
  std::type_index key = typeid(void);
  std::type_index value = typeid(void);

  friend bool operator==(const RecordTypes&, const RecordTypes&) = default;
};

/// A node as the graph holds it: what to make for each task, and what is above it.
struct GraphNode {
  enum class Kind {
    source,    ///< reads topics
    processor,
    sink,      ///< writes to a topic
    external,  ///< offers to a Sink; described as a processor
  };
  GraphNode();
  GraphNode(const GraphNode&);
  GraphNode(GraphNode&&) noexcept;
  GraphNode& operator=(const GraphNode&);
  GraphNode& operator=(GraphNode&&) noexcept;
  ~GraphNode();

  std::string name;
  Kind kind = Kind::processor;
  /// Names of the nodes above, in the order they were given.
  std::vector<std::string> parents;
  /// What the node forwards (sources, processors) and takes (all but sources).
  RecordTypes emits;
  RecordTypes takes;
  /// Source and processor of a global store: no task runs them; see GlobalStore.
  bool is_global = false;

  // source
  std::vector<std::string> topics;
  /// Instead of topics: whatever matches.
  std::optional<TopicPattern> topic_pattern;
  /// True for a source of this topic, by name or by pattern.
  [[nodiscard]] bool reads(const std::string& topic) const;
  AutoOffsetReset offset_reset = AutoOffsetReset::by_config;
  TimestampExtractor timestamp_extractor;  ///< empty: the record's own, negative fails
  MakeDecoder decoder;

  // processor
  AnyProcessorSupplier processor;
  /// True for a FixedKeyProcessor.
  bool keeps_key = false;
  /// In the order they were connected, each once: describe() depends on it.
  std::vector<std::string> stores;
  [[nodiscard]] bool isConnectedTo(const std::string& store) const;

  // sink
  std::string topic;                       ///< empty when `extractor` says it
  AnyTopicNameExtractor topic_extractor;
  MakeEncoder encoder;
  AnyPartitioner partitioner;              ///< empty: by key

  // external
  MakeSink external;
  bool id_from_origin = false;
  std::string description;
};

/// A topic of the application's own that carries records between sub-topologies. Its real name has the application id
/// before it.
struct InternalTopic {
  std::string name;
  /// Set: enforced. Else derived from the topics that feed it (contract 3.3).
  std::optional<std::int32_t> partitions;
};

/// A store that every instance keeps whole, filled from all partitions of one topic, which is also what it is restored
/// from. Any processor may read it without being connected; only its own may write.
struct GlobalStore {
  StoreBuilder builder;
  /// Names of its two nodes.
  std::string source;
  std::string processor;
  std::string topic;
  /// True: its processor sees each record at a restore too. False: the topic's bytes are the store's.
  bool reprocess_on_restore = false;
};

/// Sources whose topics must have equal partition counts, because their records meet by key.
struct CopartitionGroup {
  /// `at` tells messages where they meet: a node, or the store of a cogroup.
  explicit CopartitionGroup(std::set<std::string> by_name, std::string at = {})
      : sources(std::move(by_name)), meet_at(std::move(at)) {}

  std::set<std::string> sources;
  std::string meet_at;
};

/// One connected part of the graph: its tasks are numbered by partition.
struct SubTopology {
  std::int32_t id = 0;
  /// Indices into TopologyGraph::nodes, parents before children.
  std::vector<std::size_t> nodes;
  /// Names without application id: external and internal topics read, in node order; internal ones written.
  std::vector<std::string> source_topics;
  std::vector<TopicPattern> source_patterns;
  std::vector<std::string> sink_internal_topics;
  std::vector<std::string> stores;
};

/// The whole graph, in the order in which nodes were added.
class TopologyGraph {
 public:
  std::vector<GraphNode> nodes;
  std::map<std::string, StoreBuilder> stores;
  /// A store that is restored from this topic instead of a changelog of its own (contract 1.10).
  std::map<std::string, std::string> store_source_topics;
  std::map<std::string, GlobalStore> global_stores;
  std::map<std::string, InternalTopic> internal_topics;
  std::vector<CopartitionGroup> copartition_groups;

  [[nodiscard]] const GraphNode* find(const std::string& name) const;
  [[nodiscard]] bool usesPatterns() const;
  [[nodiscard]] bool isInternal(const std::string& topic) const { return internal_topics.contains(topic); }
  /// Connected by edges or by shared stores; numbered by first node (contract 1.9). Those that run in tasks: the parts of
  /// global stores take numbers too, but are not here.
  [[nodiscard]] std::vector<SubTopology> subTopologies() const;
  /// All of them, in the order of their numbers.
  [[nodiscard]] std::vector<SubTopology> allSubTopologies() const;
  /// True for a part that is the source and the processor of a global store.
  [[nodiscard]] bool isGlobal(const SubTopology& part) const { return nodes[part.nodes.front()].is_global; }

  /// Checks what can only be checked at the end: parents exist, types fit, stores are connected within one
  /// sub-topology, sinks with ids from the origin are not behind a repartition topic.
  /// Errors  Error{invalid_topology} naming the node and the remedy.
  void validate() const;
};

}  // namespace widgetstream
