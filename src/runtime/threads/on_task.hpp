#pragma once

#include "runtime/threads/stream_thread.hpp"

namespace widgetstream {

template <class Step>
void StreamThread::onTask(HeldTask& held, Step&& step) {
  view_.at(held.id());
  try {
    step();
  } catch (...) {
    troubles_.push_back({&held, std::current_exception()});
  }
  view_.atNone();
}

}  // namespace widgetstream
