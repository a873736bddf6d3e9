#include "exposure/revision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace enks::exposure {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using enum ReportType;

constexpr std::int32_t kStart = 2'650'000;

KeyData Data(std::uint8_t number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[0] = number;
  return KeyData(bytes);
}

AcceptedKey Incoming(std::uint8_t number, ReportType type) {
  AcceptedKey key;
  key.key = Data(number);
  key.rolling_start = {kStart};
  key.rolling_period = 144;
  key.report_type = type;
  return key;
}

StoredState Stored(ReportType type, std::optional<ReportType> revised_to = std::nullopt) {
  StoredState state;
  state.rolling_start = {kStart};
  state.rolling_period = 144;
  state.report_type = type;
  state.revised_to = revised_to;
  return state;
}

RevisableKey Entry(std::uint8_t number, std::int32_t start = kStart, std::int32_t period = 144) {
  return {Data(number), start, period};
}

RevisionPolicy WithToken(std::vector<RevisableKey> entries) {
  RevisionPolicy policy;
  policy.token = std::move(entries);
  return policy;
}

RevisionPolicy Bypass() {
  RevisionPolicy policy;
  policy.token_required = false;
  return policy;
}

// Decides on one stored key whose token is in order.
Decision DecideOne(ReportType incoming, const StoredState& stored) {
  return Decide({Incoming(1, incoming)}, {stored}, WithToken({Entry(1)}));
}

void ExpectNothingBut(Refusal refusal, const Decision& decision) {
  EXPECT_EQ(decision.refusal, refusal);
  EXPECT_THAT(decision.actions, IsEmpty());
  EXPECT_THAT(decision.token_entries, IsEmpty());
  EXPECT_EQ(decision.inserted + decision.revised + decision.dropped, 0);
}

TEST(Decide, InsertsUnknownKeysWithoutAToken) {
  const Decision decision =
      Decide({Incoming(1, kConfirmed), Incoming(2, kUnspecified)}, {{}, {}}, RevisionPolicy{});
  EXPECT_EQ(decision.refusal, Refusal::kNone);
  EXPECT_THAT(decision.actions, ElementsAre(KeyAction::kInsert, KeyAction::kInsert));
  EXPECT_EQ(decision.inserted, 2);
  EXPECT_THAT(decision.token_entries, ElementsAre(Entry(1), Entry(2)));
}

StoredState Repeatable(ReportType type) {
  StoredState state = Stored(type);
  state.repeatable = true;
  return state;
}

TEST(Decide, AnUploadThatOnlyRepeatsUnreleasedKeysGetsTheirToken) {
  for (const bool unreadable : {false, true}) {
    RevisionPolicy policy;
    policy.token_unreadable = unreadable;
    const Decision decision = Decide({Incoming(1, kLikely), Incoming(2, kLikely)},
                                     {Repeatable(kLikely), Repeatable(kLikely)}, policy);
    EXPECT_EQ(decision.refusal, Refusal::kNone);
    EXPECT_THAT(decision.actions, ElementsAre(KeyAction::kKeep, KeyAction::kKeep));
    EXPECT_THAT(decision.token_entries, ElementsAre(Entry(1), Entry(2)));
    EXPECT_EQ(decision.inserted, 0);
  }
}

TEST(Decide, ARepeatedUploadWithItsOlderTokenGetsTheTokenOfBoth) {
  const Decision decision = Decide({Incoming(1, kLikely), Incoming(2, kLikely)},
                                   {Stored(kLikely), Repeatable(kLikely)}, WithToken({Entry(1)}));
  EXPECT_EQ(decision.refusal, Refusal::kNone);
  EXPECT_THAT(decision.token_entries, ElementsAre(Entry(1), Entry(2)));
}

