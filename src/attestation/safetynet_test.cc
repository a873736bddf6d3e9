#include "attestation/safetynet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "attestation/app_signature.h"
#include "attestation/issuing/safetynet_issuer.h"
#include "attestation/testing/outcome.h"
#include "base/base64.h"
#include "crypto/ecdsa.h"

// Every way in which a SafetyNet token can be wrong, with tokens of our own making.
namespace enks::attestation {
namespace {

using crypto::ChainPurpose;
using crypto::ChainVerifier;
using issuing::SafetyNetIssuer;
using issuing::SafetyNetResult;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr base::UnixTime kNow{seconds(1'700'000'000)};
const std::string kNonce = "VLIju4jpickw6QDy/poqNlVd/0aIsJlNclAIh2jBz1M=";
const crypto::Sha256Digest kDigest = crypto::Sha256(base::AsBytes("the app's certificate"));
const crypto::Sha256Digest kOtherDigest = crypto::Sha256(base::AsBytes("another"));

class SafetyNetTest : public ::testing::Test {
 protected:
  Reason Outcome(const std::string& token) {
    const ChainVerifier anchors({issuer_.root()}, ChainPurpose::kTlsServer);
    return OutcomeUnder(token, anchors);
  }
  Reason OutcomeUnder(const std::string& token, const ChainVerifier& anchors) {
    return testing::OutcomeOf(
        [&](Checks& checks) { VerifySafetyNet(token, nonce_, policy_, anchors, now_, checks); });
  }
  // Of a token with the payload of result_, `from` in it replaced by `to`.
  Reason OutcomeWith(const std::string& from, const std::string& to) {
    std::string payload = SafetyNetPayload(result_);
    const std::size_t at = payload.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return Outcome(issuer_.TokenOf(payload.replace(at, from.size(), to)));
  }
  Reason OutcomeOfResult() { return Outcome(issuer_.Token(result_)); }
  std::string Header(std::string_view algorithm) const {
    return issuing::SafetyNetHeader(algorithm,
                                    {issuer_.leaf().certificate, issuer_.authority().certificate});
  }
  // Of a token whose leaf was made from `text` by the right authority.
  Reason OutcomeOfLeaf(const crypto::CertificateText& text) {
    const auto key = crypto::RsaPrivateKey::FromPem(issuer_.leaf().private_key);
    const auto leaf = IssuedBy(issuer_.authority(), text, issuer_.leaf().private_key);
    return Outcome(issuing::SignRs256(
        issuing::SafetyNetHeader("RS256", {leaf.certificate, issuer_.authority().certificate}),
        SafetyNetPayload(result_), *key));
  }

  SafetyNetIssuer issuer_{kNow - std::chrono::hours(12)};
  base::UnixTime now_ = kNow;
  std::string nonce_ = kNonce;
  SafetyNetResult result_{.nonce = kNonce,
                          .made_at = kNow,
                          .package = "com.example.health",
                          .certificate_digests = {base::ToBase64(kDigest)}};
  SafetyNetPolicy policy_{.packages = {"com.example.health"}, .certificate_digests = {kDigest}};
};

TEST_F(SafetyNetTest, AcceptsATokenAsItShouldBe) {
  EXPECT_EQ(OutcomeOfResult(), Reason::kNone);
}

TEST_F(SafetyNetTest, TakesNoAlgorithmButRs256) {
  const std::string payload = SafetyNetPayload(result_);
  for (const char* algorithm : {"none", "None", "HS256", "RS512", "ES256", "PS256", "rs256"}) {
    EXPECT_EQ(Outcome(issuer_.Sign(Header(algorithm), payload)), Reason::kMalformed) << algorithm;
  }
  const std::string unsigned_text = base::ToBase64Url(base::AsBytes(Header("none"))) + "." +
                                    base::ToBase64Url(base::AsBytes(payload)) + ".";
  EXPECT_EQ(Outcome(unsigned_text), Reason::kMalformed);
}

TEST_F(SafetyNetTest, RefusesCritAndZipAndAHeaderMemberTwice) {
  for (const char* more : {R"("crit":["exp"],)", R"("zip":"DEF",)", R"("alg":"RS256",)"}) {
    const std::string header = "{" + std::string(more) + Header("RS256").substr(1);
    EXPECT_EQ(Outcome(issuer_.Sign(header, SafetyNetPayload(result_))), Reason::kMalformed);
  }
}

TEST_F(SafetyNetTest, RefusesAnotherShape) {
  const std::string token = issuer_.Token(result_);
  const std::size_t first = token.find('.');
  const std::size_t second = token.rfind('.');
  const std::string header = token.substr(0, first);
  const std::string payload = token.substr(first + 1, second - first - 1);
  const std::string signature = token.substr(second + 1);
  for (const std::string& other :
       {payload + "." + header + "." + signature, token + ".", token + "." + payload,
        header + "." + payload, header + "=." + payload + "." + signature,
        header + "." + payload + "=." + signature, token + "=", token + "\n", std::string()}) {
    EXPECT_EQ(Outcome(other), Reason::kMalformed) << other;
  }
}

TEST_F(SafetyNetTest, BoundsTheToken) {
  EXPECT_EQ(Outcome(issuer_.Token(result_) + std::string(32'000, 'A')), Reason::kMalformed);
}

TEST_F(SafetyNetTest, SeesABitChangedInEveryPart) {
  const std::string token = issuer_.Token(result_);
  for (const std::size_t at : {std::size_t{20}, token.find('.') + 20, token.rfind('.') + 20}) {
    std::string changed = token;
    changed[at] = changed[at] == 'Q' ? 'R' : 'Q';
    EXPECT_NE(Outcome(changed), Reason::kNone) << at;
  }
  std::string payload_changed = token;
  payload_changed[token.find('.') + 20] ^= 1;
  EXPECT_EQ(Outcome(payload_changed), Reason::kSignatureInvalid);
  std::string signature_changed = token;
  char& c = signature_changed[token.rfind('.') + 20];
  c = c == 'Q' ? 'R' : 'Q';
  EXPECT_EQ(Outcome(signature_changed), Reason::kSignatureInvalid);
}

TEST_F(SafetyNetTest, TakesOnlyTheKeyOfTheLeaf) {
  EXPECT_EQ(Outcome(issuing::SignRs256(Header("RS256"), SafetyNetPayload(result_),
                                       crypto::RsaPrivateKey::Generate())),
            Reason::kSignatureInvalid);
}

TEST_F(SafetyNetTest, RefusesALeafWithoutAnRsaKey) {
  const auto key = crypto::EcdsaPrivateKey::Generate();
  const auto leaf =
      IssuedBy(issuer_.authority(),
               issuing::ServerText("attest.android.com", kNow - seconds(1), kNow + seconds(60)),
               key.ToPem());
  const std::string text = base::ToBase64Url(base::AsBytes(issuing::SafetyNetHeader(
                               "RS256", {leaf.certificate, issuer_.authority().certificate}))) +
                           "." + base::ToBase64Url(base::AsBytes(SafetyNetPayload(result_)));
  // A good ECDSA signature, which is none of RS256.
  EXPECT_EQ(
      Outcome(text + "." + base::ToBase64Url(key.SignDer(crypto::Sha256(base::AsBytes(text))))),
      Reason::kSignatureInvalid);
}

TEST_F(SafetyNetTest, RefusesAValidCertificateOfAnotherHost) {
  for (const char* host : {"attest.example.com", "xattest.android.com", "android.com",
                           "attest.android.com.example.com", "*.android.com"}) {
    EXPECT_EQ(OutcomeOfLeaf(issuing::ServerText(host, kNow - seconds(1), kNow + seconds(60))),
              Reason::kChainInvalid)
        << host;
  }
  EXPECT_EQ(OutcomeOfLeaf(
                issuing::ServerText("Attest.Android.COM", kNow - seconds(1), kNow + seconds(60))),
            Reason::kNone);
}

TEST_F(SafetyNetTest, TheCommonNameCountsOnlyWithoutAlternativeNames) {
  auto text = issuing::ServerText("attest.android.com", kNow - seconds(1), kNow + seconds(60));
  text.extensions.back().second = "DNS:www.example.com";
  EXPECT_EQ(OutcomeOfLeaf(text), Reason::kChainInvalid);
  text.extensions.back().second = "email:phone@example.com";
  EXPECT_EQ(OutcomeOfLeaf(text), Reason::kChainInvalid);
  text.extensions.back().second = "DNS:www.example.com,DNS:attest.android.com";
  EXPECT_EQ(OutcomeOfLeaf(text), Reason::kNone);
  text.extensions.pop_back();
  EXPECT_EQ(OutcomeOfLeaf(text), Reason::kNone);
  text.subject = {{"CN", "www.example.com"}};
  EXPECT_EQ(OutcomeOfLeaf(text), Reason::kChainInvalid);
}

TEST_F(SafetyNetTest, WantsTheCertificateOfATlsServer) {
  auto text = issuing::ServerText("attest.android.com", kNow - seconds(1), kNow + seconds(60));
  text.extensions[2].second = "clientAuth";
  EXPECT_EQ(OutcomeOfLeaf(text), Reason::kChainInvalid);
  text.extensions.erase(text.extensions.begin() + 2);
  EXPECT_EQ(OutcomeOfLeaf(text), Reason::kChainInvalid);
}

TEST_F(SafetyNetTest, HoldsTheLeafToItsValidityByTheSecond) {
  const auto outcome = [this](seconds begins, seconds ends) {
    return OutcomeOfLeaf(issuing::ServerText("attest.android.com", kNow + begins, kNow + ends));
  };
  EXPECT_EQ(outcome(seconds(-60), seconds(-1)), Reason::kChainInvalid);
  EXPECT_EQ(outcome(seconds(-60), seconds(1)), Reason::kNone);
  EXPECT_EQ(outcome(seconds(0), seconds(60)), Reason::kNone);
  EXPECT_EQ(outcome(seconds(1), seconds(60)), Reason::kChainInvalid);
}

TEST_F(SafetyNetTest, RefusesASelfSignedLeaf) {
  const auto leaf =
      SelfSigned(issuing::ServerText("attest.android.com", kNow - seconds(1), kNow + seconds(60)),
                 issuer_.leaf().private_key);
  const auto key = crypto::RsaPrivateKey::FromPem(leaf.private_key);
  EXPECT_EQ(Outcome(issuing::SignRs256(issuing::SafetyNetHeader("RS256", {leaf.certificate}),
                                       SafetyNetPayload(result_), *key)),
            Reason::kChainInvalid);
}

TEST_F(SafetyNetTest, ARootInsideTheTokenGainsNoTrust) {
  const SafetyNetIssuer stranger(kNow - std::chrono::hours(1));
  const std::string header = issuing::SafetyNetHeader(
      "RS256", {stranger.leaf().certificate, stranger.authority().certificate, stranger.root()});
  EXPECT_EQ(Outcome(stranger.Sign(header, SafetyNetPayload(result_))), Reason::kChainInvalid);
  EXPECT_EQ(OutcomeUnder(stranger.Token(result_), ChainVerifier({}, ChainPurpose::kTlsServer)),
            Reason::kChainInvalid);
}

TEST_F(SafetyNetTest, WantsCertificatesThatCanBeRead) {
  const std::string payload = SafetyNetPayload(result_);
  EXPECT_EQ(Outcome(issuer_.Sign(R"({"alg":"RS256"})", payload)), Reason::kMalformed);
  EXPECT_EQ(Outcome(issuer_.Sign(R"({"alg":"RS256","x5c":[]})", payload)), Reason::kMalformed);
  EXPECT_EQ(Outcome(issuer_.Sign(R"({"alg":"RS256","x5c":["AAAA"]})", payload)),
            Reason::kMalformed);
  const std::vector<crypto::Certificate> six(6, issuer_.leaf().certificate);
  EXPECT_EQ(Outcome(issuer_.Sign(issuing::SafetyNetHeader("RS256", six), payload)),
            Reason::kMalformed);
}

TEST_F(SafetyNetTest, TheNonceMayBeWrittenInAnyBase64) {
  const std::string padded = base::ToBase64(base::AsBytes(kNonce));
  std::string unpadded = padded;
  while (unpadded.back() == '=') unpadded.pop_back();
  ASSERT_NE(padded, unpadded);
  EXPECT_EQ(OutcomeWith(padded, unpadded), Reason::kNone);
  EXPECT_EQ(OutcomeWith(padded, base::ToBase64Url(base::AsBytes(kNonce))), Reason::kNone);
}

TEST_F(SafetyNetTest, TheUrlAlphabetOfANonceIsTaken) {
  nonce_ = "\xff\xef\xfe";  // //+/ and __-_
  result_.nonce = nonce_;
  EXPECT_EQ(
      OutcomeWith(base::ToBase64(base::AsBytes(nonce_)), base::ToBase64Url(base::AsBytes(nonce_))),
      Reason::kNone);
}

TEST_F(SafetyNetTest, RefusesANonceThatWasEncodedOnceOnly) {
  EXPECT_EQ(OutcomeWith(base::ToBase64(base::AsBytes(kNonce)), kNonce), Reason::kBindingMismatch);
}

TEST_F(SafetyNetTest, RefusesAnotherNonceAndNone) {
  EXPECT_EQ(OutcomeWith("\"nonce\":", "\"once\":"), Reason::kBindingMismatch);
  result_.nonce[5] ^= 1;
  EXPECT_EQ(OutcomeOfResult(), Reason::kBindingMismatch);
  result_.nonce.clear();
  EXPECT_EQ(OutcomeOfResult(), Reason::kBindingMismatch);
  nonce_.clear();
  EXPECT_EQ(OutcomeOfResult(), Reason::kBindingMismatch);
}

TEST_F(SafetyNetTest, ComparesTimesInMilliseconds) {
  const auto outcome = [this](milliseconds after_now) {
    result_.made_at = kNow + after_now;
    return OutcomeOfResult();
  };
  EXPECT_EQ(outcome(milliseconds(-600'000)), Reason::kNone);
  EXPECT_EQ(outcome(milliseconds(-600'001)), Reason::kStale);
  EXPECT_EQ(outcome(milliseconds(60'000)), Reason::kNone);
  EXPECT_EQ(outcome(milliseconds(60'001)), Reason::kFuture);
}

TEST_F(SafetyNetTest, ZeroSecondsOfPastAreNotWithoutBound) {
  policy_.window = {seconds(0), seconds(0)};
  EXPECT_EQ(OutcomeOfResult(), Reason::kNone);
  result_.made_at = kNow - milliseconds(1);
  EXPECT_EQ(OutcomeOfResult(), Reason::kStale);
}

TEST_F(SafetyNetTest, RefusesTimesThatAreNone) {
  const std::string time = "1700000000000";
  EXPECT_EQ(OutcomeWith(time, "-1700000000000"), Reason::kStale);
  EXPECT_EQ(OutcomeWith(time, "9223372036854775807"), Reason::kFuture);
  for (const char* other : {"9223372036854775808", "1e300", "1700000000000.5", "1700000000000.0",
                            "17e11", "\"1700000000000\"", "null", "true", "[1700000000000]"}) {
    EXPECT_EQ(OutcomeWith(time, other), Reason::kMalformed) << other;
  }
  EXPECT_EQ(OutcomeWith("timestampMs", "timestampMS"), Reason::kMalformed);
}

TEST_F(SafetyNetTest, TheAppMustBeOneOfThePolicy) {
  EXPECT_EQ(OutcomeWith("com.example.health", "com.example.healthy"), Reason::kAppMismatch);
  EXPECT_EQ(OutcomeWith("com.example.health", "Com.example.health"), Reason::kAppMismatch);
  EXPECT_EQ(OutcomeWith("\"apkPackageName\"", "\"other\""), Reason::kAppMismatch);
  policy_.packages.insert(policy_.packages.begin(), "com.example.other");
  EXPECT_EQ(OutcomeOfResult(), Reason::kNone);
}

TEST_F(SafetyNetTest, AnyOfThePolicysDigestsWillDo) {
  policy_.certificate_digests = {kOtherDigest, kDigest};
  EXPECT_EQ(OutcomeOfResult(), Reason::kNone);
}

TEST_F(SafetyNetTest, OfTwoDigestsOfWhichNeitherMatchesNoneIsRight) {
  result_.certificate_digests = {base::ToBase64(crypto::Sha256(base::AsBytes("evil")))};
  policy_.certificate_digests = {kOtherDigest, kDigest};
  EXPECT_EQ(OutcomeOfResult(), Reason::kAppMismatch);
}

TEST_F(SafetyNetTest, EveryDigestOfTheTokenMustBeThePolicys) {
  result_.certificate_digests = {base::ToBase64(kDigest), base::ToBase64(kOtherDigest)};
  EXPECT_EQ(OutcomeOfResult(), Reason::kAppMismatch);
  policy_.certificate_digests = {kOtherDigest, kDigest};
  EXPECT_EQ(OutcomeOfResult(), Reason::kNone);
}

TEST_F(SafetyNetTest, RefusesDigestsThatAreNone) {
  const std::string digests = "[\"" + base::ToBase64(kDigest) + "\"]";
  for (const char* other : {"[]", "null", "[\"\"]", "[\"AAAA\"]", "[\"no base64!\"]"}) {
    EXPECT_EQ(OutcomeWith(digests, other), Reason::kAppMismatch) << other;
  }
  for (const char* other : {"\"text\"", "{}", "[1]", "[null]", "true"}) {
    EXPECT_EQ(OutcomeWith(digests, other), Reason::kMalformed) << other;
  }
  EXPECT_EQ(OutcomeWith("apkCertificateDigestSha256", "apkDigestSha256"), Reason::kAppMismatch);
}

TEST_F(SafetyNetTest, IntegrityIsWantedAsThePolicySays) {
  result_.cts_profile_match = false;
  EXPECT_EQ(OutcomeOfResult(), Reason::kVerdictInsufficient);
  policy_.requires_cts_profile = false;
  EXPECT_EQ(OutcomeOfResult(), Reason::kNone);
  result_.basic_integrity = false;
  EXPECT_EQ(OutcomeOfResult(), Reason::kVerdictInsufficient);
  policy_.requires_basic_integrity = false;
  EXPECT_EQ(OutcomeOfResult(), Reason::kNone);
}

TEST_F(SafetyNetTest, TruthIsNoText) {
  for (const char* member : {"\"ctsProfileMatch\":true", "\"basicIntegrity\":true"}) {
    const std::string name = std::string(member).substr(0, std::string(member).find(':'));
    EXPECT_EQ(OutcomeWith(member, name + ":\"true\""), Reason::kMalformed) << member;
    EXPECT_EQ(OutcomeWith(member, name + ":1"), Reason::kMalformed) << member;
    EXPECT_EQ(OutcomeWith(member, name + ":null"), Reason::kVerdictInsufficient) << member;
  }
}

TEST_F(SafetyNetTest, HardwareIsWantedAsThePolicySays) {
  policy_.requires_hardware_backed = true;
  EXPECT_EQ(OutcomeOfResult(), Reason::kVerdictInsufficient);
  for (const char* type : {"BASIC,HARDWARE_BACKED", "HARDWARE_BACKED", "BASIC, HARDWARE_BACKED"}) {
    result_.evaluation_type = type;
    EXPECT_EQ(OutcomeOfResult(), Reason::kNone) << type;
  }
  for (const char* type : {"", "NOT_HARDWARE_BACKED", "HARDWARE_BACKED_NOT", "hardware_backed"}) {
    result_.evaluation_type = type;
    EXPECT_EQ(OutcomeOfResult(), Reason::kVerdictInsufficient) << type;
  }
}

TEST_F(SafetyNetTest, AnAttestationThatFailedSaysNothing) {
  EXPECT_EQ(OutcomeWith("{\"nonce\"", "{\"error\":\"internal_error\",\"nonce\""),
            Reason::kVerdictInsufficient);
}

TEST_F(SafetyNetTest, RefusesPayloadsThatAreNotOneJsonObject) {
  for (const char* payload : {"", "null", "[]", "{} {}", "{\"nonce\"", "\xff"}) {
    EXPECT_EQ(Outcome(issuer_.TokenOf(payload)), Reason::kMalformed) << payload;
  }
  EXPECT_EQ(OutcomeWith("{\"nonce\"", "{\"nonce\":\"\",\"nonce\""), Reason::kMalformed);
  EXPECT_EQ(OutcomeWith("{\"nonce\"", "{\"new\":[[[[[[[[]]]]]]]],\"nonce\""), Reason::kMalformed);
  EXPECT_EQ(OutcomeWith("{\"nonce\"", "{\"new\":[[[[[[[]]]]]]],\"nonce\""), Reason::kNone);
}

}  // namespace
}  // namespace enks::attestation
