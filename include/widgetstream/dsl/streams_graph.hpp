#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/topology/topology.hpp"
#include "widgetstream/topology/topology_config.hpp"

namespace widgetstream::detail {

/// What a stream-stream join becomes when both of its sides are one stream and single.store.self.join is on: `nodes` in
/// place of DslNode::nodes and no stores but those of `this_windowed`; the node `other_windowed` is left out.
struct SelfJoin {
  std::string this_windowed;
  std::string other_windowed;
  std::vector<GraphNode> nodes;
};

struct DslNode;

/// The names around a repartition topic (contract 1.3).
struct RepartitionNames {
  std::string topic;
  std::string filter;
  std::string sink;
  std::string source;
};

/// Of a repartition topic that the library put there: how to make the one that stands for several (contract 1.10).
struct MergeableRepartition {
  RecordTypes types;
  /// Serde<K> and Serde<V> as they were given; null where the default one is meant.
  std::shared_ptr<const void> key_serde;
  std::shared_ptr<const void> value_serde;
  std::function<DslNode(const RepartitionNames& names, const void* key_serde, const void* value_serde)> make;
};

/// One call of the DSL: the topology nodes it becomes, and its place among the others. What the graph is written from
/// at build(), when names and shapes are settled.
struct DslNode {
  // Defined in src, like those of the graph below, so that what they are made of is not compiled with every program.
  DslNode();
  DslNode(const DslNode&);
  DslNode(DslNode&&) noexcept;
  DslNode& operator=(const DslNode&);
  DslNode& operator=(DslNode&&) noexcept;
  ~DslNode();

  /// The node that those below follow.
  std::string name;
  /// Nodes to add; one without parents follows this node's parents.
  std::vector<GraphNode> nodes;
  std::vector<StoreBuilder> stores;
  std::optional<InternalTopic> internal_topic;
  /// Whether the table made here keeps versions; unset where that depends on the nodes above.
  std::optional<bool> output_versioned;
  /// Called at build() for each parent that is a versioned table; it is given as the graph has it.
  std::function<void(const DslNode& parent)> reads_versioned;

  /// Set for a stream's source: equal ones are merged.
  bool merges_with_equal_source = false;
  /// Set for left and outer joins of streams: records with a null key are wanted here, so repartition topics above let
  /// them through (KIP-962).
  bool takes_null_keys = false;
  /// Set for aggregations over windows: how long after its end a window may still change (sessions: gap and grace).
  std::optional<Milliseconds> window_grace;

  // What it is to the passes over the graph (contract 1.3, 1.10).

  /// selectKey, map, flatMap, groupBy: repartition topics below it may become one.
  bool changes_key = false;
  /// mapValues, flatMapValues: a repartition topic below it is not moved above it.
  bool changes_value = false;
  bool is_merge = false;
  /// The first of `nodes` stands before a repartition topic, to keep null keys out unless a join below takes them.
  bool filters_null_keys = false;
  std::optional<MergeableRepartition> mergeable_repartition;
  std::optional<SelfJoin> self_join;
  /// Of a table's source: the topic that may serve as changelog of its stores (reuse.ktable.source.topics).
  std::string table_topic;
  bool reuses_table_topic = false;
  /// `nodes` are its source and its processor.
  std::optional<GlobalStore> global_store;

  /// The repartition topic that joins of this stream share.
  DslNode* join_repartition = nullptr;

  std::vector<DslNode*> parents;
  std::vector<DslNode*> children;
  /// Rises with each attachment to a parent: the order in which Java writes nodes (contract 1.9).
  std::uint64_t build_priority = 0;
};

/// Everything that was called on one StreamsBuilder. Shared by the builder and its streams and tables.
class StreamsGraph {
 public:
  explicit StreamsGraph(TopologyConfig config = {});
  ~StreamsGraph();
  StreamsGraph(const StreamsGraph&) = delete;
  StreamsGraph& operator=(const StreamsGraph&) = delete;
  [[nodiscard]] const TopologyConfig& config() const noexcept { return config_; }

  /// `prefix` and the next number: KSTREAM-MAP-0000000003.
  [[nodiscard]] std::string newProcessorName(std::string_view prefix);
  /// KSTREAM-AGGREGATE-STATE-STORE-0000000003
  [[nodiscard]] std::string newStoreName(std::string_view prefix);
  /// `given`, checked, or a generated one. Uses up a number in both cases.
  [[nodiscard]] std::string nameOr(const std::string& given, std::string_view prefix);
  /// The same, but a given name saves the number: process, processValues (contract 1.1).
  [[nodiscard]] std::string nameOrNew(const std::string& given, std::string_view prefix);

  [[nodiscard]] DslNode& root() noexcept;
  DslNode& add(const std::vector<DslNode*>& parents, DslNode node);
  /// Attaches a node that is there already once more: it moves back in the order of writing.
  void attach(DslNode& parent, DslNode& child);

  /// Note a name made of generated ones, for ensure.explicit.internal.resource.naming. Names that bear a generated
  /// number are found without.
  void noteGeneratedStore(const std::string& store, bool logged);
  void noteGeneratedRepartition(const std::string& topic);

  /// A store that some node has brought along; nullptr when there is none of this name.
  [[nodiscard]] const StoreBuilder* findStore(const std::string& name) const;
  /// Errors  Error{invalid_topology} when the name is taken.
  void addStateStore(StoreBuilder store);
  /// As addStateStore(), for a store that several suppliers bring along: the first one counts.
  void addSharedStateStore(StoreBuilder store);

