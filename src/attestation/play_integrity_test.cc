#include "attestation/play_integrity.h"

#include <gtest/gtest.h>

#include <string>

#include "attestation/issuing/integrity_issuer.h"
#include "attestation/testing/outcome.h"
#include "base/base64.h"
#include "base/random.h"

// Every way in which a verdict can be wrong, be it opened here or decoded by Google.
namespace enks::attestation {
namespace {

using issuing::IntegrityResult;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr base::UnixTime kNow{seconds(1'700'000'000)};
const crypto::Sha256Digest kBinding = crypto::Sha256(base::AsBytes("the upload"));
const crypto::Sha256Digest kDigest = crypto::Sha256(base::AsBytes("the app's certificate"));
const crypto::Sha256Digest kOtherDigest = crypto::Sha256(base::AsBytes("another"));

class IntegrityVerdictTest : public ::testing::Test {
 protected:
  Reason OutcomeOf(const std::string& json) {
    return testing::OutcomeOf(
        [&](Checks& checks) { CheckIntegrityVerdict(json, kBinding, policy_, kNow, checks); });
  }
  Reason Outcome() { return OutcomeOf(IntegrityPayload(result_)); }
  // Of the payload of result_, `from` in it replaced by `to`.
  Reason OutcomeWith(const std::string& from, const std::string& to) {
    std::string payload = IntegrityPayload(result_);
    const std::size_t at = payload.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return OutcomeOf(payload.replace(at, from.size(), to));
  }
  Reason OutcomeOfDevice(std::vector<std::string> labels) {
    result_.device = std::move(labels);
    return Outcome();
  }

  IntegrityResult result_{.nonce = base::ToBase64Url(kBinding),
                          .hash = "",
                          .made_at = kNow,
                          .package = "com.example.health",
                          .certificate_digests = {base::ToBase64Url(kDigest)}};
  PlayIntegrityPolicy policy_{.packages = {"com.example.health"}, .certificate_digests = {kDigest}};
};

TEST_F(IntegrityVerdictTest, AcceptsAVerdictAsItShouldBe) {
  EXPECT_EQ(Outcome(), Reason::kNone);
}

TEST_F(IntegrityVerdictTest, AcceptsTheHashOfAStandardRequest) {
  std::swap(result_.nonce, result_.hash);
  EXPECT_EQ(Outcome(), Reason::kNone);
}

TEST_F(IntegrityVerdictTest, ANonceMayComeBackWithPadding) {
  result_.nonce += "=";
  EXPECT_EQ(Outcome(), Reason::kNone);
}

TEST_F(IntegrityVerdictTest, RefusesBothNonceAndHash) {
  result_.hash = result_.nonce;
  EXPECT_EQ(Outcome(), Reason::kBindingMismatch);
}

TEST_F(IntegrityVerdictTest, RefusesAnotherBindingAndNone) {
  const std::string nonce = result_.nonce;
  for (const std::string& other : {std::string(), std::string("AAAA"), nonce.substr(1), nonce + "A",
                                   base::ToBase64Url(kOtherDigest), base::ToHex(kBinding),
                                   base::ToBase64Url(base::AsBytes(nonce))}) {
    result_.nonce = other;
    EXPECT_EQ(Outcome(), Reason::kBindingMismatch) << other;
  }
}

TEST_F(IntegrityVerdictTest, TakesTheTimeAsTextAndAsNumber) {
  const std::string text = "\"1700000000000\"";
  EXPECT_EQ(OutcomeWith(text, "1700000000000"), Reason::kNone);
  EXPECT_EQ(OutcomeWith(text, "\"-1700000000000\""), Reason::kStale);
  EXPECT_EQ(OutcomeWith(text, "9223372036854775807"), Reason::kFuture);
  for (const char* other : {"\"\"", "\" 1700000000000\"", "\"1.7e12\"", "1.7e12", "\"0x1\"",
                            "9223372036854775808", "\"9223372036854775808\"", "null", "true"}) {
    EXPECT_EQ(OutcomeWith(text, other), Reason::kMalformed) << other;
  }
}

TEST_F(IntegrityVerdictTest, ComparesTimesInMilliseconds) {
  const auto outcome = [this](milliseconds after_now) {
    result_.made_at = kNow + after_now;
    return Outcome();
  };
  EXPECT_EQ(outcome(milliseconds(-600'000)), Reason::kNone);
  EXPECT_EQ(outcome(milliseconds(-600'001)), Reason::kStale);
  EXPECT_EQ(outcome(milliseconds(60'000)), Reason::kNone);
  EXPECT_EQ(outcome(milliseconds(60'001)), Reason::kFuture);
}

TEST_F(IntegrityVerdictTest, BothPackagesMustBeThePolicys) {
  EXPECT_EQ(OutcomeWith(R"("requestPackageName":"com.example.health")",
                        R"("requestPackageName":"com.evil")"),
            Reason::kAppMismatch);
  EXPECT_EQ(OutcomeWith(R"("packageName":"com.example.health")", R"("packageName":"com.evil")"),
            Reason::kAppMismatch);
  EXPECT_EQ(OutcomeWith(R"("packageName")", R"("package_name")"), Reason::kAppMismatch);
  EXPECT_EQ(OutcomeWith(R"("requestPackageName")", R"("other")"), Reason::kAppMismatch);
}

TEST_F(IntegrityVerdictTest, EveryDigestMustBeThePolicys) {
  result_.certificate_digests = {base::ToBase64Url(kDigest), base::ToBase64Url(kOtherDigest)};
  EXPECT_EQ(Outcome(), Reason::kAppMismatch);
  policy_.certificate_digests = {kOtherDigest, kDigest};
  EXPECT_EQ(Outcome(), Reason::kNone);
  result_.certificate_digests = {};
  EXPECT_EQ(Outcome(), Reason::kAppMismatch);
  result_.certificate_digests = {base::ToBase64Url(kBinding)};
  EXPECT_EQ(Outcome(), Reason::kAppMismatch);
}

TEST_F(IntegrityVerdictTest, TheAppMustBeRecognizedAsThePolicySays) {
  for (const char* verdict : {"UNRECOGNIZED_VERSION", "UNEVALUATED", "UNKNOWN", "", "NEW"}) {
    result_.recognition = verdict;
    EXPECT_EQ(Outcome(), Reason::kVerdictInsufficient) << verdict;
  }
  policy_.recognition = {"PLAY_RECOGNIZED", "UNRECOGNIZED_VERSION"};
  result_.recognition = "UNRECOGNIZED_VERSION";
  EXPECT_EQ(Outcome(), Reason::kNone);
}

TEST_F(IntegrityVerdictTest, AClearedVerdictIsInsufficientAndNoError) {
  EXPECT_EQ(OutcomeOf(R"({"requestDetails":{"requestPackageName":"com.example.health","nonce":")" +
                      result_.nonce + R"(","timestampMillis":"1700000000000"}})"),
            Reason::kVerdictInsufficient);
}

TEST_F(IntegrityVerdictTest, TheDeviceMustReachThePolicysLevel) {
  const std::string basic = "MEETS_BASIC_INTEGRITY";
  const std::string device = "MEETS_DEVICE_INTEGRITY";
  const std::string strong = "MEETS_STRONG_INTEGRITY";
  EXPECT_EQ(OutcomeOfDevice({device}), Reason::kNone);
  EXPECT_EQ(OutcomeOfDevice({strong}), Reason::kNone);
  EXPECT_EQ(OutcomeOfDevice({basic}), Reason::kVerdictInsufficient);
  EXPECT_EQ(OutcomeOfDevice({}), Reason::kVerdictInsufficient);
  policy_.device_min = DeviceIntegrity::kBasic;
  EXPECT_EQ(OutcomeOfDevice({basic}), Reason::kNone);
  EXPECT_EQ(OutcomeOfDevice({}), Reason::kVerdictInsufficient);
  policy_.device_min = DeviceIntegrity::kStrong;
  EXPECT_EQ(OutcomeOfDevice({basic, device, strong}), Reason::kNone);
  EXPECT_EQ(OutcomeOfDevice({basic, device}), Reason::kVerdictInsufficient);
}

TEST_F(IntegrityVerdictTest, AnEmulatorCountsOnlyWhereThePolicyNamesIt) {
  EXPECT_EQ(OutcomeOfDevice({"MEETS_VIRTUAL_INTEGRITY"}), Reason::kVerdictInsufficient);
  policy_.allows_virtual = true;
  EXPECT_EQ(OutcomeOfDevice({"MEETS_VIRTUAL_INTEGRITY"}), Reason::kNone);
}

TEST_F(IntegrityVerdictTest, UnknownLabelsCountForNothing) {
  policy_.device_min = DeviceIntegrity::kBasic;
  policy_.allows_virtual = true;
  EXPECT_EQ(OutcomeOfDevice({"MEETS_COSMIC_INTEGRITY"}), Reason::kVerdictInsufficient);
  EXPECT_EQ(OutcomeOfDevice({"meets_device_integrity"}), Reason::kVerdictInsufficient);
  EXPECT_EQ(OutcomeOfDevice({"NEW", "MEETS_DEVICE_INTEGRITY"}), Reason::kNone);
}

TEST_F(IntegrityVerdictTest, AccountDetailsAreReadOnlyIfThePolicyAsks) {
  for (const char* other : {R"("appLicensingVerdict":"UNLICENSED")", R"("appLicensingVerdict":5)",
                            R"("other":"LICENSED")"}) {
    EXPECT_EQ(OutcomeWith(R"("appLicensingVerdict":"LICENSED")", other), Reason::kNone) << other;
  }
  policy_.requires_licensed = true;
  EXPECT_EQ(Outcome(), Reason::kNone);
  for (const char* verdict : {"UNLICENSED", "UNEVALUATED", "UNKNOWN", ""}) {
    result_.licensing = verdict;
    EXPECT_EQ(Outcome(), Reason::kVerdictInsufficient) << verdict;
  }
  EXPECT_EQ(OutcomeWith(R"("appLicensingVerdict":"")", R"("appLicensingVerdict":5)"),
            Reason::kMalformed);
}

TEST_F(IntegrityVerdictTest, TestResponsesCountOnlyWhereThePolicyAllows) {
  result_.is_test = true;
  EXPECT_EQ(Outcome(), Reason::kVerdictInsufficient);
  EXPECT_EQ(OutcomeWith(R"("isTestingResponse":true)", R"("isTestingResponse":"true")"),
            Reason::kMalformed);
  EXPECT_EQ(OutcomeWith(R"("isTestingResponse":true)", R"("isTestingResponse":false)"),
            Reason::kNone);
  policy_.allows_testing = true;
  EXPECT_EQ(Outcome(), Reason::kNone);
}

TEST_F(IntegrityVerdictTest, WrongTypesAreMalformedAndUnknownMembersAreNot) {
  EXPECT_EQ(OutcomeWith(R"("deviceIntegrity":{)", R"("deviceIntegrity":{"new":{"x":[1]},)"),
            Reason::kNone);
  EXPECT_EQ(OutcomeWith(R"("nonce":")", R"("nonce":5,"x":")"), Reason::kMalformed);
  EXPECT_EQ(OutcomeWith(R"("deviceRecognitionVerdict":[)", R"("deviceRecognitionVerdict":[1,)"),
            Reason::kMalformed);
  EXPECT_EQ(OutcomeWith(R"("certificateSha256Digest":[)", R"("certificateSha256Digest":[{},)"),
            Reason::kMalformed);
  EXPECT_EQ(OutcomeOf(R"({"requestDetails":[]})"), Reason::kMalformed);
  EXPECT_EQ(OutcomeOf("{}"), Reason::kMalformed);
  EXPECT_EQ(OutcomeOf(""), Reason::kMalformed);
  EXPECT_EQ(OutcomeOf("[]"), Reason::kMalformed);
  EXPECT_EQ(OutcomeWith(R"("nonce":)", R"("nonce":"","nonce":)"), Reason::kMalformed);
}

TEST_F(IntegrityVerdictTest, AVerifiedTokenIsOpenedAndItsVerdictChecked) {
  base::SeededRandom random(7);
  issuing::IntegrityIssuer issuer(random);
  issuing::IntegrityIssuer other(random);
  const auto outcome = [&](const std::string& token) {
    const std::vector<IntegrityKeys> keys = {issuer.Keys()};
    return testing::OutcomeOf(
        [&](Checks& checks) { VerifyPlayIntegrity(token, kBinding, policy_, keys, kNow, checks); });
  };
  EXPECT_EQ(outcome(issuer.Token(result_)), Reason::kNone);
  EXPECT_EQ(outcome(other.Token(result_)), Reason::kMalformed);
  result_.device = {};
  EXPECT_EQ(outcome(issuer.Token(result_)), Reason::kVerdictInsufficient);
}

}  // namespace
}  // namespace enks::attestation
