#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "attestation/app_signature.h"
#include "attestation/integrity_token.h"
#include "attestation/play_integrity.h"
#include "attestation/testing/outcome.h"
#include "attestation/testing/vectors.h"
#include "base/base64.h"

// The Play Integrity tokens of the vectors, with the keys published beside them.
namespace enks::attestation {
namespace {

using testing::At;
using testing::TextAt;

Reason ReasonNamed(std::string_view expectation) {
  const std::string_view name = expectation.substr(0, expectation.find(' '));
  if (name == "accept") return Reason::kNone;
  for (int i = 0; i < kReasonCount; ++i) {
    if (ReasonName(static_cast<Reason>(i)) == name) return static_cast<Reason>(i);
  }
  ADD_FAILURE() << expectation;
  return Reason::kConfigError;
}

class PlayIntegrityVectorTest : public ::testing::Test {
 protected:
  PlayIntegrityVectorTest() {
    const json::Value root = vector_.Root();
    const auto keys = IntegrityKeys::FromValues(TextAt(root, "decryption_key_b64"),
                                                TextAt(root, "verification_key_spki_b64"));
    EXPECT_TRUE(keys.ok()) << keys.status();
    keys_.push_back(*keys);
    policy_.packages = {TextAt(root, "package")};
    policy_.certificate_digests = {
        *ParseCertificateDigest(TextAt(root, "certificateSha256Digest"))};
    const auto binding = base::FromBase64UrlUnpadded(TextAt(root, "expected_H_b64url"));
    std::ranges::copy(*binding, binding_.begin());
    now_ = base::UnixTime(std::chrono::seconds(testing::NumberAt(root, "verify_at_ms") / 1000));
  }

  Reason Outcome(const std::string& token) const {
    return testing::OutcomeOf([&](Checks& checks) {
      VerifyPlayIntegrity(token, binding_, policy_, keys_, now_, checks);
    });
  }

  testing::JsonVector vector_{"synthetic/play_integrity.json"};
  std::vector<IntegrityKeys> keys_;
  PlayIntegrityPolicy policy_;
  crypto::Sha256Digest binding_{};
  base::UnixTime now_;
};

TEST_F(PlayIntegrityVectorTest, EveryCaseComesToWhatItSays) {
  int count = 0;
  for (auto name = At(vector_.Root(), "cases").First(); name.Exists(); name = name.Next().Next()) {
    const json::Value test = name.Next();
    EXPECT_EQ(Outcome(TextAt(test, "token")), ReasonNamed(TextAt(test, "expect"))) << name.Text();
    ++count;
  }
  EXPECT_EQ(count, 13);
}

TEST_F(PlayIntegrityVectorTest, OnlyTokensThatNoKeyFitsAreLeftToGoogle) {
  for (auto name = At(vector_.Root(), "cases").First(); name.Exists(); name = name.Next().Next()) {
    Checks checks(Checks::Detail::kFirstFailure);
    const auto opened = OpenIntegrityToken(TextAt(name.Next(), "token"), keys_, checks);
    const bool is_foreign = name.Text() == "wrong_aes_key";
    EXPECT_EQ(opened.opening == TokenOpening::kForGoogle, is_foreign) << name.Text();
  }
}

TEST_F(PlayIntegrityVectorTest, EveryCharacterOfATokenCounts) {
  const std::string whole = TextAt(At(At(vector_.Root(), "cases"), "valid_classic"), "token");
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string token = whole;
    token[at] = whole[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(Outcome(token), Reason::kMalformed) << at;
  }
}

}  // namespace
}  // namespace enks::attestation
