#pragma once

#include <concepts>
#include <optional>
#include <utility>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/window.hpp"
#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/serde/serde.hpp"

namespace widgetstream {

namespace detail {

/// What is left of a windowed key when the window is taken off its end, and the window.
struct SplitWindowedKey {
  BytesView key;
  Window window;
};

void appendWindowStart(const Window& window, Bytes& out);
/// `sequenced`: 4 bytes more follow, as in the changelog of a window store.
/// Errors  Error{bad_record} for bytes that are too few and windows that cannot be.
[[nodiscard]] SplitWindowedKey splitTimeWindowedKey(BytesView bytes, Milliseconds window_size, bool sequenced);
void appendSessionBounds(const Window& window, Bytes& out);
[[nodiscard]] SplitWindowedKey splitSessionKey(BytesView bytes);
void requireWindowSize(Milliseconds size);

/// The inner key goes into a value that is there already, so that its memory is used again.
template <class K>
void decodeWindowedInto(const SplitWindowedKey& from, const Serde<K>& inner, const SerdeContext& at,
                        Windowed<K>& into) {
  std::optional<K> key{std::move(into.key)};
  inner.decode(from.key, at, key);
  into = {std::move(*key), from.window};
}
template <class K>
[[nodiscard]] Windowed<K> decodeWindowed(const SplitWindowedKey& from, const Serde<K>& inner, const SerdeContext& at) {
  std::optional<K> key;
  inner.decode(from.key, at, key);
  return {std::move(*key), from.window};
}

}  // namespace detail

/// Keys of time windows: the inner key's bytes, then the start of the window as an i64. Java's TimeWindowedSerde.
///
/// Time     the bytes do not hold the end: it is the start plus `window_size`. For sliding windows that is their time
///          difference
/// Keys     records are partitioned by the inner key, so that all windows of a key meet (see KStream::to)
/// Errors   Error{bad_record} for bytes that are no such key; Error{invalid_argument} for a size that is not positive
template <class K>
class TimeWindowedSerde {
 public:
  TimeWindowedSerde(Serde<K> inner, Milliseconds window_size) : inner_(std::move(inner)), window_size_(window_size) {
    detail::requireWindowSize(window_size);
  }
  /// Around the default serde of K.
  explicit TimeWindowedSerde(Milliseconds window_size) : TimeWindowedSerde(defaultSerde<K>(), window_size) {}

  /// Reads keys of the changelog of a window store, which end in a sequence number.
  [[nodiscard]] TimeWindowedSerde forChangelog(bool is_changelog = true) const {
    TimeWindowedSerde copy = *this;
    copy.sequenced_ = is_changelog;
    return copy;
  }

  void encode(const Windowed<K>& value, const SerdeContext& at, Bytes& out) const {
    inner_.encode(value.key, at, out);
    detail::appendWindowStart(value.window, out);
  }
  [[nodiscard]] Windowed<K> decode(BytesView bytes, const SerdeContext& at) const {
    return detail::decodeWindowed(detail::splitTimeWindowedKey(bytes, window_size_, sequenced_), inner_, at);
  }
  void decodeInto(BytesView bytes, const SerdeContext& at, Windowed<K>& into) const {
    detail::decodeWindowedInto(detail::splitTimeWindowedKey(bytes, window_size_, sequenced_), inner_, at, into);
  }
  /// What a topic is partitioned by.
  void encodeBaseKey(const Windowed<K>& value, const SerdeContext& at, Bytes& out) const {
    inner_.encode(value.key, at, out);
  }

 private:
  Serde<K> inner_;
  Milliseconds window_size_;
  bool sequenced_ = false;
};

/// Keys of sessions: the inner key's bytes, then the end and the start of the session, each an i64. Java's
/// SessionWindowedSerde.
///
/// Keys     records are partitioned by the inner key
/// Errors   Error{bad_record} for bytes that are no such key
template <class K>
class SessionWindowedSerde {
 public:
  /// A template, for a plain Serde<K> would have the compiler ask whether this class itself is a serde of K.
  template <class S>
  requires(!std::same_as<S, SessionWindowedSerde>) &&
      (std::same_as<S, Serde<K>> || SerdeFor<S, K>) explicit SessionWindowedSerde(S inner)
      : inner_(std::move(inner)) {}
  /// Around the default serde of K.
  SessionWindowedSerde() : inner_(defaultSerde<K>()) {}

  void encode(const Windowed<K>& value, const SerdeContext& at, Bytes& out) const {
    inner_.encode(value.key, at, out);
    detail::appendSessionBounds(value.window, out);
  }
  [[nodiscard]] Windowed<K> decode(BytesView bytes, const SerdeContext& at) const {
    return detail::decodeWindowed(detail::splitSessionKey(bytes), inner_, at);
  }
  void decodeInto(BytesView bytes, const SerdeContext& at, Windowed<K>& into) const {
    detail::decodeWindowedInto(detail::splitSessionKey(bytes), inner_, at, into);
  }
  /// What a topic is partitioned by.
  void encodeBaseKey(const Windowed<K>& value, const SerdeContext& at, Bytes& out) const {
    inner_.encode(value.key, at, out);
  }

 private:
  Serde<K> inner_;
};

/// Java's names for these.
struct WindowedSerdes {
  template <class K>
  [[nodiscard]] static TimeWindowedSerde<K> timeWindowedSerdeFrom(Milliseconds window_size) {
    return TimeWindowedSerde<K>{window_size};
  }
  template <class K>
  [[nodiscard]] static SessionWindowedSerde<K> sessionWindowedSerdeFrom() {
    return {};
  }
};

}  // namespace widgetstream
