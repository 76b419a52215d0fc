#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/core/owned.hpp"

namespace widgetstream {

/// Where the bytes come from or go to: what serdes that talk to a schema registry need; the others never ask.
struct SerdeContext {
  std::string_view topic;
  bool is_key = false;
};

/// Encodes with nothing but the value: `encode` appends to `out`, `decode` throws Error{bad_record}.
template <class S, class T>
concept PlainSerdeFor = requires(const S& serde, const T& value, Bytes& out, BytesView bytes) {
  serde.encode(value, out);
  { serde.decode(bytes) } -> std::convertible_to<T>;
};

/// Encodes with the topic in view. Preferred where a type has both forms.
template <class S, class T>
concept TopicSerdeFor = requires(const S& serde, const T& value, const SerdeContext& at, Bytes& out, BytesView bytes) {
  serde.encode(value, at, out);
  { serde.decode(bytes, at) } -> std::convertible_to<T>;
};

/// Any copyable type that turns a T into bytes and back. Null is not its business: a null never reaches a serde.
///
/// Threads  one serde serves several threads at once, so its members are const.
// Copying is asked for last: whether a serde made of another Serde can be copied is not to be asked while that one's
// constructor is being chosen.
template <class S, class T>
concept SerdeFor = (PlainSerdeFor<S, T> || TopicSerdeFor<S, T>)&&std::copy_constructible<S>;

namespace detail {

/// Bytes of an item in Java's list of items of fixed size (serde/list_serde.hpp); 0 for a serde that says none.
template <class S>
inline constexpr std::size_t list_item_size_of = 0;
template <class S>
requires requires {
  { S::list_item_size } -> std::convertible_to<std::size_t>;
}
inline constexpr std::size_t list_item_size_of<S> = S::list_item_size;

/// The one indirection between a node or store and the serde its user chose.
template <class T>
class SerdeModel {
 public:
  virtual ~SerdeModel() = default;
  virtual void encode(const T& value, const SerdeContext& at, Bytes& out) const = 0;
  virtual void decode(BytesView bytes, const SerdeContext& at, std::optional<T>& into) const = 0;
  virtual bool encodeBaseKey(const T&, const SerdeContext&, Bytes&) const { return false; }
  [[nodiscard]] virtual std::size_t listItemSize() const noexcept = 0;
};

template <class T, class S>
class SerdeModelOf final : public SerdeModel<T> {
 public:
  explicit SerdeModelOf(S serde) : serde_(std::move(serde)) {}

  void encode(const T& value, const SerdeContext& at, Bytes& out) const override {
    if constexpr (TopicSerdeFor<S, T>) {
      serde_.encode(value, at, out);
    } else {
      serde_.encode(value, out);
    }
  }

  bool encodeBaseKey(const T& value, const SerdeContext& at, Bytes& out) const override {
    if constexpr (requires { serde_.encodeBaseKey(value, at, out); }) {
      serde_.encodeBaseKey(value, at, out);
      return true;
    } else {
      return false;
    }
  }

  void decode(BytesView bytes, const SerdeContext& at, std::optional<T>& into) const override {
    if constexpr (requires(T & old) { serde_.decodeInto(bytes, at, old); }) {
      if (into) return reuse(into, [&] { serde_.decodeInto(bytes, at, *into); });
    } else if constexpr (!TopicSerdeFor<S, T> && requires(T & old) { serde_.decodeInto(bytes, old); }) {
      if (into) return reuse(into, [&] { serde_.decodeInto(bytes, *into); });
    }
    if constexpr (TopicSerdeFor<S, T>) {
      into.emplace(serde_.decode(bytes, at));
    } else {
      into.emplace(serde_.decode(bytes));
    }
  }

  [[nodiscard]] std::size_t listItemSize() const noexcept override { return list_item_size_of<S>; }

 private:
  /// A half overwritten value must not be taken for the old one or the new one.
  template <class F>
  static void reuse(std::optional<T>& into, F decode_into) {
    try {
      decode_into();
    } catch (...) {
      into.reset();
      throw;
    }
  }

  [[no_unique_address]] S serde_;
};

}  // namespace detail

/// A serde of T whatever its own type: what nodes and stores hold. Costs one virtual call an encode or decode.
///
/// State    cheap to copy: the copies share one immutable serde. A default-constructed one is empty and means "use the
///          default serde of T"; calling it throws Error{invalid_topology}.
/// Threads  any.
template <class T>
class Serde {
 public:
  using value_type = T;

  Serde() = default;

  template <class S>
  requires(!std::same_as<S, Serde>) &&
      SerdeFor<S, T> Serde(
          S serde)  // NOLINT(google-explicit-constructor): a serde of one's own is given where a Serde<T> is asked for
      : model_(detail::makeShared<const detail::SerdeModel<T>, detail::SerdeModelOf<T, S>>(std::move(serde))) {}

  [[nodiscard]] explicit operator bool() const noexcept { return model_ != nullptr; }

  /// Appends the bytes of `value` to `out`.
  void encode(const T& value, const SerdeContext& at, Bytes& out) const { model().encode(value, at, out); }

  /// Replaces what `into` holds. A serde with `decodeInto(BytesView, T&)` overwrites a value that is there already, so
  /// that strings and vectors keep their memory. When it throws, `into` is empty or as before.
  void decode(BytesView bytes, const SerdeContext& at, std::optional<T>& into) const {
    model().decode(bytes, at, into);
  }

  /// Appends the part of a key by which topics are partitioned, where the serde tells it apart from the whole, as the
  /// windowed ones do by `encodeBaseKey`. False, and nothing, where it is the whole.
  bool encodeBaseKey(const T& value, const SerdeContext& at, Bytes& out) const {
    return model().encodeBaseKey(value, at, out);
  }

  [[nodiscard]] Bytes encode(const T& value) const {
    Bytes out;
    encode(value, SerdeContext{}, out);
    return out;
  }

  [[nodiscard]] T decode(BytesView bytes) const {
    std::optional<T> value;
    decode(bytes, SerdeContext{}, value);
    return std::move(*value);
  }

  /// The bytes of every value where Java's lists rely on it (`list_item_size` of the serde), otherwise 0.
  [[nodiscard]] std::size_t listItemSize() const { return model().listItemSize(); }

 private:
  const detail::SerdeModel<T>& model() const {
    if (!model_)
      throw Error(ErrorKind::invalid_topology, "an empty Serde was called: give it a serde or use defaultSerde<T>()");
    return *model_;
  }

  std::shared_ptr<const detail::SerdeModel<T>> model_;
};

}  // namespace widgetstream
