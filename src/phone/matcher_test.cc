#include "phone/matcher.h"

#include <gtest/gtest.h>

#include <array>

#include "base/random.h"

namespace enks::phone {
namespace {

using exportfile::ExportFileContent;
using exportfile::WireKey;
using exportfile::WireReportType;

constexpr std::int32_t kStart = 2642976;

WireKey MakeKey(std::uint8_t seed, std::int32_t start = kStart, std::int32_t period = 144,
                WireReportType type = WireReportType::kConfirmedTest) {
  std::array<std::uint8_t, 16> bytes;
  bytes.fill(seed);
  WireKey key;
  key.key = KeyData(bytes);
  key.rolling_start = Interval{start};
  key.rolling_period = period;
  key.report_type = type;
  return key;
}

// The key's identifier of interval `sent`, heard at `heard`.
Sighting Hear(const WireKey& key, std::int32_t sent, std::int32_t heard) {
  const ProximityId identifier = IdentifierAt(DeriveKeys(key.key), Interval{sent});
  return {.beacon = {.identifier = identifier, .metadata = {}}, .at = Interval{heard}};
}

bool Matches(const WireKey& key, const Sighting& sighting) {
  ExposureBook book;
  ExportFileContent file;
  file.keys = {MakeKey(200), key, MakeKey(201)};
  const MatchTarget target{.sightings = {&sighting, 1}, .book = &book};
  MatchFile(file, {&target, 1});
  return book.Find(key.key) != nullptr;
}

TEST(Matcher, FindsTheFirstAndTheLastIdentifierOfAKey) {
  const WireKey key = MakeKey(1);
  EXPECT_TRUE(Matches(key, Hear(key, kStart, kStart)));
  EXPECT_TRUE(Matches(key, Hear(key, kStart + 143, kStart + 143)));
}

TEST(Matcher, IgnoresIdentifiersOutsideTheRollingPeriod) {
  const WireKey key = MakeKey(1);
  EXPECT_FALSE(Matches(key, Hear(key, kStart - 1, kStart - 1)));
  EXPECT_FALSE(Matches(key, Hear(key, kStart + 144, kStart + 144)));
}

TEST(Matcher, ATruncatedKeyEndsWithItsShorterPeriod) {
  const WireKey key = MakeKey(1, kStart, 60);
  EXPECT_TRUE(Matches(key, Hear(key, kStart + 59, kStart + 59)));
  EXPECT_FALSE(Matches(key, Hear(key, kStart + 60, kStart + 60)));
}

TEST(Matcher, AKeyOfOneIntervalMatchesInThatIntervalOnly) {
  const WireKey key = MakeKey(1, kStart, 1);
  EXPECT_TRUE(Matches(key, Hear(key, kStart, kStart)));
  EXPECT_FALSE(Matches(key, Hear(key, kStart + 1, kStart + 1)));
}

TEST(Matcher, ToleratesClocksTwoHoursApartAndNoMore) {
  const WireKey key = MakeKey(1);
  const std::int32_t sent = kStart + 70;
  EXPECT_TRUE(Matches(key, Hear(key, sent, sent + 12)));
  EXPECT_FALSE(Matches(key, Hear(key, sent, sent + 13)));
  EXPECT_TRUE(Matches(key, Hear(key, sent, sent - 12)));
  EXPECT_FALSE(Matches(key, Hear(key, sent, sent - 13)));
}

TEST(Matcher, ToleratesClocksApartAtTheEdgesOfAKey) {
  const WireKey key = MakeKey(1);
  EXPECT_TRUE(Matches(key, Hear(key, kStart, kStart - 12))) << "heard before the key began";
  EXPECT_FALSE(Matches(key, Hear(key, kStart, kStart - 13)));
  EXPECT_TRUE(Matches(key, Hear(key, kStart + 143, kStart + 155))) << "heard after it ended";
  EXPECT_FALSE(Matches(key, Hear(key, kStart + 143, kStart + 156)));
}

TEST(Matcher, IgnoresAnotherKeysIdentifierInTheSameInterval) {
  EXPECT_FALSE(Matches(MakeKey(1), Hear(MakeKey(2), kStart + 3, kStart + 3)));
}

TEST(Matcher, LeavesOutKeysThatPhonesIgnore) {
  for (const std::int32_t period : {0, -1, 145}) {
    const WireKey key = MakeKey(1, kStart, period);
    EXPECT_FALSE(Matches(key, Hear(key, kStart, kStart))) << period;
  }
  const WireKey early = MakeKey(1, -1, 144);
  EXPECT_FALSE(Matches(early, Hear(early, 3, 3)));
}

TEST(Matcher, AnEmptyFileMatchesNothing) {
  const WireKey key = MakeKey(1);
  const Sighting sighting = Hear(key, kStart, kStart);
  ExposureBook book;
  const MatchTarget target{.sightings = {&sighting, 1}, .book = &book};
  MatchFile(ExportFileContent{}, {&target, 1});
  EXPECT_EQ(book.size(), 0u);
}

TEST(Matcher, TellsPhonesApartWhenTheyShareAFile) {
  const WireKey ann = MakeKey(1);
  const WireKey ben = MakeKey(2);
  const Sighting heard_by_first = Hear(ann, kStart + 5, kStart + 5);
  const Sighting heard_by_second = Hear(ben, kStart + 6, kStart + 7);
  std::array<ExposureBook, 3> books;
  const std::array targets{MatchTarget{.sightings = {&heard_by_first, 1}, .book = &books[0]},
                           MatchTarget{.sightings = {&heard_by_second, 1}, .book = &books[1]},
                           MatchTarget{.sightings = {}, .book = &books[2]}};
  ExportFileContent file;
  file.keys = {ann, ben};
  MatchFile(file, targets);
  EXPECT_NE(books[0].Find(ann.key), nullptr);
  EXPECT_EQ(books[0].Find(ben.key), nullptr);
  EXPECT_NE(books[1].Find(ben.key), nullptr);
  EXPECT_EQ(books[1].Find(ann.key), nullptr);
  EXPECT_FALSE(books[2].Notifies());
}

TEST(Matcher, FindsKeysOnBothSidesOfATableBoundary) {
  base::SeededRandom random(7);
  ExportFileContent file;
  for (std::size_t i = 0; i < IdentifierTable::kKeysMax + 1; ++i) {
    std::array<std::uint8_t, 16> bytes;
    random.Fill(bytes);
    WireKey key = MakeKey(0, kStart, 1);
    key.key = KeyData(bytes);
    file.keys.push_back(key);
  }
  const WireKey& last_of_first = file.keys[IdentifierTable::kKeysMax - 1];
  const WireKey& first_of_second = file.keys[IdentifierTable::kKeysMax];
  const std::array sightings{Hear(last_of_first, kStart, kStart),
                             Hear(first_of_second, kStart, kStart)};
  ExposureBook book;
  const MatchTarget target{.sightings = sightings, .book = &book};
  MatchFile(file, {&target, 1});
  EXPECT_NE(book.Find(last_of_first.key), nullptr);
  EXPECT_NE(book.Find(first_of_second.key), nullptr);
}

class ExposureBookTest : public testing::Test {
 protected:
  WireKey Typed(WireReportType type) { return MakeKey(1, kStart, 144, type); }

