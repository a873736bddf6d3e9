#include "publish/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/testing/endpoint_fixture.h"
#include "publish/testing/memory_store.h"

namespace enks::publish {
namespace {

using exposure::SubmittedKey;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using testing::StartsWith;

// Which answer each kind of request gets: the tables of spec/publish.md sections 2 to 5.
class EndpointTest : public EndpointFixture {
 protected:
  void SetUp() override {
    store_.authorities = {issuer_.Authority()};
    store_.authorities[0].id = 1;
    store_.apps = {App("com.example.app")};
    Start(store_);
  }

  // Changes the app and reads the directory anew.
  void ChangeApp(const std::function<void(store::AuthorizedApp&)>& change) {
    change(store_.apps.at(0));
    ASSERT_TRUE(directory_->Refresh().ok());
  }

  // An upload without a certificate, for an app that needs none.
  static UploadText Uncertified(std::vector<SubmittedKey> keys) {
    UploadText upload;
    upload.keys = std::move(keys);
    return upload;
  }

  void ExpectRefused(const Answer& answer, int status, std::string_view body) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.body, body);
    EXPECT_EQ(*store_.CountKeys(), stored_before_);
  }

  MemoryStore store_;
  std::int64_t stored_before_ = 0;
};

TEST_F(EndpointTest, StoresCertifiedKeysAndSaysHowMany) {
  const Answer answer = Send(Certified({YesterdaysKey(1), YesterdaysKey(2)}));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"insertedExposures":2,"padding":"P"})");
  EXPECT_THAT(answer.headers,
              ElementsAre(Pair("Content-Type", "application/json"), Pair("X-Api-Version", "v1")));
  EXPECT_FALSE(answer.close);

  const store::KeyUpload& stored = store_.last_upload();
  ASSERT_THAT(stored.keys, SizeIs(2));
  EXPECT_EQ(stored.keys[0].report_type, exposure::ReportType::kConfirmed);
  EXPECT_EQ(stored.keys[0].transmission_risk, 2);
  EXPECT_EQ(stored.origin.app, "com.example.app");
  EXPECT_THAT(stored.origin.regions, ElementsAre("US", "US-WA"));
  EXPECT_FALSE(stored.origin.traveler);
  EXPECT_EQ(stored.origin.health_authority_id, 1);
  EXPECT_EQ(stored.origin.certificate_key_version, "v1");
  EXPECT_TRUE(stored.policy.token_required);
  EXPECT_FALSE(stored.policy.allow_partial);
  EXPECT_FALSE(stored.policy.token_unreadable);
  EXPECT_EQ(stored.policy.oldest_revisable.number, kCurrent - 360 * 6);
}

TEST_F(EndpointTest, MarksKeysOfTravelers) {
  UploadText upload = Certified({YesterdaysKey(1)});
  upload.traveler = true;
  EXPECT_EQ(Send(upload).status, 200);
  EXPECT_TRUE(store_.last_upload().origin.traveler);
}

TEST_F(EndpointTest, FindsTheAppInAnyCase) {
  UploadText upload = Certified({YesterdaysKey(1)});
  upload.health_authority_id = "COM.Example.App";
  EXPECT_EQ(Send(upload).status, 200);
  EXPECT_EQ(store_.last_upload().origin.app, "com.example.app");
}

TEST_F(EndpointTest, TakesAnyMethod) {
  for (const char* method : {"GET", "PUT", "DELETE"}) {
    http::Request request = RequestOf(Certified({YesterdaysKey(1)}).Json());
    request.method = method;
    EXPECT_NE(Send(std::move(request)).status, 405);
  }
}

TEST_F(EndpointTest, RefusesOtherContentTypes) {
  http::Request request = RequestOf("{}");
  request.headers = {{"Content-Type", "text/plain"}};
  ExpectRefused(Send(std::move(request)), 415,
                R"({"error":"error unmarshalling API call, code: 415: )"
                R"(content-type is not application/json","code":"bad_request","padding":"P"})");
  http::Request untyped = RequestOf("{}");
  untyped.headers.clear();
  EXPECT_EQ(Send(std::move(untyped)).status, 415);
}

