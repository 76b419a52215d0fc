#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "widgetstream/core/window.hpp"
#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/dsl/printed.hpp"
#include "widgetstream/processor/processor.hpp"
#include "widgetstream/serde/json_serde.hpp"

namespace widgetstream {
namespace detail {

[[nodiscard]] std::string printedText(double number);
[[nodiscard]] std::string printedText(float number);

template <class T>
concept HasTextOfItsOwn = requires(const T& value) {
  { toString(value) } -> std::convertible_to<std::string>;
};
template <class T>
inline constexpr bool is_printable =
    std::same_as<T, std::string> || std::is_arithmetic_v<T> || HasTextOfItsOwn<T> || Described<T>;
template <class K>
inline constexpr bool is_printable<Windowed<K>> = is_printable<K>;
template <class T>
concept Printable = is_printable<T>;

/// Text as it is, numbers in decimals, described structs as JSON, others by their toString().
template <Printable T>
[[nodiscard]] std::string textOf(const T& value) {
  if constexpr (std::same_as<T, std::string>) {
    return value;
  } else if constexpr (HasTextOfItsOwn<T>) {
    return toString(value);
  } else if constexpr (std::same_as<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::integral<T>) {
    return std::to_string(value);
  } else if constexpr (std::floating_point<T>) {
    return printedText(value);
  } else {
    Bytes json;
    JsonSerde<T>{}.encode(value, json);
    return json;
  }
}
/// As Java's Windowed shows itself.
template <Printable K>
[[nodiscard]] std::string textOf(const Windowed<K>& windowed) {
  return "[" + textOf(windowed.key) + "@" + std::to_string(toMillis(windowed.window.start)) + "/" +
         std::to_string(toMillis(windowed.window.end)) + "]";
}
template <class T>
[[nodiscard]] std::string textOf(const Nullable<T>& part) {
  return part ? textOf(*part) : "null";
}

/// A function that makes text of a record; or none, where key and value have a text.
template <class F, class K, class V>
concept PrintsRecords = (std::same_as<F, KeyAndValue> && Printable<K> && Printable<V>) ||
    (RecordMapper<F, K, V> && std::convertible_to<CallResult<F, K, V>, std::string>);

/// Writes each record as a line.
///
/// Shape   KStream<K, V> -> nothing
/// Errors  a line that cannot be written (a full disk) is Error{bad_record}: the processing handler decides
template <class K, class V, class F>
class PrintProcessor final : public Processor<K, V> {
 public:
  PrintProcessor(std::shared_ptr<PrintTarget> target, std::string label, F mapper)
      : target_(std::move(target)), label_("[" + label + "]: "), mapper_(std::move(mapper)) {}

  using Processor<K, V>::process;
  void process(const Record<K, V>& record) override { target_->write(label_ + text(record)); }

 private:
  [[nodiscard]] std::string text(const Record<K, V>& record) {
    if constexpr (std::same_as<F, KeyAndValue>) {
      return textOf(record.key) + ", " + textOf(record.value);
    } else {
      return static_cast<std::string>(callWith(mapper_, record, this->context().recordContext()));
    }
  }

  std::shared_ptr<PrintTarget> target_;
  std::string label_;
  F mapper_;
};

}  // namespace detail
}  // namespace widgetstream
