#include "exposure/region.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace enks::exposure {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string Fault(const std::vector<std::string>& regions) {
  return std::string(NormalizeRegions(regions).status().message());
}

TEST(NormalizeRegions, TrimsRaisesSortsAndKeepsEachOnce) {
  const auto names = NormalizeRegions({" us-wa", "CA\t", "Us-Wa", "de"});
  ASSERT_TRUE(names.ok());
  EXPECT_THAT(*names, ElementsAre("CA", "DE", "US-WA"));
  EXPECT_THAT(*NormalizeRegions({}), IsEmpty());
}

TEST(NormalizeRegions, RaisesAsciiLettersOnly) {
  EXPECT_THAT(*NormalizeRegions({"\xc3\xa4z"}), ElementsAre("\xc3\xa4Z"));
}

TEST(NormalizeRegions, RefusesEmptyNames) {
  EXPECT_TRUE(absl::IsInvalidArgument(NormalizeRegions({"US", "  "}).status()));
  EXPECT_EQ(Fault({"US", "  "}), "region 2 is empty");
  EXPECT_EQ(Fault({""}), "region 1 is empty");
}

TEST(NormalizeRegions, TakesSixtyFourBytesAndNotOneMore) {
  EXPECT_TRUE(NormalizeRegions({std::string(64, 'A')}).ok());
  EXPECT_EQ(Fault({std::string(65, 'A')}), "region 1 is longer than 64 bytes");
}

TEST(NormalizeRegions, RefusesControlCharactersWithoutRepeatingThem) {
  EXPECT_EQ(Fault({"U\nS"}), "region 1 has a control character");
  EXPECT_FALSE(NormalizeRegions({std::string("U\0S", 3)}).ok());
  EXPECT_FALSE(NormalizeRegions({"U\x7fS"}).ok());
}

TEST(Selects, EveryRegionWithoutAFilter) {
  EXPECT_TRUE(Selects({}, {"US"}, false));
  EXPECT_TRUE(Selects({}, {}, true));
}

// Divergence E1: the reference filters only when a list has exactly one element.
TEST(Selects, KeysOfAnyIncludedRegionHoweverManyAreIncluded) {
  const KeySelection one{{"CA"}, {}};
  const KeySelection two{{"CA", "US"}, {}};
  EXPECT_TRUE(Selects(one, {"CA"}, false));
  EXPECT_FALSE(Selects(one, {"US"}, false));
  EXPECT_TRUE(Selects(two, {"DE", "US"}, false));
  EXPECT_FALSE(Selects(two, {"DE"}, false));
  EXPECT_FALSE(Selects(two, {}, false));
}

TEST(Selects, NoKeyOfAnExcludedRegionHoweverManyAreExcluded) {
  const KeySelection selection{{}, {"CA", "US"}};
  EXPECT_TRUE(Selects(selection, {"DE"}, false));
  EXPECT_FALSE(Selects(selection, {"DE", "US"}, false));
  EXPECT_FALSE(Selects(selection, {"CA"}, true));
}

TEST(Selects, TravelersFromAnyRegionWhenAsked) {
  KeySelection selection{{"US"}, {"DE"}};
  selection.include_travelers = true;
  EXPECT_TRUE(Selects(selection, {"CA"}, true));
  EXPECT_FALSE(Selects(selection, {"CA"}, false));
  EXPECT_FALSE(Selects(selection, {"DE"}, true));
}

TEST(Selects, NoTravelersWhenOnlyNonTravelersAreAskedFor) {
  KeySelection selection{{"US"}, {}};
  selection.only_non_travelers = true;
  EXPECT_TRUE(Selects(selection, {"US"}, false));
  EXPECT_FALSE(Selects(selection, {"US"}, true));
}

}  // namespace
}  // namespace enks::exposure
