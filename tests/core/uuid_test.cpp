// UUIDs: their one text, and no other.
#include "widgetstream/core/uuid.hpp"

#include <gmock/gmock.h>

#include <map>
#include <unordered_set>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

constexpr Uuid example{0x0011223344556677, 0x8899aabbccddeeff};

TEST(AUuid, IsShownAsThirtySixCharactersInLowerCase) {
  EXPECT_EQ(example.toString(), "00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_EQ(Uuid{}.toString(), "00000000-0000-0000-0000-000000000000");
  std::string text = "id ";
  example.appendTo(text);
  EXPECT_EQ(text, "id 00112233-4455-6677-8899-aabbccddeeff");
}

TEST(AUuid, IsReadFromItsTextInEitherCase) {
  EXPECT_EQ(Uuid::parse("00112233-4455-6677-8899-aabbccddeeff"), example);
  EXPECT_EQ(Uuid::parse("00112233-4455-6677-8899-AABBCCDDEEFF"), example);
  EXPECT_EQ(Uuid::parse("ffffffff-ffff-ffff-ffff-ffffffffffff"), (Uuid{~std::uint64_t{0}, ~std::uint64_t{0}}));
}

TEST(AUuid, IsNotReadFromAnythingElse) {
  for (const char* text :
       {"", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeeff0",
        "00112233445566778899aabbccddeeff0000", "0011223-34455-6677-8899-aabbccddeeff",
        "00112233-4455-6677-8899-aabbccddeefg", "1-2-3-4-5", "00112233-4455-6677-8899-aabbccddee f"}) {
    Uuid into = example;
    EXPECT_FALSE(Uuid::tryParse(text, into)) << text;
    EXPECT_EQ(into, example) << text;
  }
  try {
    (void)Uuid::parse("nonsense");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("'nonsense' is no UUID: expected 36 characters"));
  }
}

TEST(AUuid, SortsAsItsTextDoes) {
  const Uuid high{0x8000000000000000, 0};
  EXPECT_LT(example, high);
  EXPECT_LT(example.toString(), high.toString());
  EXPECT_LT((Uuid{1, 2}), (Uuid{1, 3}));
}

TEST(AUuid, IsAKeyOfHashTables) {
  std::unordered_set<Uuid> known;
  for (std::uint64_t i = 0; i < 1000; ++i) known.insert(Uuid{0, i});
  EXPECT_EQ(known.size(), 1000U);
  EXPECT_TRUE(known.contains(Uuid{0, 7}));
  EXPECT_FALSE(known.contains(example));
}

}  // namespace
}  // namespace widgetstream
