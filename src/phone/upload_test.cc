#include "phone/upload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "base/base64.h"
#include "json/document.h"
#include "phone/test_server.h"

namespace enks::phone {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const UnixTime kNow(seconds(1606780800));

UploadContent SomeContent() {
  return {.health_authority_id = "health.app",
          .keys = {{.key_base64 = "AAECAwQFBgcICQoLDA0ODw==",
                    .rolling_start = 2677824,
                    .rolling_period = 144,
                    .transmission_risk = 3}},
          .certificate = "a.b.c",
          .hmac_key_base64 = "AAAA",
          .symptom_onset = Interval{2677680},
          .revision_token = "dG9rZW4="};
}

// The body of a request without its padding, which must come last.
std::string WithoutPadding(const std::string& body) {
  return body.substr(0, body.find(",\"padding\""));
}

class UploaderTest : public testing::Test {
 protected:
  // Each request gets the next answer; status 0 in place of an answer closes the connection.
  UploadReceipt Upload(std::deque<http::Response> answers,
                       const UploadContent& content = SomeContent()) {
    server_.emplace([answers](const http::Request&) mutable {
      http::Response answer = answers.front();
      if (answers.size() > 1) answers.pop_front();
      return answer;
    });
    Uploader uploader(*client_, server_->Url("/v1/publish"), retry_, random_,
                      [this](seconds delay) { waits_.push_back(delay); });
    return uploader.Upload(content);
  }

  static http::Response Later(int status, const char* retry_after) {
    http::Response response = AnswerWith(status);
    response.headers.emplace_back("Retry-After", retry_after);
    return response;
  }

  RetryPolicy retry_{.attempts_max = 4, .first_delay = seconds(8), .delay_max = seconds(60)};
  base::SeededRandom random_{1};
  std::unique_ptr<http::Client> client_ = http::Client::Create({});
  std::optional<TestServer> server_;
  std::vector<seconds> waits_;
};

TEST_F(UploaderTest, SendsWhatTheApiAsksFor) {
  Upload({AnswerWith(200, "{}")});
  const auto requests = server_->Requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].path, "/v1/publish");
  EXPECT_EQ(requests[0].Header("Content-Type"), "application/json");
  EXPECT_EQ(requests[0].Header("X-Chaff"), "");
  EXPECT_THAT(std::string(requests[0].Header("User-Agent")), HasSubstr("Android"));
  EXPECT_EQ(WithoutPadding(requests[0].body),
            R"({"temporaryExposureKeys":[{"key":"AAECAwQFBgcICQoLDA0ODw==",)"
            R"("rollingStartNumber":2677824,"rollingPeriod":144,"transmissionRisk":3}],)"
            R"("healthAuthorityID":"health.app","verificationPayload":"a.b.c","hmacKey":"AAAA",)"
            R"("symptomOnsetInterval":2677680,"revisionToken":"dG9rZW4=")");
}

TEST_F(UploaderTest, LeavesOutWhatIsNotKnown) {
  UploadContent content = SomeContent();
  content.symptom_onset = {};
  content.revision_token.clear();
  content.traveler = true;
  const std::string body = UploadBody(content, random_);
  EXPECT_THAT(body, testing::Not(HasSubstr("symptomOnsetInterval")));
  EXPECT_THAT(body, testing::Not(HasSubstr("revisionToken")));
  EXPECT_THAT(body, HasSubstr(R"("traveler":true)"));
}

TEST_F(UploaderTest, UnderstandsFullSuccess) {
  const auto receipt =
      Upload({AnswerWith(200, R"({"revisionToken":"abc","insertedExposures":14,"padding":"x"})")});
  EXPECT_EQ(receipt.outcome, UploadOutcome::kAccepted);
  EXPECT_EQ(receipt.inserted, 14);
  EXPECT_EQ(receipt.revision_token, "abc");
  EXPECT_EQ(receipt.attempts, 1);
}

