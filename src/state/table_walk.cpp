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
    stretches_[stretch_].engine->next();
  }
  place_ = Place::unknown;
}

BytesView TableWalk::key() const {
  return place_ == Place::dirty ? dirty_->key(next_dirty_) : stretches_[stretch_].engine->key();
}

const void* TableWalk::stored() const {
  if (!stored_) {
    void* slot = decoded_.at(0);
    decodeStored(decoded_.type(), format_, stretches_[stretch_].engine->value(), slot);
    stored_ = decoded_.type().stored(slot);
  }
  return stored_;
}

void TableWalk::settle() const {
  stored_ = nullptr;
  for (; stretch_ < stretches_.size(); ++stretch_) {
    if (settleIn(stretches_[stretch_])) return;
  }
  place_ = Place::end;
}

bool TableWalk::settleIn(const Stretch& stretch) const {
  for (;;) {
    const bool in_engine = skipHidden(hidden_, stretch.engine.get());
    if (next_dirty_ == stretch.dirty_end) {
      place_ = Place::engine;
      return in_engine;
    }
    const BytesView dirty_key = dirty_->key(next_dirty_);
    const int order = in_engine ? dirty_key.compare(stretch.engine->key()) * (reverse_ ? -1 : 1) : -1;
    if (order > 0) {
      place_ = Place::engine;
      return true;
    }
    if (order == 0) stretch.engine->next();
    stored_ = dirty_->stored(next_dirty_);
    if (stored_) {
      place_ = Place::dirty;
      return true;
    }
    ++next_dirty_;
  }
}

bool TableWalk::skipHidden(const HiddenRows& hidden, EngineIterator* engine) {
  if (!engine) return false;
  while (engine->valid()) {
    if (!hidden.rules || hidden.rules->timeOf(engine->key()) >= hidden.before) return true;
    engine->next();
  }
  return false;
}

}  // namespace widgetstream::detail
