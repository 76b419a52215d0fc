#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/dsl/join_windows.hpp"
#include "widgetstream/dsl/joiner_forms.hpp"
#include "widgetstream/dsl/stream_joined.hpp"
#include "widgetstream/dsl/streams_graph.hpp"
#include "widgetstream/state/outer_join_store.hpp"
#include "widgetstream/state/window_store_builders.hpp"

namespace widgetstream::detail {

/// What a StreamJoined says of the stores.
struct JoinStoreOptions {
  std::string store_name;
  std::optional<WindowStoreSupplier> this_store;
  std::optional<WindowStoreSupplier> other_store;
  bool logging = true;
  std::map<std::string, std::string> log_config;
  std::optional<DslStoreSuppliers> suppliers;

  template <class K, class V, class VO>
  [[nodiscard]] static JoinStoreOptions of(const StreamJoinedFor<K, V, VO>& joined) {
    return {joined.store_name, joined.this_store, joined.other_store, joined.logging, joined.log_config,
            joined.dsl_store_suppliers};
  }
};

/// The names around a stream-stream join (contract 1.6), and its stores but for their types. Uses up five numbers.
class StreamJoinPlan {
 public:
  /// Errors  Error{invalid_topology} for stores of the user's that do not fit the join
  StreamJoinPlan(StreamsGraph& graph, JoinKind kind, const JoinWindows& windows, const std::string& name,
                 JoinStoreOptions options);

  std::string this_windowed;
  std::string other_windowed;
  std::string this_join;
  std::string other_join;
  std::string merge;
  /// Empty when no records wait for partners.
  std::string shared_store;

  template <class K, class V>
  [[nodiscard]] StoreBuilder thisStore(Serde<K> keys, Serde<V> values) const {
    return finished(joinWindowStoreBuilder<K, V>(this_store_, std::move(keys), std::move(values)),
                    options_.this_store.has_value());
  }
  template <class K, class V>
  [[nodiscard]] StoreBuilder otherStore(Serde<K> keys, Serde<V> values) const {
    return finished(joinWindowStoreBuilder<K, V>(other_store_, std::move(keys), std::move(values)),
                    options_.other_store.has_value());
  }
  template <class K, class L, class R>
  [[nodiscard]] StoreBuilder sharedStore(Serde<K> keys, Serde<L> left, Serde<R> right) const {
    StoreBuilder builder =
        outerJoinStoreBuilder<K, L, R>(sharedSupplier(), std::move(keys), std::move(left), std::move(right));
    builder.logging = options_.logging;
    builder.log_config = options_.log_config;
    return builder;
  }

 private:
  void nameStores(StreamsGraph& graph, JoinKind kind, const std::string& this_number, const std::string& other_number);
  [[nodiscard]] WindowStoreSupplier checked(const WindowStoreSupplier& given) const;
  [[nodiscard]] StoreBuilder finished(StoreBuilder builder, bool given) const;
  [[nodiscard]] KeyValueStoreSupplier sharedSupplier() const;

  JoinWindows windows_;
  JoinStoreOptions options_;
  DslStoreSuppliers suppliers_;
  WindowStoreSupplier this_store_;
  WindowStoreSupplier other_store_;
};

/// What a join with a grace period asks of the stores of its table.
/// Errors  Error{invalid_topology} naming the join and the store that keeps no versions, or not for long enough
void requireHistory(const StreamsGraph& graph, const std::vector<std::string>& stores, Milliseconds grace,
                    const std::string& join);

/// Errors  Error{invalid_topology} naming the operator when the two were made by two builders
void requireSameGraph(const StreamsGraph* left, const StreamsGraph* right, const char* operation);

}  // namespace widgetstream::detail
