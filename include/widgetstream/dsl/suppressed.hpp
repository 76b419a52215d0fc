#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <type_traits>
#include <utility>

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/window.hpp"
#include "widgetstream/dsl/named.hpp"

namespace widgetstream {

class StrictBufferConfig;
class EagerBufferConfig;

namespace detail {

/// Whether a table's keys are windowed.
template <class K>
struct WindowedKeyTraits : std::false_type {};
template <class K>
struct WindowedKeyTraits<Windowed<K>> : std::true_type {};

/// What both kinds of buffer configuration share. `Self` is the kind.
template <class Self>
class BufferConfigOf {
 public:
  [[nodiscard]] Self withMaxRecords(std::size_t keys) const {
    return changed([&](Self& copy) { copy.max_records = keys; });
  }
  /// Bytes as Java counts them: key, values, context and headers as they stand in the changelog.
  [[nodiscard]] Self withMaxBytes(std::size_t bytes) const {
    return changed([&](Self& copy) { copy.max_bytes = bytes; });
  }
  [[nodiscard]] StrictBufferConfig withNoBound() const;
  /// What does not fit ends the application with an error; nothing is sent early.
  [[nodiscard]] StrictBufferConfig shutDownWhenFull() const;
  /// What does not fit is made room for: the oldest changes are sent before their time.
  [[nodiscard]] EagerBufferConfig emitEarlyWhenFull() const;
  /// No changelog: what waits is lost when the task moves or restarts.
  [[nodiscard]] Self withLoggingDisabled() const {
    return changed([](Self& copy) {
      copy.logging = false;
      copy.log_config.clear();
    });
  }
  /// `config` goes to the changelog topic, above the defaults.
  [[nodiscard]] Self withLoggingEnabled(std::map<std::string, std::string> config) const {
    return changed([&](Self& copy) {
      copy.logging = true;
      copy.log_config = std::move(config);
    });
  }

  std::size_t max_records = std::numeric_limits<std::size_t>::max();
  std::size_t max_bytes = std::numeric_limits<std::size_t>::max();
  bool logging = true;
  std::map<std::string, std::string> log_config;

 private:
  template <class F>
  [[nodiscard]] Self changed(F change) const {
    Self copy = static_cast<const Self&>(*this);
    // As in Java, where a strict configuration that gets another bound has its changelog again.
    if constexpr (std::same_as<Self, StrictBufferConfig>) copy.logging = true;
    change(copy);
    return copy;
  }
  template <class Other>
  [[nodiscard]] Other as() const {
    Other made;
    made.max_records = max_records;
    made.max_bytes = max_bytes;
    made.log_config = log_config;
    return made;
  }
};

}  // namespace detail

/// A buffer that never sends early: it is unbounded, or the application ends when it is full.
///
/// As in Java, withLoggingDisabled() has to be the last call: those that bound the buffer or change its kind bring the
/// changelog back.
class StrictBufferConfig : public detail::BufferConfigOf<StrictBufferConfig> {};

/// A buffer that sends the oldest changes early when it is full. So it has fewer updates below it, not only final ones.
class EagerBufferConfig : public detail::BufferConfigOf<EagerBufferConfig> {};

/// Where the configuration of a buffer begins.
struct BufferConfig {
  /// As much memory as it needs.
  [[nodiscard]] static StrictBufferConfig unbounded() { return {}; }
  [[nodiscard]] static EagerBufferConfig maxRecords(std::size_t keys) { return EagerBufferConfig{}.withMaxRecords(keys); }
  [[nodiscard]] static EagerBufferConfig maxBytes(std::size_t bytes) { return EagerBufferConfig{}.withMaxBytes(bytes); }
};

namespace detail {

template <class Self>
StrictBufferConfig BufferConfigOf<Self>::withNoBound() const {
  StrictBufferConfig made;
  made.log_config = log_config;
  return made;
}
template <class Self>
StrictBufferConfig BufferConfigOf<Self>::shutDownWhenFull() const {
  return as<StrictBufferConfig>();
}
template <class Self>
EagerBufferConfig BufferConfigOf<Self>::emitEarlyWhenFull() const {
  return as<EagerBufferConfig>();
}

/// A buffer's configuration, whichever its kind.
struct BufferBounds {
  std::size_t max_records = std::numeric_limits<std::size_t>::max();
  std::size_t max_bytes = std::numeric_limits<std::size_t>::max();
  bool emits_early = false;
  bool logging = true;
  std::map<std::string, std::string> log_config;

  template <class Config>
  [[nodiscard]] static BufferBounds of(const Config& config) {
    return {config.max_records, config.max_bytes, std::same_as<Config, EagerBufferConfig>, config.logging,
            config.log_config};
  }
};

}  // namespace detail

/// KTable::suppress() for a while; made by Suppressed::untilTimeLimit().
class SuppressedUntilTimeLimit {
 public:
  SuppressedUntilTimeLimit(Milliseconds waits, detail::BufferBounds limits)
      : wait(waits), bounds(std::move(limits)) {}
  [[nodiscard]] SuppressedUntilTimeLimit withName(std::string to) const {
    SuppressedUntilTimeLimit copy = *this;
    copy.name = Named::as(std::move(to)).name();
    return copy;
  }

  Milliseconds wait;
  detail::BufferBounds bounds;
  std::string name;
};

/// KTable::suppress() until results are final; made by Suppressed::untilWindowCloses().
class SuppressedUntilWindowCloses {
 public:
  explicit SuppressedUntilWindowCloses(detail::BufferBounds limits) : bounds(std::move(limits)) {}
  [[nodiscard]] SuppressedUntilWindowCloses withName(std::string to) const {
    SuppressedUntilWindowCloses copy = *this;
    copy.name = Named::as(std::move(to)).name();
    return copy;
  }

  detail::BufferBounds bounds;
  std::string name;
};

/// How a table holds updates back; see operators/suppress.hpp.
struct Suppressed {
  /// Each key's newest update, at the earliest `wait` after its first one. Errors  Error{invalid_topology} for a
  /// negative one.
  [[nodiscard]] static SuppressedUntilTimeLimit untilTimeLimit(Milliseconds wait, const StrictBufferConfig& buffer) {
    return {checked(wait), detail::BufferBounds::of(buffer)};
  }
  [[nodiscard]] static SuppressedUntilTimeLimit untilTimeLimit(Milliseconds wait, const EagerBufferConfig& buffer) {
    return {checked(wait), detail::BufferBounds::of(buffer)};
  }
  /// Each window's final result, once it and its grace have passed. For tables of windows only; and a buffer that sends
  /// early would send what is not final.
  [[nodiscard]] static SuppressedUntilWindowCloses untilWindowCloses(const StrictBufferConfig& buffer) {
    return SuppressedUntilWindowCloses{detail::BufferBounds::of(buffer)};
  }

 private:
  [[nodiscard]] static Milliseconds checked(Milliseconds wait) {
    if (wait < Milliseconds{0}) {
      throw Error{ErrorKind::invalid_topology, "suppress() is to wait " + std::to_string(wait.count()) +
                                                   " ms; 0 ms, which lets everything through, is the least"};
    }
    return wait;
  }
};

}  // namespace widgetstream