TEST_F(EndpointTest, RefusesBodiesThatAreNoUpload) {
  ExpectRefused(Send(RequestOf("totally not json")), 400,
                R"({"error":"error unmarshalling API call, code: 400: )"
                R"(malformed json at position 2","code":"bad_request","padding":"P"})");
  ExpectRefused(Send(RequestOf("")), 400,
                R"({"error":"error unmarshalling API call, code: 400: )"
                R"(body must not be empty","code":"bad_request","padding":"P"})");
  ExpectRefused(Send(RequestOf(R"({"regions":[]})")), 400,
                R"({"error":"error unmarshalling API call, code: 400: )"
                R"(unknown field \"regions\"","code":"bad_request","padding":"P"})");
}

TEST_F(EndpointTest, RefusesBodiesOverTheLimitAndCloses) {
  http::Request request = RequestOf(R"({"padding":")" + std::string(kBodyBytesMax - 12, 'a'));
  request.body_too_large = true;
  const Answer answer = Send(std::move(request));
  ExpectRefused(answer, 413,
                R"({"error":"error unmarshalling API call, code: 413: )"
                R"(http: request body too large","code":"bad_request","padding":"P"})");
  EXPECT_TRUE(answer.close);
}

TEST_F(EndpointTest, TakesBodiesUpToTheLimit) {
  std::string body = Certified({YesterdaysKey(1)}).Json();
  body.insert(1, R"("padding":"",)");
  body.insert(12, std::string(kBodyBytesMax - body.size(), 'a'));
  ASSERT_EQ(body.size(), kBodyBytesMax);
  EXPECT_EQ(Send(RequestOf(std::move(body))).status, 200);
}

TEST_F(EndpointTest, RefusesUnknownApps) {
  UploadText upload = Certified({YesterdaysKey(1)});
  upload.health_authority_id = "com.<other>";
  ExpectRefused(Send(upload), 401,
                R"({"error":"unauthorized health authority: com.\u003cother\u003e",)"
                R"("code":"unknown_health_authority_id","padding":"P"})");
  ExpectRefused(Send(RequestOf("null")), 401,
                R"({"error":"unauthorized health authority: ",)"
                R"("code":"unknown_health_authority_id","padding":"P"})");
}

TEST_F(EndpointTest, AsksToTryAgainBeforeTheDirectoryWasRead) {
  authority::Directory unread(store_);
  endpoint_ = MakePublishEndpoint(options_, unread, store_, clock_, random_, log_);
  const Answer answer = Send(Certified({YesterdaysKey(1)}));
  ExpectRefused(answer, 503,
                R"({"error":"unable to load health authority",)"
                R"("code":"unable_to_load_health_authority","padding":"P"})");
  EXPECT_THAT(answer.headers, testing::Contains(Pair("Retry-After", "30")));
}

TEST_F(EndpointTest, NeedsARegionOfTheAppOrADefault) {
  ChangeApp([](store::AuthorizedApp& app) { app.regions.clear(); });
  ExpectRefused(Send(Certified({YesterdaysKey(1)})), 500,
                R"({"error":"no regions are configured for health authority: com.example.app",)"
                R"("code":"health_authority_missing_region_config","padding":"P"})");
  options_.default_region = "ca";
  Restart(store_);
  EXPECT_EQ(Send(Certified({YesterdaysKey(1)})).status, 200);
  EXPECT_THAT(store_.last_upload().origin.regions, ElementsAre("CA"));
}

TEST_F(EndpointTest, RefusesUploadsWithoutAValidCertificate) {
  UploadText upload = Certified({YesterdaysKey(1)});
  upload.keys[0].rolling_period = 5;  // not what the certificate vouches for
  const Answer answer = Send(upload);
  EXPECT_EQ(answer.status, 401);
  EXPECT_THAT(answer.body, StartsWith(R"({"error":"unable to validate diagnosis verification: )"));
  EXPECT_THAT(answer.body,
              HasSubstr(R"("code":"health_authority_verification_certificate_invalid")"));
  EXPECT_EQ(Send(Uncertified({YesterdaysKey(1)})).status, 401);
  EXPECT_EQ(*store_.CountKeys(), 0);
}

TEST_F(EndpointTest, RefusesACertifiedUploadWithoutKeysForItsCertificate) {
  EXPECT_EQ(Send(Certified({})).status, 401);
}

TEST_F(EndpointTest, TakesUncertifiedUploadsOfAppsThatMayBypassCertificates) {
  ChangeApp([](store::AuthorizedApp& app) { app.bypass_certificate = true; });
  EXPECT_EQ(Send(Uncertified({YesterdaysKey(1)})).body, R"({"insertedExposures":1,"padding":"P"})");
  EXPECT_EQ(store_.last_upload().keys.at(0).report_type, exposure::ReportType::kUnspecified);
  EXPECT_EQ(store_.last_upload().origin.health_authority_id, std::nullopt);
  EXPECT_THAT(log_.Text(), HasSubstr("without a valid certificate"));
}

TEST_F(EndpointTest, UsesAValidCertificateEvenWhereItMayBeBypassed) {
  ChangeApp([](store::AuthorizedApp& app) { app.bypass_certificate = true; });
  EXPECT_EQ(Send(Certified({YesterdaysKey(1)}, exposure::ReportType::kLikely)).status, 200);
  EXPECT_EQ(store_.last_upload().keys.at(0).report_type, exposure::ReportType::kLikely);
  EXPECT_EQ(store_.last_upload().origin.health_authority_id, 1);
}

TEST_F(EndpointTest, RefusesUploadsOfWhichNoKeyPasses) {
  SubmittedKey key = YesterdaysKey(1);
  key.rolling_period = 145;
  ExpectRefused(Send(Certified({key})), 400,
                R"({"error":"unable to read request data: 1 error occurred:\n\t* key 0 cannot be )"
                R"(imported: rolling period 145 is not between 1 and 144\n\n",)"
                R"("code":"bad_request","padding":"P"})");
}