TEST_F(UploaderTest, UnderstandsPartialSuccess) {
  const auto receipt = Upload({AnswerWith(
      200, R"({"insertedExposures":1,"error":"1 error occurred:","code":"partial_failure",)"
           R"("warnings":["w"],"revisionToken":"abc"})")});
  EXPECT_EQ(receipt.outcome, UploadOutcome::kPartial);
  EXPECT_EQ(receipt.error, "1 error occurred:");
  EXPECT_THAT(receipt.warnings, ElementsAre("w"));
  EXPECT_EQ(receipt.revision_token, "abc");
}

TEST(TakenKeys, AreThoseThatNoWarningNames) {
  std::vector<Tek> keys(3);
  for (std::int32_t i = 0; i < 3; ++i) keys[static_cast<std::size_t>(i)].start = {i};
  const auto taken = [&](const std::vector<std::string>& warnings) {
    std::string starts;
    for (const Tek& key : TakenKeys(keys, warnings)) starts += std::to_string(key.start.number);
    return starts;
  };
  EXPECT_EQ(taken({}), "012");
  EXPECT_EQ(taken({"key 1 symptom onset is too large, 15 > 14 - saving without this key"}), "02");
  EXPECT_EQ(taken({"key 0 x", "key 2 y", "key 99 z", "key", "something else"}), "1");
}

TEST_F(UploaderTest, TakesARefusalForWhatItIs) {
  for (const int status : {400, 401, 404, 413, 415, 301}) {
    const auto receipt = Upload({AnswerWith(status, R"({"code":"bad_request"})")});
    EXPECT_EQ(receipt.outcome, UploadOutcome::kRefused) << status;
    EXPECT_EQ(receipt.attempts, 1) << status;
    EXPECT_EQ(receipt.code, "bad_request");
  }
  EXPECT_THAT(waits_, IsEmpty());
}

TEST_F(UploaderTest, TriesAgainWhenTheServerIsBusyOrBroken) {
  for (const int status : {429, 500, 502, 503}) {
    const auto receipt = Upload({AnswerWith(status), AnswerWith(200, "{}")});
    EXPECT_EQ(receipt.outcome, UploadOutcome::kAccepted) << status;
    EXPECT_EQ(receipt.attempts, 2) << status;
  }
}

TEST_F(UploaderTest, WaitsLongerEachTimeAndGivesUpInTheEnd) {
  const auto receipt = Upload({AnswerWith(503)});
  EXPECT_EQ(receipt.outcome, UploadOutcome::kUnavailable);
  EXPECT_EQ(receipt.attempts, 4);
  ASSERT_EQ(waits_.size(), 3u);
  for (std::size_t i = 0; i < waits_.size(); ++i) {
    const seconds base(8 << i);
    EXPECT_GE(waits_[i], base);
    EXPECT_LE(waits_[i], base + base / 2);
  }
}

TEST_F(UploaderTest, ObeysRetryAfterUpToItsLimit) {
  Upload({Later(503, "17"), Later(429, "61"), Later(503, "soon"), AnswerWith(200, "{}")});
  ASSERT_EQ(waits_.size(), 3u);
  EXPECT_EQ(waits_[0], seconds(17));
  EXPECT_EQ(waits_[1], seconds(60));
  EXPECT_GE(waits_[2], seconds(32)) << "a date or nonsense is no number of seconds";
}

TEST_F(UploaderTest, KnowsThatALostAnswerMayHaveBeenASuccess) {
  UploadContent first = SomeContent();
  first.revision_token.clear();
  const auto stored = AnswerWith(400, R"({"code":"missing_revision_token"})");
  EXPECT_EQ(Upload({AnswerWith(503), stored}, first).outcome, UploadOutcome::kStoredEarlier);
  EXPECT_EQ(Upload({stored}, first).outcome, UploadOutcome::kRefused)
      << "nothing of ours was stored before";
  EXPECT_EQ(Upload({AnswerWith(429), stored}, first).outcome, UploadOutcome::kRefused)
      << "a busy server stores nothing";
  EXPECT_EQ(Upload({AnswerWith(503), stored}).outcome, UploadOutcome::kRefused)
      << "a token was sent, so it cannot be missing for that reason";
}

