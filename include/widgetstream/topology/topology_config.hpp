#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "widgetstream/state/dsl_store_suppliers.hpp"

namespace widgetstream {

class ProcessorWrapper;

/// `topology.optimization`: rewrites of the graph that leave results as they are. They do change names of nodes and
/// internal topics, so an application that runs already keeps the setting it has.
struct TopologyOptimization {
  /// `reuse.ktable.source.topics`: the topic of table() is the changelog of its store, which needs none of its own.
  bool reuse_ktable_source_topics = false;
  /// `merge.repartition.topics`: what is grouped or joined several times by one new key goes through one repartition
  /// topic, named after the first.
  bool merge_repartition_topics = false;
  /// `single.store.self.join`: a stream joined with itself keeps one window store instead of two.
  bool single_store_self_join = false;

  [[nodiscard]] static TopologyOptimization none() { return {}; }
  [[nodiscard]] static TopologyOptimization all() { return {true, true, true}; }
  /// "none", "all", or names as above with commas between.
  /// Errors  Error{invalid_config} quoting what is not one of them.
  [[nodiscard]] static TopologyOptimization parse(std::string_view text);
  /// What parse() takes.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const TopologyOptimization&, const TopologyOptimization&) = default;
};

/// Settings that count while a topology is built, so they are given to its builder: `StreamsBuilder{config.topology}`.
struct TopologyConfig {
  /// What StreamsBuilder::build() does unless it is told otherwise.
  TopologyOptimization optimization;
  /// `processor.wrapper.class`: comes between the topology and each of its processors; null: none.
  std::shared_ptr<ProcessorWrapper> processor_wrapper;
  /// `default.dsl.store` (rocksDB or in_memory), or `dsl.store.suppliers.class`: where the DSL keeps its rows unless a
  /// Materialized or StreamJoined says otherwise.
  DslStoreSuppliers dsl_store_suppliers = DslStoreSuppliers::rocksDb();
  /// `ensure.explicit.internal.resource.naming`: refuse to build while the name of a store, changelog or repartition
  /// topic is generated, for such names move when operators are added before them.
  bool ensure_explicit_internal_resource_naming = false;
  /// `__enable.process.processValue.fix__` of Kafka Streams: merging of repartition topics looks at process() as what may
  /// change keys and at processValues() as what may change values. Off, as there, because names would move: then no
  /// process() should stand between a new key and the groupings below it while repartition topics are merged.
  bool process_may_change_records = false;
};

}  // namespace widgetstream
