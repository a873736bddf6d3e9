// What the store decides, or fails to: spec/publish.md section 5, step 8.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/testing/memory_fixture.h"

namespace enks::publish {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::Pair;

// Step 8: what the store decides. Each test first publishes key 1 as likely.
class EndpointRevisionTest : public EndpointTest {
 protected:
  void SetUp() override {
    EndpointTest::SetUp();
    ASSERT_EQ(Send(Certified({YesterdaysKey(1)}, exposure::ReportType::kLikely)).status, 200);
    stored_before_ = 1;
  }

  void BypassTokens() {
    ChangeApp([](store::AuthorizedApp& app) { app.bypass_revision_token = true; });
  }
};

TEST_F(EndpointRevisionTest, NeedsATokenForStoredKeys) {
  ExpectRefused(Send(Certified({YesterdaysKey(1), YesterdaysKey(2)})), 400,
                R"({"error":"no revision token, but sent existing keys",)"
                R"("code":"missing_revision_token","padding":"P"})");
}

TEST_F(EndpointRevisionTest, RefusesATokenThatDoesNotOpen) {
  UploadText upload = Certified({YesterdaysKey(1)});
  upload.revision_token = "AAAA";
  ExpectRefused(Send(upload), 400,
                R"({"error":"revision token is invalid","code":"invalid_revision_token",)"
                R"("padding":"P"})");
}

TEST_F(EndpointRevisionTest, TreatsATokenThatIsNoBase64AsAbsent) {
  UploadText upload = Certified({YesterdaysKey(1)});
  upload.revision_token = "!";
  EXPECT_THAT(Send(upload).body, HasSubstr(R"("code":"missing_revision_token")"));
}

TEST_F(EndpointRevisionTest, TakesNewKeysWhateverTheToken) {
  UploadText upload = Certified({YesterdaysKey(2)});
  upload.revision_token = "AAAA";
  EXPECT_EQ(Send(upload).body, R"({"revisionToken":"T","insertedExposures":1,"padding":"P"})");
}

TEST_F(EndpointRevisionTest, RevisesWithoutATokenWhereItMayBeBypassed) {
  BypassTokens();
  EXPECT_EQ(Send(Certified({YesterdaysKey(1)})).body, R"({"revisionToken":"T","padding":"P"})");
  ExpectRefused(Send(Certified({YesterdaysKey(1)}, exposure::ReportType::kNegative)), 400,
                R"({"error":"key was already revised","code":"key_already_revised",)"
                R"("padding":"P"})");
}

TEST_F(EndpointRevisionTest, RefusesForbiddenTransitions) {
  BypassTokens();
  ExpectRefused(Send(Certified({YesterdaysKey(1)}, exposure::ReportType::kUserReport)), 400,
                R"({"error":"report type may not change from \"likely\" to \"user-report\"",)"
                R"("code":"invalid_report_type_transition","padding":"P"})");
}

// Divergence P5: the reference answers "Internal Server Error" with status 400 to both.
TEST_F(EndpointRevisionTest, RefusesKeysOfPartners) {
  BypassTokens();
  store_.MakeForeign(*exposure::KeyData::From(base::Bytes(16, 1)));
  ExpectRefused(Send(Certified({YesterdaysKey(1)})), 400,
                R"({"error":"key was not published here","code":"key_not_local",)"
                R"("padding":"P"})");
}

TEST_F(EndpointTest, RefusesKeysThatChangedSinceTheyWereStored) {
  store::UploadOutcome outcome;
  outcome.refusal = exposure::Refusal::kKeyChanged;
  store_.EndUploadsWith(outcome);
  ExpectRefused(Send(Certified({YesterdaysKey(1)})), 400,
                R"({"error":"key was published with another start or period",)"
                R"("code":"key_changed","padding":"P"})");
}

// Divergence P4: the reference answers 400 to all of these, and phones give up.
TEST_F(EndpointTest, AsksToTryAgainWhileTheStoreIsBusyOrAway) {
  for (const Status& failure :
       {absl::ResourceExhaustedError("queue full"), absl::UnavailableError("no connection")}) {
    store_.EndUploadsWith(failure);
    const Answer answer = Send(Certified({YesterdaysKey(1)}));
    ExpectRefused(answer, 503,
                  R"({"error":"Service Unavailable","code":"internal_error","padding":"P"})");
    EXPECT_THAT(answer.headers, testing::Contains(Pair("Retry-After", "30")));
  }
}

TEST_F(EndpointTest, AnswersAServersFaultToAnyOtherFailureOfTheStoreWithoutItsText) {
  store_.EndUploadsWith(absl::InternalError("disk /secret/path"));
  const Answer answer = Send(Certified({YesterdaysKey(1)}));
  ExpectRefused(answer, 500,
                R"({"error":"Internal Server Error","code":"internal_error","padding":"P"})");
  EXPECT_THAT(answer.headers, Not(testing::Contains(Pair("Retry-After", "30"))));
}

TEST_F(EndpointTest, KeepsWarningsWhenTheStoreRefuses) {
  UploadText upload = Certified(
      {YesterdaysKey(1), {base::ToBase64(base::Bytes(16, 9)), kToday - 13 * 144, 144, 0}});
  options_.rules.onset_days_max = 8;
  Restart(store_);
  store_.EndUploadsWith(absl::InternalError("x"));
  const Answer answer = Send(upload);
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr(R"("warnings":["key 1 symptom onset)"));
}

TEST_F(EndpointTest, AnswersOnceTheStoreIsDoneEvenWhenTheEndpointIsGone) {
  store_.HoldUploads();
  std::optional<http::Response> got;
  endpoint_->Handle(RequestOf(Certified({YesterdaysKey(1)}).Json()),
                    [&](http::Response response) { got = std::move(response); });
  EXPECT_FALSE(got);
  endpoint_.reset();
  store_.Release();
  ASSERT_TRUE(got);
  EXPECT_EQ(WithoutPadding(*std::move(got)).body,
            R"({"revisionToken":"T","insertedExposures":1,"padding":"P"})");
}

TEST_F(EndpointTest, KeepsBodiesAndKeysOutOfTheLog) {
  ChangeApp([](store::AuthorizedApp& app) { app.bypass_certificate = true; });
  UploadText upload = Uncertified({YesterdaysKey(1), {"not a key at all", 0, 0, 0}});
  upload.revision_token = "dG9rZW4=";
  EXPECT_EQ(Send(upload).status, 200);
  store_.EndUploadsWith(absl::InternalError("x"));
  Send(upload);
  for (const std::string& secret : {upload.keys[0].key_base64, upload.keys[1].key_base64,
                                    upload.revision_token, upload.hmac_key}) {
    EXPECT_THAT(log_.Text(), Not(HasSubstr(secret)));
  }
}

}  // namespace
}  // namespace enks::publish