TEST_F(EndpointTest, RefusesUploadsWithoutKeysOrWithTooMany) {
  ChangeApp([](store::AuthorizedApp& app) { app.bypass_certificate = true; });
  ExpectRefused(Send(Uncertified({})), 400,
                R"({"error":"unable to read request data: no exposure keys in the request",)"
                R"("code":"bad_request","padding":"P"})");
  options_.rules.keys_max = 2;
  Restart(store_);
  const std::vector<SubmittedKey> keys = {YesterdaysKey(1), YesterdaysKey(2), YesterdaysKey(3)};
  EXPECT_THAT(Send(Uncertified(keys)).body, HasSubstr("too many exposure keys"));
  EXPECT_EQ(*store_.CountKeys(), 0);
  EXPECT_EQ(Send(Uncertified({keys[0], keys[1]})).status, 200);
}

TEST_F(EndpointTest, RefusesOverlappingKeysAsAWhole) {
  SubmittedKey longer = YesterdaysKey(1);
  longer.rolling_period = 7;
  const Answer answer = Send(Certified({YesterdaysKey(2), longer}));
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("unable to read request data: keys 1 and 0 overlap"));
  EXPECT_EQ(*store_.CountKeys(), 0);
}

TEST_F(EndpointTest, StoresTheGoodKeysAndReportsTheOthersInTheClientsOrder) {
  // Sorted by their text, as the reference does it, the bad key would come first.
  SubmittedKey bad = YesterdaysKey(0);
  bad.transmission_risk = 9;
  const Answer answer = Send(Certified({YesterdaysKey(2), YesterdaysKey(1), bad}));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body,
            R"({"insertedExposures":2,"error":"1 error occurred:\n\t* key 2 cannot be imported: )"
            R"(transmission risk 9 is not between 0 and 8\n\n","code":"partial_failure",)"
            R"("padding":"P"})");
}

TEST_F(EndpointTest, WarnsOfKeysDroppedForTheirOnsetWithoutAnError) {
  UploadText upload = Certified(
      {YesterdaysKey(1), {base::ToBase64(base::Bytes(16, 9)), kToday - 13 * 144, 144, 0}});
  upload.symptom_onset = kToday + 2;
  options_.rules.onset_days_max = 10;
  Restart(store_);
  const Answer answer = Send(upload);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(
      answer.body,
      R"({"insertedExposures":1,"padding":"P","warnings":["key 1 symptom onset is too large, )"
      R"(13 \u003e 10 - saving without this key"]})");
}

TEST_F(EndpointTest, AcceptsUploadsOfWhichTheOnsetDroppedEveryKey) {
  UploadText upload = Certified({YesterdaysKey(1)});
  upload.symptom_onset = kToday - 20 * 144;
  const Answer answer = Send(upload);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body,
            R"({"padding":"P","warnings":["key 0 symptom onset is too large, 19 \u003e 14 - )"
            R"(saving without this key"]})");
  EXPECT_EQ(store_.uploads_submitted(), 0);
}

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
  EXPECT_EQ(Send(upload).body, R"({"insertedExposures":1,"padding":"P"})");
}

