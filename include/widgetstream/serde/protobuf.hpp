#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <string>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {

/// What the serde asks of a generated message. Asking by shape keeps protobuf's headers out of ours:
/// only a program that uses a message pays for including it.
template <class M>
concept ProtobufMessage = std::default_initializable<M> &&
    requires(M message, const M& sent, void* out, const void* in, int size) {
  { sent.ByteSizeLong() } -> std::convertible_to<std::size_t>;
  { sent.SerializeToArray(out, size) } -> std::same_as<bool>;
  { message.ParseFromArray(in, size) } -> std::same_as<bool>;
};

/// A protobuf message in its wire format, without any schema id before it.
///
/// Errors  Error{bad_record} when the bytes are not a message of this type, when a required field (proto2) is not set,
///         and for messages beyond protobuf's 2 GiB.
template <ProtobufMessage M>
struct ProtobufSerde {
  void encode(const M& message, Bytes& out) const {
    if constexpr (requires { message.IsInitialized(); }) {
      // protobuf itself would send such a message, and end the process in a debug build.
      if (!message.IsInitialized()) fail(message, "cannot be encoded, required fields are not set");
    }
    const std::size_t size = message.ByteSizeLong();
    if (size > most_bytes) fail(message, "cannot be encoded, it is larger than 2 GiB");
    const std::size_t before = out.size();
    out.resize(before + size);
    if (!message.SerializeToArray(out.data() + before, static_cast<int>(size))) fail(message, "cannot be encoded");
  }

  [[nodiscard]] M decode(BytesView bytes) const {
    M message;
    decodeInto(bytes, message);
    return message;
  }

  void decodeInto(BytesView bytes, M& into) const {
    if (bytes.size() > most_bytes || !into.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      fail(into, "cannot be decoded from " + std::to_string(bytes.size()) + " bytes");
    }
  }

 private:
  static constexpr std::size_t most_bytes = std::numeric_limits<int>::max();

  [[noreturn]] static void fail(const M& message, const std::string& problem) {
    std::string name = "protobuf message";
    if constexpr (requires { std::string{message.GetTypeName()}; }) name += ' ' + std::string{message.GetTypeName()};
    throw Error(ErrorKind::bad_record, name + ' ' + problem);
  }
};

}  // namespace widgetstream
