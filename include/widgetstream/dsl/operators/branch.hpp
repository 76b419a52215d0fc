#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/processor/processor.hpp"

namespace widgetstream::detail {

/// The branches of a split, in the order they were added; one without a predicate takes everything.
template <class K, class V>
struct Branches {
  struct Branch {
    std::function<bool(const Record<K, V>&, const RecordContext&)> accepts;
    std::string child;
  };
  std::vector<Branch> all;
};

/// Sends each record to the first branch that accepts it; one that none accepts vanishes.
///
/// Shape   KStream<K, V> -> several KStream<K, V>
template <class K, class V>
class BranchProcessor final : public Processor<K, V> {
 public:
  explicit BranchProcessor(std::shared_ptr<const Branches<K, V>> branches) : branches_(std::move(branches)) {}

  using Processor<K, V>::process;
  void process(const Record<K, V>& record) override {
    for (const auto& branch : branches_->all) {
      if (!branch.accepts || branch.accepts(record, this->context().recordContext())) {
        this->context().forward(record, branch.child);
        return;
      }
    }
  }

 private:
  std::shared_ptr<const Branches<K, V>> branches_;
};

}  // namespace widgetstream::detail