TEST_F(EndpointRevisionTest, RevisesWithoutATokenWhereItMayBeBypassed) {
  BypassTokens();
  EXPECT_EQ(Send(Certified({YesterdaysKey(1)})).body, R"({"padding":"P"})");
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

// Divergence P4: the reference answers 400 to all of these, and phones give up.
TEST_F(EndpointTest, AsksToTryAgainWhileTheStoreIsBusyOrAway) {
  for (const Status& failure :
       {absl::ResourceExhaustedError("queue full"), absl::UnavailableError("no connection")}) {
    store_.FailUploads(failure);
    const Answer answer = Send(Certified({YesterdaysKey(1)}));
    ExpectRefused(answer, 503,
                  R"({"error":"Service Unavailable","code":"internal_error","padding":"P"})");
    EXPECT_THAT(answer.headers, testing::Contains(Pair("Retry-After", "30")));
  }
}

TEST_F(EndpointTest, AnswersAServersFaultToAnyOtherFailureOfTheStoreWithoutItsText) {
  store_.FailUploads(absl::InternalError("disk /secret/path"));
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
  store_.FailUploads(absl::InternalError("x"));
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
  EXPECT_EQ(WithoutPadding(*std::move(got)).body, R"({"insertedExposures":1,"padding":"P"})");
}

TEST_F(EndpointTest, TellsEveryUploadToComeLaterInMaintenance) {
  options_.maintenance = true;
  Restart(store_);
  const auto response = Handle(RequestOf(Certified({YesterdaysKey(1)}).Json()));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 429);
  EXPECT_EQ(response->body, R"({"error": "please try again later"})");
  EXPECT_THAT(response->headers, ElementsAre(Pair("Content-Type", "application/json")));
  EXPECT_EQ(store_.uploads_submitted(), 0);
}

http::Request Chaff(std::string body) {
  http::Request request;
  request.headers = {{"X-Chaff", "1"}};
  request.body = std::move(body);
  return request;
}

TEST_F(EndpointTest, AnswersDecoysWithoutLookingAtThemEvenInMaintenance) {
  options_.maintenance = true;
  Restart(store_);
  const auto response = Handle(Chaff("no json"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_THAT(response->body, StartsWith(R"({"padding":)"));
}

TEST_F(EndpointTest, GivesDecoysTheHeadAndTheSizesOfSuccessfulAnswers) {
  options_.padding_bytes_range = 16;  // few sizes, so that each is met
  Restart(store_);
  // Answers with errors are longer or shorter; they must not shape the decoys.
  const std::string certified = Certified({YesterdaysKey(1)}).Json();
  const auto real = Handle(RequestOf(certified));
  for (int i = 0; i < 20; ++i) Handle(RequestOf("{}"));
  const std::size_t unpadded = std::string(R"({"insertedExposures":1,"padding":""})").size();
  std::size_t shortest = 1'000'000;
  std::size_t longest = 0;
  for (int i = 0; i < 500; ++i) {
    const auto response = Handle(Chaff(""));
    EXPECT_EQ(response->headers, real->headers);
    EXPECT_EQ(response->status, real->status);
    EXPECT_EQ((response->body.size() - unpadded) % 4, 0U);
    shortest = std::min(shortest, response->body.size());
    longest = std::max(longest, response->body.size());
  }
  EXPECT_EQ(shortest, unpadded + 1368);
  EXPECT_EQ(longest, unpadded + 1388);  // 1039 bytes
}

TEST_F(EndpointTest, TakesAnEmptyChaffHeaderForARealUpload) {
  http::Request request = RequestOf(Certified({YesterdaysKey(1)}).Json());
  request.headers.emplace_back("X-Chaff", "");
  EXPECT_EQ(Send(std::move(request)).body, R"({"insertedExposures":1,"padding":"P"})");
}

TEST_F(EndpointTest, KeepsBodiesAndKeysOutOfTheLog) {
  ChangeApp([](store::AuthorizedApp& app) { app.bypass_certificate = true; });
  UploadText upload = Uncertified({YesterdaysKey(1), {"not a key at all", 0, 0, 0}});
  upload.revision_token = "dG9rZW4=";
  EXPECT_EQ(Send(upload).status, 200);
  store_.FailUploads(absl::InternalError("x"));
  Send(upload);
  for (const std::string& secret : {upload.keys[0].key_base64, upload.keys[1].key_base64,
                                    upload.revision_token, upload.hmac_key}) {
    EXPECT_THAT(log_.Text(), Not(HasSubstr(secret)));
  }
}

}  // namespace
}  // namespace enks::publish
