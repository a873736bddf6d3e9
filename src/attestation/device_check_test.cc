#include "attestation/device_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "attestation/issuing/fake_device_check.h"
#include "attestation/issuing/received_jwt.h"
#include "attestation/testing/awaited.h"
#include "base/base64.h"
#include "base/virtual_clock.h"
#include "secrets/testing/key_signer.h"

// Against a fake Apple that is as strict as the real one may be.
namespace enks::attestation {
namespace {

using issuing::FakeDeviceCheck;
using std::chrono::seconds;
using testing::Awaited;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kTeam = "TEAM123456";
constexpr const char* kKeyId = "KEY1234567";

class DeviceCheckTest : public ::testing::Test {
 protected:
  DeviceCheckTest() { Start(std::chrono::milliseconds(5000)); }

  void Start(std::chrono::milliseconds timeout) {
    auto upstream = Upstream::Create({.name = "apple",
                                      .base_url = apple_.Url(),
                                      .timeout = timeout,
                                      .calls_max = 2,
                                      .circuit = {.failures = 1000}},
                                     clock_, metrics_);
    ASSERT_TRUE(upstream.ok()) << upstream.status();
    upstream_ = *std::move(upstream);
    auto check = DeviceCheck::Create({"app", {kTeam, kKeyId, signer_}}, *upstream_, alarms_, clock_,
                                     random_);
    ASSERT_TRUE(check.ok()) << check.status();
    check_ = *std::move(check);
  }

  Awaited<Reason> Begin(const std::string& token) {
    Awaited<Reason> reason;
    check_->Validate(base::AsBytes(token), reason.Callback());
    return reason;
  }
  Reason Validate(const std::string& token) { return Begin(token).Take(); }