TEST(Decide, WhatIsNotQuiteARepetitionNeedsAToken) {
  const RevisionPolicy none;
  AcceptedKey shorter = Incoming(1, kLikely);
  shorter.rolling_period = 100;
  StoredState revised = Repeatable(kLikely);
  revised.revised_to = kConfirmed;
  ExpectNothingBut(Refusal::kMissingRevisionToken,
                   Decide({Incoming(1, kConfirmed)}, {Repeatable(kLikely)}, none));
  ExpectNothingBut(Refusal::kMissingRevisionToken, Decide({shorter}, {Repeatable(kLikely)}, none));
  ExpectNothingBut(Refusal::kMissingRevisionToken, Decide({Incoming(1, kLikely)}, {revised}, none));
  ExpectNothingBut(Refusal::kMissingRevisionToken,
                   Decide({Incoming(1, kLikely)}, {Stored(kLikely)}, none));
  // One key more is another upload, as it is for the reference.
  ExpectNothingBut(Refusal::kMissingRevisionToken,
                   Decide({Incoming(1, kLikely), Incoming(2, kLikely)},
                          {Repeatable(kLikely), std::nullopt}, none));
  ExpectNothingBut(Refusal::kMissingRevisionToken,
                   Decide({Incoming(1, kLikely), Incoming(2, kLikely)},
                          {Repeatable(kLikely), Stored(kLikely)}, none));
}

TEST(Decide, InsertsUnknownKeysWithATokenThatDoesNotOpen) {
  RevisionPolicy policy;
  policy.token_unreadable = true;
  EXPECT_EQ(Decide({Incoming(1, kConfirmed)}, {{}}, policy).inserted, 1);
}

// Divergence P9: what is not stored is not put into the token.
TEST(Decide, NeitherInsertsUnknownNegativeKeysNorTokensThem) {
  const Decision decision = Decide({Incoming(1, kNegative)}, {{}}, RevisionPolicy{});
  EXPECT_EQ(decision.refusal, Refusal::kNone);
  EXPECT_THAT(decision.actions, ElementsAre(KeyAction::kNegative));
  EXPECT_EQ(decision.inserted, 0);
  EXPECT_THAT(decision.token_entries, IsEmpty());
}

TEST(Decide, AcceptsAnEmptyUploadAndReissuesItsToken) {
  const Decision decision = Decide({}, {}, WithToken({Entry(1)}));
  EXPECT_EQ(decision.refusal, Refusal::kNone);
  EXPECT_THAT(decision.token_entries, ElementsAre(Entry(1)));
}

TEST(DecideToken, IsNeededAsSoonAsOneKeyIsStored) {
  const std::vector<AcceptedKey> keys = {Incoming(1, kLikely), Incoming(2, kLikely)};
  ExpectNothingBut(Refusal::kMissingRevisionToken,
                   Decide(keys, {{}, Stored(kLikely)}, RevisionPolicy{}));
  RevisionPolicy partial;
  partial.allow_partial = true;
  ExpectNothingBut(Refusal::kMissingRevisionToken, Decide(keys, {{}, Stored(kLikely)}, partial));
}

TEST(DecideToken, ThatDoesNotOpenIsInvalidForStoredKeys) {
  RevisionPolicy policy;
  policy.token_unreadable = true;
  ExpectNothingBut(Refusal::kInvalidRevisionToken,
                   Decide({Incoming(1, kLikely)}, {Stored(kLikely)}, policy));
}

TEST(DecideToken, ThatDoesNotOpenIsTheReasonOfAnyRefusal) {
  RevisionPolicy policy = Bypass();
  policy.token_unreadable = true;
  ExpectNothingBut(Refusal::kInvalidRevisionToken,
                   Decide({Incoming(1, kLikely)}, {Stored(kConfirmed)}, policy));
  EXPECT_EQ(Decide({Incoming(1, kConfirmed)}, {Stored(kLikely)}, policy).revised, 1);
}

