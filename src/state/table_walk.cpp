#include "state/table_walk.hpp"

#include "state/stored_bytes.hpp"

namespace widgetstream::detail {

bool TableWalk::valid() const {
  if (place_ == Place::unknown) settle();
  return place_ != Place::end;
}

void TableWalk::next() {
  if (place_ == Place::dirty) {
    ++next_dirty_;
  } else if (place_ == Place::engine) {
    engine_->next();
  }
  place_ = Place::unknown;
}

BytesView TableWalk::key() const {
  return place_ == Place::dirty ? dirty_->key(next_dirty_) : engine_->key();
}

void TableWalk::settle() const {
  for (;;) {
    const bool in_engine = engine_->valid();
    if (next_dirty_ == dirty_->size()) {
      place_ = in_engine ? Place::engine : Place::end;
      break;
    }
    const BytesView dirty_key = dirty_->key(next_dirty_);
    const int order = in_engine ? dirty_key.compare(engine_->key()) * (reverse_ ? -1 : 1) : -1;
    if (order > 0) {
      place_ = Place::engine;
      break;
    }
    if (order == 0) engine_->next();
    stored_ = dirty_->stored(next_dirty_);
    if (stored_) {
      place_ = Place::dirty;
      return;
    }
    ++next_dirty_;
  }
  if (place_ == Place::engine) decode();
}

void TableWalk::decode() const {
  void* slot = decoded_.at(0);
  decodeStored(decoded_.type(), format_, engine_->value(), slot);
  stored_ = decoded_.type().stored(slot);
}

}  // namespace widgetstream::detail
