#include "widgetstream/serde/ordered.hpp"

#include "widgetstream/serde/builtin_serdes.hpp"

namespace widgetstream::detail {
namespace {

// 00 within text is written 00 FF, and 00 01 ends it. Both sort below any other byte that may follow equal text, and
// the end below the zero byte: so "a" < "a\0" < "ab", and no text's bytes are the beginning of another's.
constexpr char zero = '\x00';
constexpr char zero_of_text = '\xff';
constexpr char end_of_text = '\x01';

}  // namespace

void appendOrderedText(std::string_view text, Bytes& out) {
  for (std::size_t found = text.find(zero); found != std::string_view::npos; found = text.find(zero)) {
    out += text.substr(0, found + 1);
    out += zero_of_text;
    text.remove_prefix(found + 1);
  }
  out += text;
  out += zero;
  out += end_of_text;
}

void readOrderedText(BytesView& from, std::string& into) {
  into.clear();
  for (;;) {
    const std::size_t found = from.find(zero);
    if (found == BytesView::npos || found + 1 == from.size()) failOrdered("text without an end");
    const char mark = from[found + 1];
    into += from.substr(0, found);
    from.remove_prefix(found + 2);
    if (mark == end_of_text) return;
    if (mark != zero_of_text) failOrdered("00 within text is followed by neither FF nor 01");
    into += zero;
  }
}

void appendOrderedBits(std::uint64_t bits, std::size_t size, Bytes& out) {
  appendBigEndian(bits, size, out);
}

std::uint64_t readOrderedBits(BytesView& from, std::size_t size) {
  const std::uint64_t bits = readBigEndian(from.substr(0, size), size, "OrderedSerde");
  from.remove_prefix(size);
  return bits;
}

void failOrdered(std::string_view problem) {
  throw Error(ErrorKind::bad_record, "OrderedSerde: " + std::string{problem});
}

}  // namespace widgetstream::detail
