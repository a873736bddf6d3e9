#include "phone/truth.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "exportfile/test_exports.h"
#include "phone/download.h"
#include "phone/ledger.h"
#include "phone/report.h"

namespace enks::phone {
namespace {

using exportfile::WireKey;
using exposure::ReportType;

constexpr std::int32_t kStart = 2642976;

UnixTime At(std::int32_t interval) {
  return exposure::StartOf(Interval{interval});
}

// Phone 1 shared the key of the day that starts at kStart; it was known a day later.
SharedKey Key() {
  return {.sender = 1,
          .start = Interval{kStart},
          .period = 144,
          .known_from = At(kStart + 144),
          .known_by = At(kStart + 288)};
}

Verdict VerdictOf(const Encounter& encounter, const SharedKey& key) {
  return FindTruth(2, {encounter}, {key})[0];
}
Encounter Heard(std::int32_t sent, std::int32_t heard) {
  return {.listener = 0, .sender = 1, .sent = Interval{sent}, .heard = Interval{heard}};
}
Encounter Heard(std::int32_t sent) {
  return Heard(sent, sent);
}

TEST(Truth, WarnsWhoHeardASharedKeyWhileItWasValid) {
  EXPECT_EQ(VerdictOf(Heard(kStart - 1), Key()), Verdict::kMustNot);
  EXPECT_EQ(VerdictOf(Heard(kStart), Key()), Verdict::kMust);
  EXPECT_EQ(VerdictOf(Heard(kStart + 143), Key()), Verdict::kMust);
  EXPECT_EQ(VerdictOf(Heard(kStart + 144), Key()), Verdict::kMustNot);
}

TEST(Truth, AllowsForClocksTwoHoursApart) {
  EXPECT_EQ(VerdictOf(Heard(kStart + 50, kStart + 62), Key()), Verdict::kMust);
  EXPECT_EQ(VerdictOf(Heard(kStart + 50, kStart + 63), Key()), Verdict::kMustNot);
  EXPECT_EQ(VerdictOf(Heard(kStart + 50, kStart + 38), Key()), Verdict::kMust);
  EXPECT_EQ(VerdictOf(Heard(kStart + 50, kStart + 37), Key()), Verdict::kMustNot);
}

TEST(Truth, WarnsNobodyOfARevokedKey) {
  SharedKey key = Key();
  key.revoked = true;
  EXPECT_EQ(VerdictOf(Heard(kStart), key), Verdict::kMustNot);
}

TEST(Truth, LeavesOpenWhatTheServerLeftOpen) {
  SharedKey key = Key();
  key.certain = false;
  EXPECT_EQ(VerdictOf(Heard(kStart), key), Verdict::kMay);
  EXPECT_EQ(VerdictOf(Heard(kStart + 144), key), Verdict::kMustNot);
  key.revoked = true;
  EXPECT_EQ(VerdictOf(Heard(kStart), key), Verdict::kMay);
}

TEST(Truth, AMeetingIsForgottenAfterFourteenDays) {
  constexpr std::int32_t kFortnight = 14 * 144;
  SharedKey key = Key();
  key.known_by = At(kStart + kFortnight);
  EXPECT_EQ(VerdictOf(Heard(kStart), key), Verdict::kMust) << "just remembered";
  key.known_by = At(kStart + kFortnight + 1);
  EXPECT_EQ(VerdictOf(Heard(kStart), key), Verdict::kMay) << "remembered by who looked early";
  key.known_from = At(kStart + kFortnight + 1);
  EXPECT_EQ(VerdictOf(Heard(kStart), key), Verdict::kMustNot) << "forgotten by all";
}

TEST(Truth, DoesNotMistakeOnePhoneForAnother) {
  Encounter encounter = Heard(kStart);
  encounter.sender = 0;
  encounter.listener = 1;
  EXPECT_EQ(FindTruth(2, {encounter}, {Key()})[1], Verdict::kMustNot);
}

TEST(Truth, TheStrongestOfSeveralVerdictsCounts) {
  SharedKey revoked = Key();
  revoked.revoked = true;
  EXPECT_EQ(FindTruth(2, {Heard(kStart)}, {Key(), revoked})[0], Verdict::kMust);
  EXPECT_EQ(FindTruth(2, {Heard(kStart)}, {revoked, Key()})[0], Verdict::kMust);
}

// Tiny worlds, whose export files are written by hand: each upload's keys in a file of their own,
// revisions in later ones. What phones find in them must be what the truth says, and also what
// trying each identifier of each key on each sighting gives.
class TinyWorld {
 public:
  explicit TinyWorld(std::uint64_t seed)
      : plan_(MakePlan({.seed = seed,
                        .phones = 8,
                        .days = 3,
                        .start = At(kStart),
                        .contacts_per_day = 2,
                        .diagnosed_permille = 500,
                        .skewed_percent = 50})),
        population_(plan_, seed) {}

