#include <gtest/gtest.h>

#include <vector>

#include "attestation/issuing/signing.h"
#include "attestation/testing/gate_world.h"
#include "attestation/testing/outcome.h"

// A phone that attests a key once and signs later uploads with it.
namespace enks::attestation {
namespace {

using issuing::MadeAppAttest;
using testing::GateWorld;
using testing::kApp;

class GateAssertionTest : public ::testing::Test {
 protected:
  GateAssertionTest() { Open("assertion"); }

  void Open(const char* mode, const testing::KnobTexts& changed = {}) {
    testing::KnobTexts knobs = world_.Knobs(
        {{"app_attest.mode", "\"" + std::string(mode) + "\""}, {"require_challenge", "true"}});
    for (const auto& [name, value] : changed) knobs[name] = value;
    world_.WritePolicies({{kApp, knobs}, {"com.example.second", knobs}});
    const Status opened = world_.Open();
    ASSERT_TRUE(opened.ok()) << opened;
  }
  // A new upload with a new challenge.
  BoundUpload Next() {
    BoundUpload upload = GateWorld::Upload();
    upload.challenge = *world_.gate().challenges().Make(world_.clock().Now());
    return upload;
  }
  MadeAppAttest Attested() {
    const BoundUpload upload = Next();
    MadeAppAttest made = world_.AppAttest(upload);
    EXPECT_EQ(world_.Find(made.evidence, upload), Reason::kNone);
    return made;
  }
  Reason Assert(const MadeAppAttest& key, std::uint32_t counter) {
    const BoundUpload upload = Next();
    return world_.Find(GateWorld::Assertion(key, upload, counter), upload);
  }