TEST(DecideToken, MustNameEveryStoredKey) {
  ExpectNothingBut(Refusal::kInvalidRevisionToken,
                   Decide({Incoming(1, kConfirmed)}, {Stored(kLikely)}, WithToken({Entry(2)})));
  ExpectNothingBut(Refusal::kInvalidRevisionToken,
                   Decide({Incoming(1, kConfirmed)}, {Stored(kLikely)}, WithToken({})));
}

TEST(DecideToken, MustAgreeWithTheStoredStartAndPeriod) {
  for (const RevisableKey& entry : {Entry(1, kStart + 1), Entry(1, kStart, 143)}) {
    ExpectNothingBut(Refusal::kInvalidRevisionToken,
                     Decide({Incoming(1, kConfirmed)}, {Stored(kLikely)}, WithToken({entry})));
  }
}

TEST(DecideToken, LeavesOutKeysItDoesNotNameWherePartialRevisionsAreAllowed) {
  RevisionPolicy policy = WithToken({Entry(1)});
  policy.allow_partial = true;
  const Decision decision =
      Decide({Incoming(1, kConfirmed), Incoming(2, kConfirmed), Incoming(3, kConfirmed)},
             {Stored(kLikely), Stored(kLikely), {}}, policy);
  EXPECT_EQ(decision.refusal, Refusal::kNone);
  EXPECT_THAT(decision.actions,
              ElementsAre(KeyAction::kRevise, KeyAction::kDrop, KeyAction::kInsert));
  EXPECT_EQ(decision.revised, 1);
  EXPECT_EQ(decision.dropped, 1);
  EXPECT_EQ(decision.inserted, 1);
  EXPECT_THAT(decision.token_entries, ElementsAre(Entry(1), Entry(3)));
}

TEST(DecideToken, IsInvalidForWrongEntriesEvenWherePartialRevisionsAreAllowed) {
  RevisionPolicy policy = WithToken({Entry(1, kStart + 1)});
  policy.allow_partial = true;
  ExpectNothingBut(Refusal::kInvalidRevisionToken,
                   Decide({Incoming(1, kConfirmed)}, {Stored(kLikely)}, policy));
}

TEST(DecideToken, IsNotNeededByAnAppThatBypassesIt) {
  EXPECT_EQ(Decide({Incoming(1, kConfirmed)}, {Stored(kLikely)}, Bypass()).revised, 1);
  RevisionPolicy wrong_token = Bypass();
  wrong_token.token = {Entry(1, kStart + 1), Entry(2)};
  EXPECT_EQ(Decide({Incoming(1, kConfirmed)}, {Stored(kLikely)}, wrong_token).revised, 1);
}

TEST(DecideChange, RefusesAnotherStartOrPeriodThanStored) {
  for (const auto& [start, period] : {std::pair{kStart + 1, 144}, std::pair{kStart, 143}}) {
    AcceptedKey key = Incoming(1, kConfirmed);
    key.rolling_start = {start};
    key.rolling_period = period;
    ExpectNothingBut(Refusal::kKeyChanged, Decide({key}, {Stored(kLikely)}, WithToken({Entry(1)})));
  }
}

TEST(DecideChange, KeepsTheStoredLifeInBypassMode) {
  AcceptedKey key = Incoming(1, kConfirmed);
  key.rolling_period = 100;
  const Decision decision = Decide({key}, {Stored(kLikely)}, Bypass());
  EXPECT_EQ(decision.revised, 1);
  EXPECT_THAT(decision.token_entries, ElementsAre(Entry(1)));
}

