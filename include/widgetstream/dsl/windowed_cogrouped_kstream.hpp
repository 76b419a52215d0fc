#pragma once

#include <memory>
#include <utility>

#include "widgetstream/dsl/cogrouped_kstream.hpp"
#include "widgetstream/dsl/session_window_plan.hpp"
#include "widgetstream/dsl/window_plan.hpp"

namespace widgetstream {

/// Several grouped streams on their way into one aggregate for each key and window.
///
/// Shape    as TimeWindowedKStream; results are told at each update, for Java has no other way here
/// Errors   as TimeWindowedKStream
template <class K, class A, class W>
class TimeWindowedCogroupedKStream {
  using Kept = MaterializedFor<K, A, WindowStoreSupplier>;

 public:
  /// Made by CogroupedKStream::windowedBy.
  TimeWindowedCogroupedKStream(std::shared_ptr<detail::CogroupedPart<K, A>> part, W windows)
      : part_(std::move(part)), windows_(std::move(windows)) {}

  /// The aggregate of all the streams; a window begins with what `initializer` makes.
  template <InitializerOf<A> I>
  [[nodiscard]] KTable<Windowed<K>, A> aggregate(I initializer, Kept materialized = {}) const {
    return aggregate(std::move(initializer), Named{}, std::move(materialized));
  }
  template <InitializerOf<A> I>
  [[nodiscard]] KTable<Windowed<K>, A> aggregate(I initializer, Named name, Kept materialized = {}) const {
    detail::StoreChoice<K, A, WindowStoreSupplier> store{std::move(materialized), part_->graph(),
                                                         detail::prefix::cogroup_aggregate};
    store.orSerdes(part_->keySerde(), {});
    const EmitStrategy emit = EmitStrategy::onWindowUpdate();
    detail::AggregateTable<Windowed<K>, A> made = detail::windowTable(store, windows_, emit);
    const auto state = made.state;
    return part_->table(name, std::move(made), std::move(initializer), [&](detail::CogroupStep<K, A> step) {
      return detail::windowProcessor<K, detail::AnyValue, A>(std::move(step), windows_, emit, state);
    });
  }

 private:
  std::shared_ptr<detail::CogroupedPart<K, A>> part_;
  W windows_;
};

/// Several grouped streams on their way into one aggregate for each key and session.
///
/// Shape    as SessionWindowedKStream; results are told at each update, for Java has no other way here
/// Errors   as SessionWindowedKStream
template <class K, class A>
class SessionWindowedCogroupedKStream {
  using Kept = MaterializedFor<K, A, SessionStoreSupplier>;

 public:
  /// Made by CogroupedKStream::windowedBy.
  SessionWindowedCogroupedKStream(std::shared_ptr<detail::CogroupedPart<K, A>> part, SessionWindows windows)
      : part_(std::move(part)), windows_(windows) {}

  /// The aggregate of all the streams; see SessionWindowedKStream::aggregate.
  template <InitializerOf<A> I, SessionMergerOf<K, A> M>
  [[nodiscard]] KTable<Windowed<K>, A> aggregate(I initializer, M merger, Kept materialized = {}) const {
    return aggregate(std::move(initializer), std::move(merger), Named{}, std::move(materialized));
  }
  template <InitializerOf<A> I, SessionMergerOf<K, A> M>
  [[nodiscard]] KTable<Windowed<K>, A> aggregate(I initializer, M merger, Named name, Kept materialized = {}) const {
    detail::StoreChoice<K, A, SessionStoreSupplier> store{std::move(materialized), part_->graph(),
                                                          detail::prefix::cogroup_aggregate};
    store.orSerdes(part_->keySerde(), {});
    const EmitStrategy emit = EmitStrategy::onWindowUpdate();
    detail::AggregateTable<Windowed<K>, A> made = detail::sessionTable(store, windows_, emit);
    const auto state = made.state;
    return part_->table(name, std::move(made), std::move(initializer), [&](detail::CogroupStep<K, A> step) {
      step.merger = [merger](const K& key, Nullable<A> one, Nullable<A> other) {
        return detail::callMerger(merger, key, one, other);
      };
      return detail::sessionProcessor<K, detail::AnyValue, A>(std::move(step), windows_, emit, state);
    });
  }

 private:
  std::shared_ptr<detail::CogroupedPart<K, A>> part_;
  SessionWindows windows_;
};

}  // namespace widgetstream
