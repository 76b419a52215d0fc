#include "state/kept_position.hpp"

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {

void KeptPosition::read(const StoreEngine& engine, const std::string& store) {
  offset_ = nullptr;
  changed_ = false;
  const std::optional<Bytes> kept = engine.position();
  try {
    position_ = kept ? Position::decode(*kept) : Position{};
  } catch (const Error& error) {
    throw Error(ErrorKind::store_corrupted, "store " + store + ": " + error.what());
  }
}

void KeptPosition::look(const RecordStamp& stamp) {
  topic_ = stamp.topic;
  partition_ = stamp.partition;
  offset_ = &position_.offsetOf(topic_, partition_);
}

}  // namespace widgetstream::detail
