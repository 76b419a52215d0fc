// Every serde: what goes in comes out again, the same bytes each time, appended, and into a value that is already
// there.
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/serde/model.hpp"
#include "tests/serde/random_values.hpp"
#include "widget.pb.h"
#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/serde/encoded_string_serde.hpp"
#include "widgetstream/serde/ordered.hpp"

namespace widgetstream::tests {
namespace {

template <class T>
bool same(const T& left, const T& right) {
  return left == right;
}
bool same(const Widget& left, const Widget& right) {
  return left.SerializeAsString() == right.SerializeAsString();
}

/// A serde and what to send through it: the edges of T, then random values.
template <class S, class T>
struct Case {
  using Serde = S;
  using Value = T;
  static T random(RandomValues& from) {
    T value{};
    from.fill(value);
    return value;
  }
};

struct ProtobufCase {
  using Serde = ProtobufSerde<Widget>;
  using Value = Widget;
  static Widget random(RandomValues& from) {
    Widget widget;
    widget.set_id(from.text());
    for (std::size_t parts = from.below(4); parts > 0; --parts) {
      Part& part = *widget.add_parts();
      part.set_name(from.text());
      part.set_quantity(from.integer<std::int64_t>());
    }
    // One at most: protobuf does not promise the order of a map's entries.
    if (from.oneIn(2)) (*widget.mutable_prices())[from.text()] = from.number();
    widget.set_picture(from.bytes());
    return widget;
  }
};

template <class C>
class EverySerde : public ::testing::Test {
 protected:
  using Value = typename C::Value;

  const widgetstream::Serde<Value> serde{typename C::Serde{}};
  RandomValues values{20260131};
};

/// The default serde of T, whichever that is.
template <class T>
struct DefaultOf {
  void encode(const T& value, const SerdeContext& at, Bytes& out) const { defaultSerde<T>().encode(value, at, out); }
  [[nodiscard]] T decode(BytesView bytes, const SerdeContext& at) const {
    std::optional<T> value;
    defaultSerde<T>().decode(bytes, at, value);
    return std::move(*value);
  }
};
template <class Item>
using ListCase = Case<DefaultOf<std::vector<Item>>, std::vector<Item>>;

template <TextEncoding E>
struct TextIn : EncodedStringSerde {
  TextIn() : EncodedStringSerde(E) {}
};
template <TextEncoding E>
using TextCase = Case<TextIn<E>, std::string>;

using Cases = ::testing::Types<
    Case<StringSerde, std::string>, Case<ShortSerde, std::int16_t>, Case<IntegerSerde, std::int32_t>,
    Case<LongSerde, std::int64_t>, Case<FloatSerde, float>, Case<DoubleSerde, double>, Case<BooleanSerde, bool>,
    Case<JsonSerde<Order>, Order>, Case<JsonSerde<Sensor>, Sensor>, Case<JsonSerde<Numbers>, Numbers>,
    Case<JsonSerde<Nested>, Nested>, Case<JsonSerde<JsonValue>, JsonValue>, Case<JsonSerde<Nothing>, Nothing>,
    Case<JsonSerde<std::vector<double>>, std::vector<double>>, Case<JsonSerde<OrderKey>, OrderKey>,
    Case<OrderedSerde<OrderKey>, OrderKey>, ProtobufCase, Case<UUIDSerde, Uuid>, Case<ByteBufferSerde, ByteBuffer>,
    ListCase<std::int32_t>, ListCase<std::optional<std::int64_t>>, ListCase<std::string>,
    ListCase<std::optional<std::string>>, ListCase<std::optional<bool>>, ListCase<bool>, ListCase<std::optional<Uuid>>,
    ListCase<std::vector<float>>, ListCase<Item>, TextCase<TextEncoding::utf_8>, TextCase<TextEncoding::utf_16>,
    TextCase<TextEncoding::utf_16be>, TextCase<TextEncoding::utf_16le>>;

TYPED_TEST_SUITE(EverySerde, Cases);

TYPED_TEST(EverySerde, BringsEveryValueBack) {
  for (int i = 0; i < 500; ++i) {
    const auto value = TypeParam::random(this->values);
    const Bytes bytes = this->serde.encode(value);
    ASSERT_TRUE(same(this->serde.decode(bytes), value)) << bytes;
    ASSERT_EQ(this->serde.encode(this->serde.decode(bytes)), bytes);
  }
}

TYPED_TEST(EverySerde, AppendsToWhatIsThere) {
  const auto value = TypeParam::random(this->values);
  Bytes out = "before";
  this->serde.encode(value, SerdeContext{}, out);
  EXPECT_EQ(out, "before" + this->serde.encode(value));
}

TYPED_TEST(EverySerde, LeavesNothingOfTheValueThatWasThere) {
  std::optional<typename TypeParam::Value> into;
  for (int i = 0; i < 500; ++i) {
    const auto value = TypeParam::random(this->values);
    this->serde.decode(this->serde.encode(value), SerdeContext{}, into);
    ASSERT_TRUE(into && same(*into, value));
  }
}

// Bytes come from anywhere: whatever they are, the answer is a value or Error{bad_record}.
TYPED_TEST(EverySerde, AnswersDamagedBytesWithAValueOrABadRecord) {
  const google::protobuf::LogSilencer quiet;  // protobuf tells standard error about every text that is not UTF-8
  for (int i = 0; i < 500; ++i) {
    Bytes bytes = this->serde.encode(TypeParam::random(this->values));
    for (std::size_t damages = 1 + this->values.below(3); damages > 0 && !bytes.empty(); --damages) {
      const std::size_t at = this->values.below(bytes.size());
      if (this->values.oneIn(3)) {
        bytes.resize(at);
      } else {
        bytes[at] = static_cast<char>(this->values.below(256));
      }
    }
    try {
      (void)this->serde.decode(bytes);
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::bad_record) << error.what();
    }
  }
}

TEST(DoubleSerde, KeepsZeroSignsInfinitiesAndNotANumber) {
  const Serde<double> serde = defaultSerde<double>();
  EXPECT_TRUE(std::signbit(serde.decode(serde.encode(-0.0))));
  EXPECT_EQ(serde.decode(serde.encode(-std::numeric_limits<double>::infinity())),
            -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(serde.decode(serde.encode(std::numeric_limits<double>::quiet_NaN()))));
}

}  // namespace
}  // namespace widgetstream::tests