TEST_F(UploaderTest, SurvivesAServerThatIsNotThere) {
  Uploader uploader(*client_, "http://127.0.0.1:1/v1/publish", retry_, random_,
                    [this](seconds delay) { waits_.push_back(delay); });
  const auto receipt = uploader.Upload(SomeContent());
  EXPECT_EQ(receipt.outcome, UploadOutcome::kUnavailable);
  EXPECT_EQ(receipt.status, 0);
  EXPECT_EQ(receipt.attempts, 4);
  EXPECT_FALSE(uploader.SendCover());
}

TEST_F(UploaderTest, TakesAnUnreadableAnswerByItsStatus) {
  for (const char* body : {"", "not json", "[]", R"({"insertedExposures":"x"})"}) {
    EXPECT_EQ(Upload({AnswerWith(200, body)}).outcome, UploadOutcome::kAccepted) << body;
  }
}

TEST_F(UploaderTest, CoverIsMarkedAndLooksLikeAnUpload) {
  TestServer server([](const http::Request&) { return AnswerWith(200); });
  Uploader uploader(*client_, server.Url("/v1/publish"), retry_, random_, [](seconds) {});
  EXPECT_TRUE(uploader.SendCover());
  const http::Request request = server.Requests().at(0);
  EXPECT_EQ(request.Header("X-Chaff"), "1");
  EXPECT_EQ(request.Header("Content-Type"), "application/json");
  EXPECT_EQ(json::Document(request.body).outcome(), json::ParseOutcome::kOk);
}

TEST(UploadBody, HasALengthThatSaysNothing) {
  base::SeededRandom random(1);
  std::size_t shortest = SIZE_MAX;
  std::size_t longest = 0;
  for (int i = 0; i < 200; ++i) {
    UploadContent content = SomeContent();
    content.keys.resize(1 + static_cast<std::size_t>(i) % 30, content.keys[0]);
    const std::string body = i % 2 == 0 ? UploadBody(content, random) : CoverBody(random);
    EXPECT_GE(body.size(), kBodyBytesMin);
    EXPECT_LT(body.size(), kBodyBytesMin + kBodyBytesRange);
    shortest = std::min(shortest, body.size());
    longest = std::max(longest, body.size());
  }
  EXPECT_LT(shortest, kBodyBytesMin + kBodyBytesRange / 10);
  EXPECT_GT(longest, kBodyBytesMin + kBodyBytesRange * 9 / 10);
}

TEST(UploadBody, PadsEvenWhatIsLongerThanTheLeast) {
  base::SeededRandom random(1);
  UploadContent content = SomeContent();
  content.certificate = std::string(kBodyBytesMin, 'c');
  const std::size_t one = UploadBody(content, random).size();
  const std::size_t other = UploadBody(content, random).size();
  EXPECT_GT(one, kBodyBytesMin);
  EXPECT_NE(one, other);
}

TEST(PrepareUpload, SendsEachKeyAsItWasBroadcast) {
  base::SeededRandom random(1);
  KeyRing ring(random);
  const Tek tek = ring.KeyAt(exposure::IntervalAt(kNow));
  const HealthAuthority authority({}, crypto::EcdsaPrivateKey::Generate());
  const auto content =
      PrepareUpload("app", {tek}, {.transmission_risk = 4}, "token", authority, kNow, random);
  ASSERT_EQ(content.keys.size(), 1u);
  EXPECT_EQ(content.keys[0].key_base64, base::ToBase64(tek.key.bytes()));
  EXPECT_EQ(content.keys[0].rolling_start, tek.start.number);
  EXPECT_EQ(content.keys[0].rolling_period, 144);
  EXPECT_EQ(content.keys[0].transmission_risk, 4);
  EXPECT_EQ(content.revision_token, "token");
  EXPECT_EQ(content.health_authority_id, "app");
}

TEST(PrepareUpload, TakesAFreshHmacKeyEachTime) {
  base::SeededRandom random(1);
  KeyRing ring(random);
  const std::vector<Tek> keys = {ring.KeyAt(exposure::IntervalAt(kNow))};
  const HealthAuthority authority({}, crypto::EcdsaPrivateKey::Generate());
  const auto one = PrepareUpload("app", keys, {}, "", authority, kNow, random);
  const auto two = PrepareUpload("app", keys, {}, "", authority, kNow, random);
  EXPECT_NE(one.hmac_key_base64, two.hmac_key_base64);
}

}  // namespace
}  // namespace enks::phone
