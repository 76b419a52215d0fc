#include "tests/golden/byte_runs.hpp"

namespace widgetstream::golden {

const ByteRuns& byteRuns() {
  static const ByteRuns all = [] {
    ByteRuns made;
    addTableBytes(made);
    return made;
  }();
  return all;
}

}  // namespace widgetstream::golden
