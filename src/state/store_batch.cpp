#include <algorithm>

#include "widgetstream/state/store_engine.hpp"

namespace widgetstream {

void StoreBatch::put(BytesView key, BytesView value) {
  const BytesView kept_key = kept(key);
  changes_.push_back({kept_key, kept(value)});
}

void StoreBatch::erase(BytesView key) {
  changes_.push_back({kept(key), std::nullopt});
}

BytesView StoreBatch::kept(BytesView bytes) {
  constexpr std::size_t piece_bytes = std::size_t{64} << 10;
  if (pieces_.empty() || piece_size_ - piece_used_ < bytes.size()) {
    const std::size_t size = std::max(piece_bytes, bytes.size());
    pieces_.push_back(std::make_unique_for_overwrite<char[]>(size));
    piece_size_ = size;
    piece_used_ = 0;
  }
  char* const to = pieces_.back().get() + piece_used_;
  std::copy(bytes.begin(), bytes.end(), to);
  piece_used_ += bytes.size();
  return {to, bytes.size()};
}

}  // namespace widgetstream
