#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "attestation/issuing/signing.h"
#include "attestation/testing/gate_world.h"
#include "attestation/testing/outcome.h"
#include "base/base64.h"

// Section 15 of spec/device-attestation.md: whatever phones send, nothing of it is found in the
// database, the log or the metrics afterwards.
namespace enks::attestation {
namespace {

using base::Bytes;
using issuing::MadeAppAttest;
using testing::GateWorld;

// So much of something is enough to recognise it by.
constexpr std::size_t kPieceBytes = 16;
constexpr std::size_t kStrideBytes = 40;

// Texts and bytes that must not be found, cut into pieces and in every way of writing them.
class Secrets {
 public:
  void AddText(std::string_view text) {
    for (std::size_t at = 0; at + kPieceBytes <= text.size(); at += kStrideBytes) {
      pieces_.emplace_back(text.substr(at, kPieceBytes));
    }
  }
  void AddBytes(base::ByteView bytes) {
    for (std::size_t at = 0; at + kPieceBytes <= bytes.size(); at += kStrideBytes) {
      const base::ByteView piece = bytes.subspan(at, kPieceBytes);
      // Padding and the like is everywhere.
      if (std::set<std::uint8_t>(piece.begin(), piece.end()).size() >= kPieceBytes / 2) {
        AddWhole(piece);
      }
    }
  }
  // What is sent as base64.
  void AddBase64(std::string_view text) {
    AddText(text);
    const auto bytes = base::FromAnyBase64(text);
    if (bytes) AddBytes(*bytes);
  }
  void AddEvidence(const Evidence& evidence) {
    AddBase64(evidence.token);
    AddBase64(evidence.key_id);
    AddBase64(evidence.assertion);
    AddBase64(evidence.signature);
    // The root, which comes last, is the operator's own.
    for (std::size_t i = 0; i + 1 < evidence.chain.size(); ++i) AddBase64(evidence.chain[i]);
  }

  void AddWhole(base::ByteView bytes) {
    std::string hex = base::ToHex(bytes);
    // Names of certificates are text, and those of the operator's roots are logged.
    if (!std::ranges::all_of(bytes, [](std::uint8_t c) { return c >= 0x20 && c < 0x7f; })) {
      pieces_.emplace_back(base::AsText(bytes));
    }
    pieces_.push_back(hex);
    std::ranges::transform(hex, hex.begin(), [](unsigned char c) { return std::toupper(c); });
    pieces_.push_back(std::move(hex));
    for (std::string base64 : {base::ToBase64Url(bytes), base::ToBase64(bytes)}) {
      while (base64.ends_with('=')) base64.pop_back();
      base64.pop_back();  // depends on what follows
      pieces_.push_back(std::move(base64));
    }
  }

  // The first that is there, or nothing.
  std::string FoundIn(const std::string& haystack) const {
    for (const std::string& piece : pieces_) {
      if (haystack.find(piece) != std::string::npos) return "\"" + piece + "\"";
    }
    return "";
  }
  std::size_t size() const { return pieces_.size(); }

 private:
  std::vector<std::string> pieces_;
};

class GatePrivacyTest : public ::testing::Test {
 protected:
  void Open(const testing::KnobTexts& knobs) {
    world_.WritePolicy(world_.Knobs(knobs));
    const Status opened = world_.Open();
    ASSERT_TRUE(opened.ok()) << opened;
  }
  BoundUpload Next() {
    BoundUpload upload = GateWorld::Upload();
    upload.symptom_onset -= ++uploads_;
    upload.challenge = *world_.gate().challenges().Make(world_.clock().Now());
    const Bytes challenge = *base::FromAnyBase64(upload.challenge);
    secrets_.AddBytes(base::ByteView(challenge).subspan(8, 16));
    secrets_.AddText(upload.challenge);
    return upload;
  }
  Reason Find(const Evidence& evidence, const BoundUpload& upload) {
    secrets_.AddEvidence(evidence);
    return world_.Find(evidence, upload);
  }
  // The bytes of every file that the database has.
  std::string DatabaseBytes() const {
    const std::filesystem::path path = world_.database().location().target;
    base::SystemFiles files;
    std::string all;
    const auto names = files.List(path.parent_path());
    EXPECT_TRUE(names.ok());
    for (const std::string& name : *names) {
      const auto bytes = files.Read(path.parent_path() / name, 1 << 30);
      EXPECT_TRUE(bytes.ok()) << bytes.status();
      all += base::AsText(*bytes);
    }
    return all;
  }
  void ExpectNothingFound() const {
    EXPECT_GT(secrets_.size(), 100U);
    EXPECT_EQ(secrets_.FoundIn(DatabaseBytes()), "");
    EXPECT_EQ(secrets_.FoundIn(world_.log().Text()), "");
    EXPECT_EQ(secrets_.FoundIn(world_.metrics().Text()), "");
  }