  ExposureBook book_;
};

TEST_F(ExposureBookTest, NotifiesOfAKeyThatWasHeard) {
  EXPECT_FALSE(book_.Notifies());
  book_.Note(Typed(WireReportType::kConfirmedTest), KeyList::kPrimary, Interval{kStart});
  EXPECT_TRUE(book_.Notifies());
}

TEST_F(ExposureBookTest, ARevokedKeyTakesTheNotificationBack) {
  book_.Note(Typed(WireReportType::kConfirmedClinicalDiagnosis), KeyList::kPrimary,
             Interval{kStart});
  book_.Note(Typed(WireReportType::kRevoked), KeyList::kRevised, Interval{kStart});
  EXPECT_FALSE(book_.Notifies());
}

TEST_F(ExposureBookTest, RevokingOneKeyLeavesTheOthers) {
  book_.Note(MakeKey(2), KeyList::kPrimary, Interval{kStart});
  book_.Note(Typed(WireReportType::kRevoked), KeyList::kRevised, Interval{kStart});
  EXPECT_TRUE(book_.Notifies());
}

TEST_F(ExposureBookTest, ARevisionChangesTheReportType) {
  book_.Note(Typed(WireReportType::kSelfReport), KeyList::kPrimary, Interval{kStart});
  book_.Note(Typed(WireReportType::kConfirmedTest), KeyList::kRevised, Interval{kStart});
  EXPECT_EQ(book_.Find(Typed({}).key)->report_type, WireReportType::kConfirmedTest);
  EXPECT_TRUE(book_.Notifies());
}

TEST_F(ExposureBookTest, APrimaryEntryThatComesLateDoesNotUndoARevision) {
  book_.Note(Typed(WireReportType::kRevoked), KeyList::kRevised, Interval{kStart});
  book_.Note(Typed(WireReportType::kConfirmedTest), KeyList::kPrimary, Interval{kStart});
  EXPECT_FALSE(book_.Notifies());
}

TEST_F(ExposureBookTest, RemembersFromWhenToWhenAKeyWasHeard) {
  for (const std::int32_t at : {7, 3, 9}) {
    book_.Note(Typed(WireReportType::kConfirmedTest), KeyList::kPrimary, Interval{kStart + at});
  }
  EXPECT_EQ(book_.Find(Typed({}).key)->first_heard, Interval{kStart + 3});
  EXPECT_EQ(book_.Find(Typed({}).key)->last_heard, Interval{kStart + 9});
}

TEST(Matcher, TheRevisedListOfTheSameFileWins) {
  const WireKey key = MakeKey(1);
  const Sighting sighting = Hear(key, kStart, kStart);
  ExportFileContent file;
  file.keys = {key};
  file.revised_keys = {MakeKey(1, kStart, 144, WireReportType::kRevoked)};
  ExposureBook book;
  const MatchTarget target{.sightings = {&sighting, 1}, .book = &book};
  MatchFile(file, {&target, 1});
  ASSERT_NE(book.Find(key.key), nullptr);
  EXPECT_FALSE(book.Notifies());
}

TEST(Matcher, ARevocationReachesAPhoneThatForgotWhatItHeard) {
  const WireKey key = MakeKey(1);
  const Sighting sighting = Hear(key, kStart, kStart);
  ExposureBook book;
  MatchTarget target{.sightings = {&sighting, 1}, .book = &book};
  ExportFileContent first;
  first.keys = {key};
  MatchFile(first, {&target, 1});
  ASSERT_TRUE(book.Notifies());

  target.sightings = {};
  ExportFileContent second;
  second.revised_keys = {MakeKey(1, kStart, 144, WireReportType::kRevoked)};
  MatchFile(second, {&target, 1});
  EXPECT_FALSE(book.Notifies());
}

TEST_F(ExposureBookTest, RevisingAKeyThatWasNeverHeardNotesNothing) {
  book_.Revise(Typed(WireReportType::kConfirmedTest));
  EXPECT_EQ(book_.size(), 0u);
}

}  // namespace
}  // namespace enks::phone
