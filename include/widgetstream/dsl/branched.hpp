#pragma once

#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/operators/branch.hpp"
#include "widgetstream/dsl/stream_part.hpp"

namespace widgetstream {

template <class K, class V>
class KStream;

/// A branch's name and what becomes of it.
template <class F = std::monostate>
class BasicBranched {
 public:
  BasicBranched() = default;
  explicit BasicBranched(F function, std::string branch = {}) : then(std::move(function)), name(std::move(branch)) {}

  [[nodiscard]] static BasicBranched as(std::string name) {
    BasicBranched branched;
    branched.name = Named::as(std::move(name)).name();
    return branched;
  }
  /// The stream that `function` makes of the branch takes its place in the map.
  template <class F2>
  [[nodiscard]] static BasicBranched<F2> withFunction(F2 function, std::string name = {}) {
    return BasicBranched<F2>{std::move(function), std::move(name)};
  }
  /// The branch goes to `consumer` and is not in the map.
  template <class F2>
  [[nodiscard]] static BasicBranched<F2> withConsumer(F2 consumer, std::string name = {}) {
    return BasicBranched<F2>{std::move(consumer), std::move(name)};
  }

  F then;
  std::string name;
};

using Branched = BasicBranched<>;

/// A stream being split. Each record goes to the first branch that accepts it.
template <class K, class V>
class BranchedKStream {
 public:
  /// Made by KStream::split().
  BranchedKStream(detail::StreamPart<K, V> part, std::string splitter,
                  std::shared_ptr<detail::Branches<K, V>> branches)
      : part_(std::move(part)), splitter_(std::move(splitter)), branches_(std::move(branches)) {}

  /// A branch for the records `accepts` is true for, named after the split and its number (from 1) or its own name.
  template <RecordPredicate<K, V> P, class F = std::monostate>
  BranchedKStream& branch(P accepts, BasicBranched<F> branched = {}) {
    const std::string number = std::to_string(branches_->all.size() + 1);
    add([accepts = std::move(accepts)](const Record<K, V>& record, const RecordContext& at) -> bool {
          return detail::callWith(accepts, record, at);
        },
        std::move(branched), number);
    return *this;
  }

  /// Takes what is left, as number 0, and ends the split: the branches by name.
  template <class F = std::monostate>
  std::map<std::string, KStream<K, V>> defaultBranch(BasicBranched<F> branched = {}) {
    add({}, std::move(branched), "0");
    return streams_;
  }
  /// Ends the split: what is left vanishes.
  std::map<std::string, KStream<K, V>> noDefaultBranch() { return streams_; }

 private:
  template <class F>
  void add(std::function<bool(const Record<K, V>&, const RecordContext&)> accepts, BasicBranched<F> branched,
           const std::string& number) {
    const std::string name = splitter_ + (branched.name.empty() ? number : branched.name);
    checkName(name, "branch");
    static_cast<void>(part_.graph->newProcessorName(name));  // Java uses up a number here that shows nowhere
    branches_->all.push_back({std::move(accepts), name});
    detail::StreamPart<K, V> below = part_;
    below.node = &part_.graph->add({part_.node}, detail::processorPart<K, V, K, V>(name, detail::makePassThrough));
    KStream<K, V> stream{std::move(below)};
    if constexpr (std::same_as<F, std::monostate>) {
      streams_.emplace(name, std::move(stream));
    } else if constexpr (std::is_void_v<std::invoke_result_t<F&, KStream<K, V>>>) {
      std::invoke(branched.then, std::move(stream));
    } else {
      streams_.emplace(name, std::invoke(branched.then, std::move(stream)));
    }
  }

  detail::StreamPart<K, V> part_;
  std::string splitter_;
  std::shared_ptr<detail::Branches<K, V>> branches_;
  std::map<std::string, KStream<K, V>> streams_;
};

}  // namespace widgetstream