  GateWorld world_;
};

TEST_F(GateAssertionTest, AKeyThatWasAttestedSignsLaterUploads) {
  const MadeAppAttest key = Attested();
  EXPECT_EQ(Assert(key, 1), Reason::kNone);
  EXPECT_EQ(Assert(key, 2), Reason::kNone);
  EXPECT_EQ(Assert(key, 4'000'000'000U), Reason::kNone);
}

TEST_F(GateAssertionTest, TheCounterOnlyGrows) {
  const MadeAppAttest key = Attested();
  EXPECT_EQ(Assert(key, 0), Reason::kReplayed);
  EXPECT_EQ(Assert(key, 7), Reason::kNone);
  EXPECT_EQ(Assert(key, 7), Reason::kReplayed);
  EXPECT_EQ(Assert(key, 6), Reason::kReplayed);
  EXPECT_EQ(Assert(key, 8), Reason::kNone);
}

TEST_F(GateAssertionTest, OfAssertionsAtOnceWithOneCounterOneIsTaken) {
  const MadeAppAttest key = Attested();
  std::vector<testing::Awaited<Admission>> asked;
  for (int i = 0; i < 6; ++i) {
    const BoundUpload upload = Next();
    asked.push_back(world_.Begin(world_.About(GateWorld::Assertion(key, upload, 1), upload)));
  }
  int admitted = 0;
  for (auto& one : asked) {
    const Admission admission = one.Take();
    admitted += admission.admitted ? 1 : 0;
    EXPECT_TRUE(admission.admitted || admission.reason == Reason::kReplayed);
  }
  EXPECT_EQ(admitted, 1);
}

TEST_F(GateAssertionTest, OnlyAttestedKeysSign) {
  const BoundUpload upload = Next();
  const MadeAppAttest key = world_.AppAttest(upload);
  EXPECT_EQ(Assert(key, 1), Reason::kSignatureInvalid);
  // Another phone's key.
  MadeAppAttest other = Attested();
  other.private_key = issuing::GenerateP256();
  EXPECT_EQ(Assert(other, 1), Reason::kSignatureInvalid);
}

TEST_F(GateAssertionTest, ARefusedAttestationLeavesNoKey) {
  const BoundUpload upload = Next();
  const MadeAppAttest key = world_.AppAttest(upload);
  EXPECT_EQ(world_.Find(key.evidence, Next()), Reason::kBindingMismatch);
  EXPECT_EQ(Assert(key, 1), Reason::kSignatureInvalid);
}

TEST_F(GateAssertionTest, AnAssertionIsForItsUpload) {
  const MadeAppAttest key = Attested();
  BoundUpload upload = Next();
  const Evidence evidence = GateWorld::Assertion(key, upload, 1);
  upload.traveler = true;
  EXPECT_EQ(world_.Find(evidence, upload), Reason::kSignatureInvalid);
  upload.traveler = false;
  EXPECT_EQ(world_.Find(evidence, upload), Reason::kNone);
}

TEST_F(GateAssertionTest, AnAssertionNeedsAFreshChallenge) {
  const MadeAppAttest key = Attested();
  const BoundUpload without = GateWorld::Upload();
  EXPECT_EQ(world_.Find(GateWorld::Assertion(key, without, 1), without), Reason::kMalformed);
  const BoundUpload late = Next();
  world_.clock().Advance(std::chrono::minutes(11));
  EXPECT_EQ(world_.Find(GateWorld::Assertion(key, late, 1), late), Reason::kStale);
  EXPECT_EQ(Assert(key, 1), Reason::kNone);
}

TEST_F(GateAssertionTest, AnAttestationSentAgainChangesNothing) {
  const BoundUpload upload = Next();
  const MadeAppAttest key = world_.AppAttest(upload);
  EXPECT_EQ(world_.Find(key.evidence, upload), Reason::kNone);
  EXPECT_EQ(Assert(key, 5), Reason::kNone);
  EXPECT_EQ(world_.Find(key.evidence, upload), Reason::kNone);
  EXPECT_EQ(Assert(key, 5), Reason::kReplayed);
}

TEST_F(GateAssertionTest, AKeyIsForTheAppThatItWasAttestedFor) {
  const MadeAppAttest key = Attested();
  const BoundUpload upload = Next();
  Inquiry inquiry = world_.About(GateWorld::Assertion(key, upload, 1), upload);
  inquiry.app = "com.example.second";
  EXPECT_EQ(world_.Ask(inquiry).reason, Reason::kSignatureInvalid);
}

TEST_F(GateAssertionTest, AKeyOfAnAppThatIsTakenNoMoreIsOfNoUse) {
  const MadeAppAttest key = Attested();
  Open("assertion", {{"app_attest.app_ids", R"(["ABCDE12345.org.example.other"])"}});
  EXPECT_EQ(Assert(key, 1), Reason::kAppMismatch);
}

TEST_F(GateAssertionTest, AKeyThatWasIdleIsForgotten) {
  const MadeAppAttest key = Attested();
  world_.clock().Advance(std::chrono::days(31));
  ASSERT_TRUE(world_.gate().Refresh().ok());
  ASSERT_TRUE(
      world_.store().DeleteOldAttestations(world_.clock().Now(), std::chrono::days(30)).ok());
  EXPECT_EQ(Assert(key, 1), Reason::kSignatureInvalid);
}

TEST_F(GateAssertionTest, GarbageIsMalformed) {
  const MadeAppAttest key = Attested();
  const BoundUpload upload = Next();
  const Evidence sound = GateWorld::Assertion(key, upload, 1);
  Evidence evidence = sound;
  evidence.assertion = "?";
  EXPECT_EQ(world_.Find(evidence, upload), Reason::kMalformed);
  evidence.assertion = std::string(kTokenCharactersMax + 1, 'A');
  EXPECT_EQ(world_.Find(evidence, upload), Reason::kMalformed);
  evidence = sound;
  evidence.key_id = "?";
  EXPECT_EQ(world_.Find(evidence, upload), Reason::kMalformed);
  BoundUpload broken = upload;
  broken.keys[0].key = "AA==";
  EXPECT_EQ(world_.Find(sound, broken), Reason::kBindingMismatch);
}

TEST_F(GateAssertionTest, EachAssertionIsRememberedForItself) {
  Open("assertion", {{"remember_bound_tokens", "true"}});
  const MadeAppAttest key = Attested();
  const MadeAppAttest other = Attested();
  EXPECT_EQ(Assert(key, 1), Reason::kNone);
  EXPECT_EQ(Assert(other, 1), Reason::kNone);
  EXPECT_EQ(Assert(key, 2), Reason::kNone);
}

TEST_F(GateAssertionTest, OneShotTakesNoAssertionsAndKeepsNoKeys) {
  Open("one-shot");
  const MadeAppAttest key = Attested();
  EXPECT_EQ(Assert(key, 1), Reason::kMalformed);
  Open("assertion");
  EXPECT_EQ(Assert(key, 1), Reason::kSignatureInvalid);
}

}  // namespace
}  // namespace enks::attestation
