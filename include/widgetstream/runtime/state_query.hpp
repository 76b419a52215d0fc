#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/core/error.hpp"
#include "widgetstream/state/position.hpp"
#include "widgetstream/state/query_result.hpp"

namespace widgetstream {

/// How a query is asked, but for the query itself.
struct QueryTarget {
  std::string store;
  /// nullopt: all that are here.
  std::optional<std::set<std::int32_t>> partitions;
  /// A store answers only when it has got so far.
  Position bound;
  /// Only stores that are being written answer, wherever they are: the bound does not count then.
  bool require_active = false;
  /// Results tell who handled the query, and how long that took.
  bool execution_info = false;
};

/// A query, and which store and partitions it asks: inStore("counts").withQuery(query), then what else is to be said.
template <StoreQuery Q>
class StateQueryRequest {
 public:
  StateQueryRequest(QueryTarget target, Q query) : target_(std::move(target)), query_(std::move(query)) {}

  /// All that this process has, which is asked unless partitions are named.
  [[nodiscard]] StateQueryRequest withAllPartitions() const {
    return with([](QueryTarget& target) { target.partitions.reset(); });
  }
  [[nodiscard]] StateQueryRequest withPartitions(const std::set<std::int32_t>& partitions) const {
    return with([&](QueryTarget& target) { target.partitions = partitions; });
  }
  [[nodiscard]] StateQueryRequest withPositionBound(const Position& bound) const {
    return with([&](QueryTarget& target) { target.bound = bound; });
  }
  [[nodiscard]] StateQueryRequest requireActive() const {
    return with([](QueryTarget& target) { target.require_active = true; });
  }
  [[nodiscard]] StateQueryRequest enableExecutionInfo() const {
    return with([](QueryTarget& target) { target.execution_info = true; });
  }

  [[nodiscard]] const QueryTarget& target() const noexcept { return target_; }
  [[nodiscard]] const Q& query() const noexcept { return query_; }

 private:
  [[nodiscard]] StateQueryRequest with(const auto& change) const {
    StateQueryRequest changed = *this;
    change(changed.target_);
    return changed;
  }

  QueryTarget target_;
  Q query_;
};

/// The store that a request asks.
class InStore {
 public:
  explicit InStore(std::string store) : store_(std::move(store)) {}
  template <StoreQuery Q>
  [[nodiscard]] StateQueryRequest<Q> withQuery(Q query) const {
    return {QueryTarget{.store = store_, .partitions = {}, .bound = {}}, std::move(query)};
  }

 private:
  std::string store_;
};
[[nodiscard]] inline InStore inStore(std::string store) {
  return InStore{std::move(store)};
}

/// What the partitions of a store have answered, each for itself.
template <class R>
class StateQueryResult {
 public:
  using Partitions = std::map<std::int32_t, QueryResult<R>>;

  [[nodiscard]] const Partitions& partitionResults() const& noexcept { return partitions_; }
  /// A copy of its own, so that a loop may go over the results of a call.
  [[nodiscard]] Partitions partitionResults() && { return std::move(partitions_); }
  /// The one result there is, of a query for a key that only one partition can have; null when there is none. Failures
  /// and empty results do not count.
  /// Errors  Error{invalid_argument} when there are several
  [[nodiscard]] const QueryResult<R>* onlyPartitionResult() const& {
    const QueryResult<R>* only = nullptr;
    for (const auto& [partition, result] : partitions_) {
      if (result.isFailure() || isEmpty(result.result())) continue;
      if (only)
        throw Error{ErrorKind::invalid_argument, "a query has been answered by several partitions: look at all of them"};
      only = &result;
    }
    return only;
  }
  /// It would point into what is gone: keep the answer.
  const QueryResult<R>* onlyPartitionResult() && = delete;
  /// Of a global store.
  [[nodiscard]] const std::optional<QueryResult<R>>& globalResult() const noexcept { return global_; }
  /// How far all that have answered had got.
  [[nodiscard]] Position position() const {
    Position all;
    for (const auto& [partition, result] : partitions_) {
      if (result.position()) all.merge(*result.position());
    }
    return all;
  }

  void addResult(std::int32_t partition, QueryResult<R> result) { partitions_.insert_or_assign(partition, std::move(result)); }
  void setGlobalResult(QueryResult<R> result) { global_.emplace(std::move(result)); }

 private:
  template <class T>
  static bool isEmpty(const std::optional<T>& result) noexcept {
    return !result.has_value();
  }
  static bool isEmpty(const auto&) noexcept { return false; }

  Partitions partitions_;
  std::optional<QueryResult<R>> global_;
};

namespace detail {

/// Whether a partition may answer at all: the failure if it may not.
struct QueryRefusal {
  FailureReason reason;
  std::string message;
};
/// `store` is null while it is being restored.
[[nodiscard]] std::optional<QueryRefusal> refusalOf(const QueryTarget& target, std::int32_t partition,
                                                    const StateStore* store, const Position& position);
[[nodiscard]] QueryRefusal notPresent(const QueryTarget& target, std::int32_t partition);
/// The execution info: which kind of store answered, and how long it took.
[[nodiscard]] std::string kindOf(const StateStore& store);
[[nodiscard]] std::string handledIn(const std::string& kind, std::chrono::nanoseconds took);

}  // namespace detail
}  // namespace widgetstream
