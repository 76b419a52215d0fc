#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/dsl/operators/global_table_view.hpp"
#include "widgetstream/dsl/streams_graph.hpp"
#include "widgetstream/serde/serde.hpp"

namespace widgetstream {

/// A table that every instance keeps whole, from all partitions of its topic: what streams are joined with by any part
/// of their records, without being partitioned alike. It is loaded before any record is processed, and follows its
/// topic without regard to the time of the streams that are joined.
///
/// State    one store an instance, restored from the topic itself; every processor may read it
/// Errors   records with a null key are dropped and counted
template <class K, class V>
class GlobalKTable {
 public:
  using Key = K;
  using Value = V;

  /// Made by StreamsBuilder::globalTable().
  GlobalKTable(std::shared_ptr<detail::StreamsGraph> graph, std::string store, bool queryable)
      : graph_(std::move(graph)), store_(std::move(store)), queryable_(queryable) {}

  /// The name its store is queried by, unless it was given a Materialized without a name.
  [[nodiscard]] std::optional<std::string> queryableStoreName() const {
    return queryable_ ? std::optional{store_} : std::nullopt;
  }

  // For the operators that read it.

  [[nodiscard]] const std::string& storeName() const noexcept { return store_; }
  [[nodiscard]] detail::TableView<K, V> view() const { return detail::viewOfGlobalStore<K, V>(store_); }
  [[nodiscard]] const std::shared_ptr<detail::StreamsGraph>& graph() const noexcept { return graph_; }

 private:
  std::shared_ptr<detail::StreamsGraph> graph_;
  std::string store_;
  bool queryable_;
};

}  // namespace widgetstream