  mutable GateWorld world_;
  Secrets secrets_;
  std::int32_t uploads_ = 0;
};

TEST_F(GatePrivacyTest, NothingOfAnAttestationIsKeptWhetherItWasAcceptedOrNot) {
  Open({{"require_challenge", "true"}, {"remember_bound_tokens", "true"}});
  secrets_.AddWhole(Bytes{0x7e, 0x5e, 0xa1, 0xd1});
  static_assert(testing::kAttestationSerial == 0x7e5ea1d1);
  for (const Scheme scheme : {Scheme::kSafetyNet, Scheme::kPlayIntegrity, Scheme::kAppAttest,
                              Scheme::kAndroidKeyAttestation}) {
    const BoundUpload upload = Next();
    EXPECT_EQ(Find(world_.Attest(scheme, upload), upload), Reason::kNone) << SchemeId(scheme);
    const Evidence other = world_.Attest(scheme, upload);
    BoundUpload changed = upload;
    changed.keys[0].rolling_period = 1;
    EXPECT_EQ(Find(other, changed), Reason::kBindingMismatch) << SchemeId(scheme);
    Evidence broken = other;
    if (!broken.token.empty()) broken.token[broken.token.size() / 2] ^= 1;
    if (!broken.chain.empty()) broken.chain[0][300] ^= 1;
    EXPECT_NE(Find(broken, upload), Reason::kNone) << SchemeId(scheme);
  }
  const BoundUpload sealed = Next();
  EXPECT_EQ(Find(world_.SealedForGoogle(sealed), sealed), Reason::kNone);
  ExpectNothingFound();
}

TEST_F(GatePrivacyTest, NothingOfADeviceTokenIsKeptWhateverAppleSays) {
  Open({});
  for (const char* token :
       {"VALID device of a person", "BAD device of a person", "SAYS 401 device of a person",
        "SAYS 403 device of a person", "SAYS 429 device of a person", "SAYS 500 device of a person",
        "SAYS 400 Bad Payload of a person", "HANGUP device of a person", "CUT device of a person",
        "REDIRECT device of a person", "GARBAGE device of a person"}) {
    Find(GateWorld::DeviceToken(token), GateWorld::Upload());
    secrets_.AddText(token);
  }
  EXPECT_GE(world_.apple().Calls().size(), 11U);
  for (const auto& call : world_.apple().Calls()) {
    secrets_.AddText(call.jwt);
    secrets_.AddText(call.transaction_id);
  }
  ExpectNothingFound();
}

// The one exception, for operators who chose it: the phone's public key, and with it nothing.
TEST_F(GatePrivacyTest, AssertionsLeaveAPublicKeyAndNothingElse) {
  Open({{"require_challenge", "true"}, {"app_attest.mode", "\"assertion\""}});
  BoundUpload upload = Next();
  const MadeAppAttest key = world_.AppAttest(upload);
  EXPECT_EQ(world_.Find(key.evidence, upload), Reason::kNone);
  secrets_.AddBase64(key.evidence.key_id);
  secrets_.AddText(key.evidence.token);
  for (std::uint32_t counter = 1; counter <= 3; ++counter) {
    upload = Next();
    EXPECT_EQ(Find(GateWorld::Assertion(key, upload, counter), upload), Reason::kNone);
  }
  upload = Next();
  EXPECT_EQ(Find(GateWorld::Assertion(key, upload, 3), upload), Reason::kReplayed);
  const std::string point(base::AsText(issuing::PublicKeyOf(key.private_key).Point()));
  EXPECT_NE(DatabaseBytes().find(point), std::string::npos);
  EXPECT_EQ(world_.log().Text().find(point), std::string::npos);
  ExpectNothingFound();
}

// That the search above finds what is there.
TEST_F(GatePrivacyTest, WhatIsInTheDatabaseIsFound) {
  Open({});
  const Bytes secret = *world_.store().AttestationSecret(40'000, Bytes(32, 0xa5));
  secrets_.AddWhole(secret);
  EXPECT_NE(secrets_.FoundIn(DatabaseBytes()), "");
  Secrets others;
  others.AddWhole(Bytes(32, 0xb5));
  EXPECT_EQ(others.FoundIn(DatabaseBytes()), "");
  EXPECT_NE(others.FoundIn("log: " + base::ToHex(Bytes(32, 0xb5))), "");
  EXPECT_NE(others.FoundIn("log: " + base::ToBase64(Bytes(32, 0xb5))), "");
}

// What is held of a token says neither which one it was nor when, but for the hour of its end.
TEST_F(GatePrivacyTest, MarksHoldNothingButDigestsAndAnHour) {
  Open({});
  EXPECT_EQ(Find(GateWorld::DeviceToken("VALID device"), GateWorld::Upload()), Reason::kNone);
  const auto forgotten = world_.store().DeleteOldAttestations(
      world_.clock().Now() + std::chrono::hours(25), std::chrono::days(30));
  EXPECT_EQ(*forgotten, 2);
}

}  // namespace
}  // namespace enks::attestation
