#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "widgetstream/dsl/joiner_forms.hpp"
#include "widgetstream/dsl/operators/foreign_key/response.hpp"
#include "widgetstream/dsl/operators/table_join.hpp"
#include "widgetstream/dsl/operators/table_view.hpp"
#include "widgetstream/processor/processor.hpp"

namespace widgetstream::detail {

/// Joins a response with the left row it answers, unless that has changed since.
///
/// Shape   responses under the primary key -> the join's rows; null where there is none any more
/// Errors  responses to a value that is no longer the left row's are dropped and counted: the answer to the newer
///         value is under way
template <class Join>
class ResponseResolveProcessor final
    : public Processor<typename Join::K, ForeignResponse<typename Join::R>, typename Join::K, typename Join::Value> {
  using K = typename Join::K;
  using L = typename Join::L;
  using R = typename Join::R;
  using Out = typename Join::Value;

 public:
  ResponseResolveProcessor(Join join, TableView<K, L> left, Serde<L> values, ForeignKeyTopics topics)
      : join_(std::move(join)), view_(std::move(left)), serde_(std::move(values)), topics_(std::move(topics)) {}

  using Processor<K, ForeignResponse<R>, K, Out>::init;
  using Processor<K, ForeignResponse<R>, K, Out>::process;

  void init(ProcessorContext<K, Out>& context) override {
    left_ = view_.make(context.any());
    values_ = {serde_, topics_.valueHash(context.applicationId()), false};
  }

  void process(const Record<K, ForeignResponse<R>>& record) override {
    if (!record.key || !record.value) throw std::invalid_argument{"a response of a foreign-key join is null"};
    const ForeignResponse<R>& response = *record.value;
    const StoredValue<L> left = left_->get(*record.key);
    if (response.hash != hashOf(left.value)) {
      this->context().dropped("outdated-response");
      return;
    }
    std::optional<Out> row;
    if (left.value && (response.value || Join::kind == JoinKind::left)) {
      const RecordContext& input = this->context().recordContext();
      const RecordContext at{input.topic(), input.partition(), input.offset(), record.timestamp, *record.headers};
      row = join_.joined(record.key, left.value, response.value, at);
    }
    this->context().forward({record.key, borrowed(row), record.timestamp, *record.headers});
  }

  void close() override {
    if (left_) left_->close();
  }

 private:
  [[nodiscard]] std::optional<Hash128> hashOf(Nullable<L> value) {
    if (!value) return std::nullopt;
    bytes_.clear();
    values_.append(*value, bytes_);
    return murmur3(bytes_);
  }

  Join join_;
  TableView<K, L> view_;
  Serde<L> serde_;
  ForeignKeyTopics topics_;
  std::unique_ptr<TableGetter<K, L>> left_;
  SerdeOfTopic<L> values_;
  Bytes bytes_;
};

}  // namespace widgetstream::detail