  void Live() {
    for (const Diagnosis& diagnosis : plan_.diagnoses) Share(diagnosis);
    population_.LiveUntil(plan_.end);
    for (const Diagnosis& diagnosis : plan_.diagnoses) Revise(diagnosis);
    for (auto& file : files_) PublishFile(file);
    Judge(population_, ledger_, std::chrono::hours(24), report);
  }

  int NotifiedByBruteForce() {
    int count = 0;
    for (int i = 0; i < population_.size(); ++i) count += IsExposed(population_.phone(i)) ? 1 : 0;
    return count;
  }

  Report report;

 private:
  struct Sent {
    std::vector<Tek> keys;
    ReportType type;
  };

  void Share(const Diagnosis& diagnosis) {
    population_.LiveUntil(diagnosis.at);
    if (!diagnosis.shares || diagnosis.forged) return;
    const auto keys = population_.phone(diagnosis.phone).Share(diagnosis.at, diagnosis.todays_key);
    sent_[diagnosis.phone] = {keys, diagnosis.report_type};
    ledger_.NoteUpload(diagnosis.phone, keys, Disclose(diagnosis.report_type),
                       UploadOutcome::kAccepted, diagnosis.at);
    if (diagnosis.report_type == ReportType::kNegative) return;
    files_.emplace_back().keys = ToWireKeys(keys, diagnosis.report_type);
  }

  void Revise(const Diagnosis& diagnosis) {
    const auto found = sent_.find(diagnosis.phone);
    if (!diagnosis.revision || found == sent_.end()) return;
    found->second.type = diagnosis.revision->report_type;
    ledger_.NoteUpload(diagnosis.phone, found->second.keys, Disclose(found->second.type),
                       UploadOutcome::kAccepted, diagnosis.revision->at);
    files_.emplace_back().revised_keys = ToWireKeys(found->second.keys, found->second.type);
  }

  static Disclosure Disclose(ReportType type) {
    return {.report_type = type, .transmission_risk = kRisk};
  }

  static std::vector<WireKey> ToWireKeys(const std::vector<Tek>& keys, ReportType type) {
    std::vector<WireKey> wire;
    for (const Tek& tek : keys) {
      WireKey& key = wire.emplace_back();
      key.key = tek.key;
      key.rolling_start = tek.start;
      key.rolling_period = tek.period;
      key.transmission_risk = kRisk;
      key.report_type = exportfile::ToWire(type);
    }
    std::sort(wire.begin(), wire.end(),
              [](const WireKey& a, const WireKey& b) { return a.key < b.key; });
    return wire;
  }

  void PublishFile(const exportfile::TestExport& file) {
    const auto zip = exportfile::ZipOf(file, {{info_, &signer_}});
    const TrustedKey trusted{.info = info_, .public_key_pem = signer_.PublicKeyPem()};
    const auto content = OpenVerified(zip, {&trusted, 1});
    ASSERT_TRUE(content.ok()) << content.status();
    std::vector<MatchTarget> targets;
    for (int i = 0; i < population_.size(); ++i) targets.push_back(population_.phone(i).Target());
    MatchFile(*content, targets);
    ledger_.NoteFile(*content, At(kStart + 10 * 144));
  }

  bool IsExposed(const Phone& phone) const {
    return std::any_of(sent_.begin(), sent_.end(), [&](const auto& entry) {
      return entry.second.type != ReportType::kNegative && Heard(phone, entry.second.keys);
    });
  }

  static bool Heard(const Phone& phone, const std::vector<Tek>& keys) {
    for (const Tek& tek : keys) {
      const DerivedKeys derived = DeriveKeys(tek.key);
      for (std::int32_t i = tek.start.number; i < tek.End().number; ++i) {
        const ProximityId identifier = IdentifierAt(derived, Interval{i});
        for (const Sighting& sighting : phone.sightings()) {
          if (sighting.beacon.identifier == identifier && std::abs(sighting.at.number - i) <= 12) {
            return true;
          }
        }
      }
    }
    return false;
  }

  static constexpr std::int32_t kRisk = 5;
  const exportfile::WireSignatureInfo info_{.key_version = "v1", .key_id = "310"};
  exportfile::KeySigner signer_;
  const Plan plan_;
  Population population_;
  Ledger ledger_;
  std::map<int, Sent> sent_;
  std::vector<exportfile::TestExport> files_;
};

TEST(Truth, AgreesWithWhatPhonesFindInHandMadeFilesAndWithBruteForce) {
  int expected = 0;
  int unwarned = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    TinyWorld world(seed);
    world.Live();
    const Report& report = world.report;
    EXPECT_EQ(report.notified, world.NotifiedByBruteForce());
    EXPECT_EQ(report.notified, report.expected);
    EXPECT_EQ(report.undecided, 0);
    EXPECT_TRUE(report.Passed()) << FormatReport(report);
    expected += report.expected;
    unwarned += report.phones - report.expected;
  }
  EXPECT_GT(expected, 20) << "the worlds are too tame to prove anything";
  EXPECT_GT(unwarned, 20) << "everybody is warned: that proves nothing either";
}

}  // namespace
}  // namespace enks::phone
