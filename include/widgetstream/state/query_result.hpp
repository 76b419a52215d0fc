#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "widgetstream/core/error.hpp"
#include "widgetstream/state/position.hpp"
#include "widgetstream/state/state_store.hpp"

namespace widgetstream {

/// Why a partition of a store has not answered a query.
enum class FailureReason {
  unknown_query_type,  ///< the store is of another kind, or of other types, than the query is for
  not_active,          ///< the store is being restored
  not_up_to_bound,     ///< it has not got as far as the query's position bound
  not_present,         ///< this process does not have the partition
  does_not_exist,      ///< there is no such partition
  store_exception,     ///< the store failed
};

/// As Java writes it: "NOT_UP_TO_BOUND".
[[nodiscard]] std::string_view toString(FailureReason reason) noexcept;

/// What one partition of a store answers to a query: a result or a failure, and where the store stood.
template <class R>
class QueryResult {
 public:
  [[nodiscard]] static QueryResult forResult(R result) {
    QueryResult made;
    made.result_.emplace(std::move(result));
    return made;
  }
  [[nodiscard]] static QueryResult forFailure(FailureReason reason, std::string message) {
    QueryResult made;
    made.reason_ = reason;
    made.message_ = std::move(message);
    return made;
  }
  [[nodiscard]] static QueryResult forUnknownQueryType(const StateStore& store) {
    return forFailure(FailureReason::unknown_query_type,
                      "store '" + store.name() + "' does not know how to answer this query: it is of another kind, or of "
                                                 "other types");
  }

  [[nodiscard]] bool isSuccess() const noexcept { return result_.has_value(); }
  [[nodiscard]] bool isFailure() const noexcept { return !isSuccess(); }
  /// Errors  Error{not_available} with the failure's message, when there is none
  [[nodiscard]] const R& result() const {
    if (!result_) throw Error{ErrorKind::not_available, "a query has failed: " + message_};
    return *result_;
  }
  /// Of a failure.
  [[nodiscard]] FailureReason failureReason() const noexcept { return reason_; }
  [[nodiscard]] const std::string& failureMessage() const noexcept { return message_; }

  /// Which records of the inputs the store contained; nullopt when it was not asked.
  [[nodiscard]] const std::optional<Position>& position() const noexcept { return position_; }
  void setPosition(Position position) { position_ = std::move(position); }
  /// Who handled the query and how long that took, if the request wants to know.
  [[nodiscard]] const std::vector<std::string>& executionInfo() const noexcept { return execution_info_; }
  void addExecutionInfo(std::string line) { execution_info_.push_back(std::move(line)); }

 private:
  QueryResult() = default;

  std::optional<R> result_;
  FailureReason reason_ = FailureReason::store_exception;
  std::string message_;
  std::optional<Position> position_;
  std::vector<std::string> execution_info_;
};

/// What reads a store: made by a query that has been shown the store, and called later, when it may be closed already.
template <class R>
using PreparedQuery = std::function<QueryResult<R>()>;

/// A question that KafkaStreams::query() asks the partitions of a store. Those of the library are in queries.hpp; one for
/// a store of one's own is a type with `Result` and `prepare()`, which is given the store as it is, casts it, and takes
/// what it offers to other threads: a reader.
///
/// Threads  the one that asks, while the store's owner writes. prepare() keeps stores from being opened and closed, so it
///          must be quick, and ask the application nothing; what it returns may take its time.
template <class Q>
concept StoreQuery = requires(const Q& query, StateStore& store) {
  typename Q::Result;
  { query.prepare(store) } -> std::convertible_to<PreparedQuery<typename Q::Result>>;
};

}  // namespace widgetstream