  const crypto::EcdsaPrivateKey key_ = crypto::EcdsaPrivateKey::Generate();
  const std::shared_ptr<secrets::Signer> signer_ =
      std::make_shared<secrets::testing::KeySigner>(key_);
  base::VirtualClock clock_{base::UnixTime(seconds(1'606'000'000))};
  base::SystemRandom random_;
  base::MemoryLog log_;
  metrics::Metrics metrics_;
  Alarms alarms_{log_, metrics_, clock_};
  FakeDeviceCheck apple_{{kTeam, kKeyId, key_.PublicKey()}, clock_};
  std::unique_ptr<Upstream> upstream_;
  std::unique_ptr<DeviceCheck> check_;
};

TEST_F(DeviceCheckTest, AGoodDeviceIsAcceptedAndABadOneRejectedWithoutAlarm) {
  EXPECT_EQ(Validate("VALID device"), Reason::kNone);
  EXPECT_EQ(Validate("BAD device"), Reason::kUpstreamRejected);
  EXPECT_EQ(Validate("SAYS 400 some other wording"), Reason::kUpstreamRejected);
  EXPECT_THAT(apple_.Refusals(), IsEmpty());
  EXPECT_EQ(log_.Text(), "");
}

TEST_F(DeviceCheckTest, EveryOtherAnswerIsUnavailableWithItsAlarm) {
  const std::vector<std::tuple<const char*, const char*>> rows = {
      {"SAYS 400 Bad Timestamp", "our_request"},
      {"SAYS 400 Bad Bits", "our_request"},
      {"SAYS 400 Bad Payload", "our_request"},
      {"SAYS 400 Bad Authorization Token", "our_request"},
      {"SAYS 401 Invalid Authorization Token", "our_credentials"},
      {"SAYS 401 Authorization Token Expired", "our_credentials"},
      {"SAYS 403 Forbidden", "our_configuration"},
      {"SAYS 405 Method Not Allowed", "our_configuration"},
      {"SAYS 429 Too Many Requests", "back_off"},
      {"SAYS 500 Server Error", "upstream_down"},
      {"SAYS 503 Service Unavailable", "upstream_down"},
      {"REDIRECT", "our_configuration"},
      {"HANGUP", "upstream_down"},
      {"CUT", "upstream_down"},
  };
  for (const auto& [token, cause] : rows) {
    clock_.Advance(kAlarmPause);
    const std::size_t before = log_.Text().size();
    EXPECT_EQ(Validate(token), Reason::kUnavailable) << token;
    EXPECT_THAT(log_.Text().substr(before), HasSubstr("\"cause\":\"" + std::string(cause) + "\""))
        << token;
  }
  EXPECT_THAT(apple_.Refusals(), IsEmpty());  // nor was a redirect followed
}

TEST_F(DeviceCheckTest, AnAnswerThatIsSlowButInTimeCounts) {
  EXPECT_EQ(Validate("SLOW"), Reason::kNone);
}

TEST_F(DeviceCheckTest, AStalledAnswerIsUnavailable) {
  Start(std::chrono::milliseconds(40));
  EXPECT_EQ(Validate("STALL"), Reason::kUnavailable);
  EXPECT_EQ(apple_.Calls().size(), 1U);
  EXPECT_THAT(log_.Text(), HasSubstr("upstream_down"));
}

TEST_F(DeviceCheckTest, AClosedConnectionIsTriedOnceMoreAsANewTransaction) {
  EXPECT_EQ(Validate("HANGUP ONCE"), Reason::kNone);
  const auto calls = apple_.Calls();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_NE(calls[0].transaction_id, calls[1].transaction_id);
  EXPECT_EQ(calls[0].jwt, calls[1].jwt);
  EXPECT_EQ(Validate("HANGUP"), Reason::kUnavailable);
  EXPECT_EQ(apple_.Calls().size(), 4U);
  EXPECT_THAT(apple_.Refusals(), IsEmpty());
}

TEST_F(DeviceCheckTest, BeyondTheBoundItIsUnavailableAtOnce) {
  auto first = Begin("STALL"), second = Begin("STALL");
  auto third = Begin("VALID");
  ASSERT_TRUE(third.IsThere());
  EXPECT_EQ(third.Take(), Reason::kUnavailable);
  EXPECT_THAT(log_.Text(), HasSubstr("too_many_calls"));
  upstream_->Stop();
  EXPECT_EQ(first.Take(), Reason::kUnavailable);
  EXPECT_EQ(second.Take(), Reason::kUnavailable);
}

TEST_F(DeviceCheckTest, ACallOutlivesThePolicyThatBeganIt) {
  auto reason = Begin("SLOW");
  check_.reset();
  EXPECT_EQ(reason.Take(), Reason::kNone);
}

TEST_F(DeviceCheckTest, TheBodyHoldsThreeMembersAndNothingOfTheUpload) {
  Validate("VALID device");
  const auto call = apple_.Calls().at(0);
  EXPECT_EQ(call.body, R"({"device_token":"VkFMSUQgZGV2aWNl","transaction_id":")" +
                           call.transaction_id + R"(","timestamp":1606000000000})");
  EXPECT_EQ(call.transaction_id[14], '4');
  EXPECT_THAT("89ab", HasSubstr(std::string(1, call.transaction_id[19])));
}

TEST_F(DeviceCheckTest, TransactionsAreAllDifferent) {
  std::set<std::string> ids;
  for (int i = 0; i < 20; ++i) Validate("VALID");
  for (const auto& call : apple_.Calls()) ids.insert(call.transaction_id);
  EXPECT_EQ(ids.size(), 20U);
}

TEST_F(DeviceCheckTest, TheTokenThatNamesUsIsKeptForTwentyMinutes) {
  Validate("VALID");
  clock_.Advance(kAppleTokenAgeMax - seconds(1));
  Validate("VALID");
  clock_.Advance(seconds(1));
  Validate("VALID");
  const auto calls = apple_.Calls();
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls[0].jwt, calls[1].jwt);
  EXPECT_NE(calls[1].jwt, calls[2].jwt);
  const auto jwt = issuing::TakeApart(calls[2].jwt);
  EXPECT_EQ(jwt->header, R"({"alg":"ES256","kid":"KEY1234567"})");
  EXPECT_EQ(jwt->claims, R"({"iss":"TEAM123456","iat":1606001200})");
  EXPECT_EQ(jwt->signature.size(), 64U);
}

TEST_F(DeviceCheckTest, AClockThatIsSetBackOrARefusalMakesANewToken) {
  Validate("VALID");
  clock_.Set(clock_.Now() - seconds(1));
  Validate("VALID");
  Validate("SAYS 401 Authorization Token Expired");
  Validate("VALID");
  const auto calls = apple_.Calls();
  ASSERT_EQ(calls.size(), 4U);
  EXPECT_NE(calls[0].jwt, calls[1].jwt);
  EXPECT_EQ(calls[1].jwt, calls[2].jwt);
  EXPECT_NE(calls[2].jwt, calls[3].jwt);
  EXPECT_THAT(apple_.Refusals(), IsEmpty());
}

TEST_F(DeviceCheckTest, AnotherKeyTeamOrKeyIdIsRefusedByTheFake) {
  const auto other =
      std::make_shared<secrets::testing::KeySigner>(crypto::EcdsaPrivateKey::Generate());
  for (const AppleKey& key : {AppleKey{kTeam, kKeyId, other}, AppleKey{"OTHER", kKeyId, signer_},
                              AppleKey{kTeam, "OTHER", signer_}}) {
    auto check = DeviceCheck::Create({"app", key}, *upstream_, alarms_, clock_, random_);
    Awaited<Reason> reason;
    (*check)->Validate(base::AsBytes("VALID"), reason.Callback());
    EXPECT_EQ(reason.Take(), Reason::kUnavailable);
  }
  EXPECT_THAT(apple_.Refusals(), ::testing::ElementsAre("jwt signature", "jwt iss", "jwt kid"));
}

TEST_F(DeviceCheckTest, AKeyThatDoesNotSignIsAConfigurationError) {
  const auto broken = std::make_shared<secrets::testing::BrokenSigner>();
  auto check =
      DeviceCheck::Create({"app", {kTeam, kKeyId, broken}}, *upstream_, alarms_, clock_, random_);
  Awaited<Reason> reason;
  (*check)->Validate(base::AsBytes("VALID"), reason.Callback());
  EXPECT_EQ(reason.Take(), Reason::kConfigError);
  EXPECT_THAT(apple_.Calls(), IsEmpty());
}

TEST_F(DeviceCheckTest, APolicyThatIsNotCompleteIsRefused) {
  for (const AppleKey& key : {AppleKey{"", kKeyId, signer_}, AppleKey{kTeam, "", signer_},
                              AppleKey{kTeam, kKeyId, nullptr}, AppleKey{"a\"b", kKeyId, signer_},
                              AppleKey{kTeam, std::string(33, 'a'), signer_}}) {
    EXPECT_EQ(
        DeviceCheck::Create({"app", key}, *upstream_, alarms_, clock_, random_).status().code(),
        absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(DeviceCheckTest, NothingOfTokensIsInLogsOrMetrics) {
  Validate("VALID device");
  Validate("BAD device");
  Validate("SAYS 401 device");
  std::vector<std::string> secrets = {"device\"", "VkFMSUQ", "Bearer", "eyJ", kTeam, "PRIVATE"};
  for (const auto& call : apple_.Calls()) {
    secrets.push_back(call.transaction_id);
    secrets.push_back(call.jwt);
  }
  for (const std::string& secret : secrets) {
    EXPECT_THAT(log_.Text() + metrics_.Text(), Not(HasSubstr(secret)));
  }
}

TEST(ReadDeviceTokenTest, Base64IsReadWithOrWithoutLineBreaksAndPadding) {
  const auto token = ReadDeviceToken("VkFMSUQgZGV2aWNlIQ==");
  ASSERT_TRUE(token.has_value());
  EXPECT_EQ(base::AsText(*token), "VALID device!");
  for (const char* text : {"VkFMSUQg\r\nZGV2aWNlIQ==\r\n", "VkFMSUQgZGV2aWNlIQ"}) {
    EXPECT_EQ(ReadDeviceToken(text), token) << text;
  }
}

TEST(ReadDeviceTokenTest, WhatIsEmptyTooLongOrNoBase64IsRefused) {
  for (const char* text : {"", "\r\n", "====", "VkFM SUQg", "VkFM*", "V"}) {
    EXPECT_FALSE(ReadDeviceToken(text).has_value()) << text;
  }
  EXPECT_TRUE(ReadDeviceToken(base::ToBase64(base::Bytes(8192, 1))).has_value());
  EXPECT_FALSE(ReadDeviceToken(base::ToBase64(base::Bytes(8193, 1))).has_value());
}

}  // namespace
}  // namespace enks::attestation