// The table of spec/publish.md section 10, "Revision rules", cell by cell.
TEST(DecideTransition, FollowsTheTable) {
  const auto outcome = [](ReportType from, ReportType to) {
    const Decision decision = DecideOne(to, Stored(from));
    if (decision.refusal == Refusal::kInvalidReportTypeTransition) {
      EXPECT_EQ(decision.from, from);
      EXPECT_EQ(decision.to, to);
      return "no";
    }
    EXPECT_EQ(decision.refusal, Refusal::kNone);
    EXPECT_THAT(decision.actions, SizeIs(1));
    return decision.actions.at(0) == KeyAction::kRevise ? "yes" : "keep";
  };
  const std::vector<ReportType> to = {kConfirmed, kLikely, kNegative, kUserReport, kUnspecified};
  const std::vector<std::pair<ReportType, std::vector<std::string>>> table = {
      {kLikely, {"yes", "keep", "yes", "no", "no"}},
      {kUnspecified, {"yes", "no", "yes", "no", "keep"}},
      {kUserReport, {"yes", "yes", "yes", "keep", "no"}},
      {kConfirmed, {"keep", "no", "no", "no", "no"}},
      {kNegative, {"no", "no", "keep", "no", "no"}},
  };
  for (const auto& [from, row] : table) {
    for (std::size_t i = 0; i < to.size(); ++i) {
      EXPECT_EQ(outcome(from, to[i]), row[i])
          << ReportTypeName(from) << " to " << ReportTypeName(to[i]);
    }
  }
}

TEST(DecideRevised, KeepsAKeyThatIsSentAgainAsItWasOrAsItIs) {
  const StoredState revised = Stored(kLikely, kConfirmed);
  EXPECT_THAT(DecideOne(kLikely, revised).actions, ElementsAre(KeyAction::kKeep));
  EXPECT_THAT(DecideOne(kConfirmed, revised).actions, ElementsAre(KeyAction::kKeep));
  EXPECT_THAT(DecideOne(kConfirmed, revised).token_entries, ElementsAre(Entry(1)));
}

TEST(DecideRevised, RefusesASecondRevision) {
  ExpectNothingBut(Refusal::kKeyAlreadyRevised, DecideOne(kNegative, Stored(kLikely, kConfirmed)));
  ExpectNothingBut(Refusal::kKeyAlreadyRevised,
                   DecideOne(kUserReport, Stored(kLikely, kConfirmed)));
}

TEST(DecideLocal, RefusesKeysOfPartnersUnlessNothingWouldChange) {
  StoredState imported = Stored(kLikely);
  imported.local = false;
  ExpectNothingBut(Refusal::kNotLocal, DecideOne(kConfirmed, imported));
  EXPECT_THAT(DecideOne(kLikely, imported).actions, ElementsAre(KeyAction::kKeep));
  imported.revised_to = kConfirmed;
  EXPECT_THAT(DecideOne(kConfirmed, imported).actions, ElementsAre(KeyAction::kKeep));
  ExpectNothingBut(Refusal::kNotLocal, DecideOne(kNegative, imported));
}

TEST(DecideSeveral, OneRefusalRefusesAll) {
  ExpectNothingBut(
      Refusal::kKeyAlreadyRevised,
      Decide({Incoming(1, kConfirmed), Incoming(2, kNegative), Incoming(3, kLikely)},
             {Stored(kLikely), Stored(kLikely, kConfirmed), {}}, WithToken({Entry(1), Entry(2)})));
}

TEST(DecideSeveral, TellTheGravestRefusalWhateverTheirOrder) {
  StoredState imported = Stored(kLikely);
  imported.local = false;
  const std::vector<std::pair<AcceptedKey, StoredState>> failing = {
      {Incoming(1, kConfirmed), imported},
      {Incoming(2, kLikely), Stored(kConfirmed)},
      {Incoming(3, kNegative), Stored(kLikely, kConfirmed)},
  };
  const std::vector<Refusal> gravest = {Refusal::kNotLocal, Refusal::kInvalidReportTypeTransition,
                                        Refusal::kKeyAlreadyRevised};
  std::vector<AcceptedKey> keys;
  std::vector<std::optional<StoredState>> states;
  for (std::size_t i = 0; i < failing.size(); ++i) {
    keys.push_back(failing[i].first);
    states.push_back(failing[i].second);
    const RevisionPolicy policy = WithToken({Entry(1), Entry(2), Entry(3)});
    EXPECT_EQ(Decide(keys, states, policy).refusal, gravest[i]);
    EXPECT_EQ(
        Decide({keys.rbegin(), keys.rend()}, {states.rbegin(), states.rend()}, policy).refusal,
        gravest[i]);
  }
}