  /// The sources named, of topics or of repartition topics, must have equal partition counts: operators that bring
  /// streams or tables together call this, once each, with what StreamPart::sources has and the name of the node.
  void copartition(const std::set<std::string>& sources, const std::string& at);

  /// May be called again, with other rewrites; the graph stays as it is.
  /// Errors  Error{invalid_topology} naming the node.
  [[nodiscard]] Topology build(const TopologyOptimization& optimization) const;

 private:
  void refuseGeneratedNames(const TopologyGraph& built) const;

  TopologyConfig config_;
  std::uint32_t next_number_ = 0;
  std::uint64_t next_priority_ = 0;
  std::vector<std::unique_ptr<DslNode>> nodes_;  // the first is the root
  std::vector<StoreBuilder> stores_;
  std::vector<CopartitionGroup> copartition_groups_;
  std::vector<std::string> generated_stores_;
  std::vector<std::string> generated_changelogs_;
  std::vector<std::string> generated_repartitions_;
};

/// The names around the repartition topic of `prefix` (contract 1.3). Uses up three numbers.
[[nodiscard]] RepartitionNames repartitionNames(StreamsGraph& graph, const std::string& prefix);

/// Processors that need no types.
[[nodiscard]] std::unique_ptr<AnyProcessor> makePassThrough();
/// Lets no null key through; uncounted, as in Java.
[[nodiscard]] std::unique_ptr<AnyProcessor> makeNullKeyFilter();

/// A prefix as a node name begins: KSTREAM-MAP-.
namespace prefix {
inline constexpr std::string_view source = "KSTREAM-SOURCE-";
inline constexpr std::string_view sink = "KSTREAM-SINK-";
inline constexpr std::string_view filter = "KSTREAM-FILTER-";
inline constexpr std::string_view peek = "KSTREAM-PEEK-";
inline constexpr std::string_view flat_map = "KSTREAM-FLATMAP-";
inline constexpr std::string_view flat_map_values = "KSTREAM-FLATMAPVALUES-";
inline constexpr std::string_view map = "KSTREAM-MAP-";
inline constexpr std::string_view map_values = "KSTREAM-MAPVALUES-";
inline constexpr std::string_view processor = "KSTREAM-PROCESSOR-";
inline constexpr std::string_view process_values = "KSTREAM-PROCESSVALUES-";
inline constexpr std::string_view print = "KSTREAM-PRINTER-";
inline constexpr std::string_view key_select = "KSTREAM-KEY-SELECT-";
inline constexpr std::string_view foreach = "KSTREAM-FOREACH-";
inline constexpr std::string_view to_table = "KSTREAM-TOTABLE-";
inline constexpr std::string_view repartition = "KSTREAM-REPARTITION-";
inline constexpr std::string_view merge = "KSTREAM-MERGE-";
inline constexpr std::string_view branch = "KSTREAM-BRANCH-";
inline constexpr std::string_view join = "KSTREAM-JOIN-";
inline constexpr std::string_view left_join = "KSTREAM-LEFTJOIN-";
inline constexpr std::string_view windowed = "KSTREAM-WINDOWED-";
inline constexpr std::string_view join_this = "KSTREAM-JOINTHIS-";
inline constexpr std::string_view join_other = "KSTREAM-JOINOTHER-";
inline constexpr std::string_view outer_this = "KSTREAM-OUTERTHIS-";
inline constexpr std::string_view outer_other = "KSTREAM-OUTEROTHER-";
inline constexpr std::string_view outer_shared = "KSTREAM-OUTERSHARED-";
inline constexpr std::string_view aggregate = "KSTREAM-AGGREGATE-";
inline constexpr std::string_view reduce = "KSTREAM-REDUCE-";
inline constexpr std::string_view cogroup_aggregate = "COGROUPKSTREAM-AGGREGATE-";
inline constexpr std::string_view cogroup_merge = "COGROUPKSTREAM-MERGE-";
inline constexpr std::string_view table_source = "KTABLE-SOURCE-";
inline constexpr std::string_view table_filter = "KTABLE-FILTER-";
inline constexpr std::string_view table_map_values = "KTABLE-MAPVALUES-";
inline constexpr std::string_view table_to_stream = "KTABLE-TOSTREAM-";
inline constexpr std::string_view table_transform_values = "KTABLE-TRANSFORMVALUES-";
inline constexpr std::string_view table_merge = "KTABLE-MERGE-";
inline constexpr std::string_view table_join_this = "KTABLE-JOINTHIS-";
inline constexpr std::string_view table_join_other = "KTABLE-JOINOTHER-";
inline constexpr std::string_view table_select = "KTABLE-SELECT-";
inline constexpr std::string_view table_aggregate = "KTABLE-AGGREGATE-";
inline constexpr std::string_view table_reduce = "KTABLE-REDUCE-";
inline constexpr std::string_view table_sink = "KTABLE-SINK-";
inline constexpr std::string_view foreign_key_registration = "KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION-";
/// Alone among store names, these have no STATE-STORE- of their own.
inline constexpr std::string_view foreign_key_store = "KTABLE-FK-JOIN-SUBSCRIPTION-STATE-STORE-";
inline constexpr std::string_view foreign_key_processor = "KTABLE-FK-JOIN-SUBSCRIPTION-PROCESSOR-";
inline constexpr std::string_view foreign_key_response = "KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-";
inline constexpr std::string_view foreign_key_resolver = "KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-RESOLVER-PROCESSOR-";
inline constexpr std::string_view foreign_key_output = "KTABLE-FK-JOIN-OUTPUT-";
inline constexpr std::string_view table_suppress = "KTABLE-SUPPRESS-";
}  // namespace prefix

}  // namespace widgetstream::detail