TEST(DecideSeveral, AskForTheTokenBeforeTheRevisionRules) {
  AcceptedKey changed = Incoming(1, kConfirmed);
  changed.rolling_period = 100;
  const std::vector<AcceptedKey> keys = {Incoming(2, kNegative), changed};
  const std::vector<std::optional<StoredState>> states = {Stored(kLikely, kConfirmed),
                                                          Stored(kLikely)};
  ExpectNothingBut(Refusal::kKeyChanged, Decide(keys, states, WithToken({Entry(1), Entry(2)})));
  ExpectNothingBut(Refusal::kInvalidRevisionToken, Decide(keys, states, WithToken({Entry(1)})));
}

TEST(DecideTokenEntries, KeepTheOldOnesThatCanStillBeUploaded) {
  RevisionPolicy policy = WithToken({Entry(1, kStart - 144), Entry(2, kStart - 145), Entry(3)});
  policy.oldest_revisable = {kStart};
  const Decision decision = Decide({Incoming(4, kLikely)}, {{}}, policy);
  EXPECT_THAT(decision.token_entries, ElementsAre(Entry(1, kStart - 144), Entry(3), Entry(4)));
}

TEST(DecideTokenEntries, LetTheOldEntryWin) {
  const RevisableKey old = Entry(1, kStart, 100);
  const Decision decision = Decide({Incoming(1, kLikely)}, {{}}, WithToken({old, old}));
  EXPECT_THAT(decision.token_entries, ElementsAre(old));
}

TEST(DecideTokenEntries, AreNoneWhenNothingWasWrittenAndNoTokenSent) {
  EXPECT_THAT(Decide({Incoming(1, kLikely)}, {Stored(kLikely)}, Bypass()).token_entries, IsEmpty());
}

TEST(DecideProperty, ARefusalLeavesNothingAndAnAcceptanceSaysSomethingOfEveryKey) {
  EXPECT_TRUE(rc::check("all or nothing", [] {
    const auto any_type =
        rc::gen::element(kUnspecified, kConfirmed, kLikely, kUserReport, kNegative);
    std::vector<AcceptedKey> keys;
    std::vector<std::optional<StoredState>> states;
    RevisionPolicy policy;
    policy.token_required = *rc::gen::arbitrary<bool>();
    policy.allow_partial = *rc::gen::arbitrary<bool>();
    policy.token_unreadable = *rc::gen::arbitrary<bool>();
    if (!policy.token_unreadable) policy.token.emplace();
    const int count = *rc::gen::inRange(0, 6);
    for (int i = 0; i < count; ++i) {
      const auto number = static_cast<std::uint8_t>(i);
      keys.push_back(Incoming(number, *any_type));
      states.emplace_back();
      if (*rc::gen::arbitrary<bool>()) states.back() = Stored(*any_type);
      if (policy.token && *rc::gen::arbitrary<bool>()) policy.token->push_back(Entry(number));
    }
    const Decision decision = Decide(keys, states, policy);
    if (decision.refusal != Refusal::kNone) {
      RC_ASSERT(decision.actions.empty());
      RC_ASSERT(decision.token_entries.empty());
      return;
    }
    RC_ASSERT(decision.actions.size() == keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const KeyAction action = decision.actions[i];
      const bool is_new = action == KeyAction::kInsert || action == KeyAction::kNegative;
      RC_ASSERT(is_new == !states[i].has_value());
    }
  }));
}

}  // namespace
}  // namespace enks::exposure
