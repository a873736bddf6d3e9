#include "publish/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/testing/memory_fixture.h"

// Which answer each kind of request gets: the tables of spec/publish.md sections 2 to 7.
namespace enks::publish {
namespace {

using exposure::SubmittedKey;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::SizeIs;
using testing::StartsWith;

TEST_F(EndpointTest, StoresCertifiedKeysAndSaysHowMany) {
  const Answer answer = Send(Certified({YesterdaysKey(1), YesterdaysKey(2)}));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"revisionToken":"T","insertedExposures":2,"padding":"P"})");
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
  std::uint8_t number = 0;
  for (const char* method : {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "post", "BREW"}) {
    http::Request request = RequestOf(Certified({YesterdaysKey(++number)}).Json());
    request.method = method;
    const Answer answer = Send(std::move(request));
    EXPECT_EQ(answer.status, 200) << method;
    EXPECT_EQ(answer.body, R"({"revisionToken":"T","insertedExposures":1,"padding":"P"})")
        << method;
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
  endpoint_ = Make(store_, unread, random_);
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
  EXPECT_EQ(Send(Uncertified({YesterdaysKey(1)})).body,
            R"({"revisionToken":"T","insertedExposures":1,"padding":"P"})");
  EXPECT_EQ(store_.last_upload().keys.at(0).report_type, exposure::ReportType::kUnspecified);
  EXPECT_EQ(store_.last_upload().origin.health_authority_id, std::nullopt);
  // Only the number is logged, and not at the second in which the upload came.
  EXPECT_EQ(log_.Text(), "");
  clock_.Advance(std::chrono::minutes(1));
  EXPECT_EQ(Send(Uncertified({})).status, 400);
  EXPECT_THAT(log_.Text(), HasSubstr(R"("app":"com.example.app","uploads":1)"));
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

TEST_F(EndpointTest, TakesThirtyKeysAndNotOneMoreUnlessToldOtherwise) {
  std::vector<SubmittedKey> keys;
  for (std::uint8_t i = 0; i < 30; ++i) {
    // Keys of an hour each, one after the other.
    keys.push_back({base::ToBase64(base::Bytes(16, i)), kToday - 288 + i * 6, 6, 0});
  }
  EXPECT_EQ(Send(Certified(keys)).body,
            R"({"revisionToken":"T","insertedExposures":30,"padding":"P"})");
  keys.push_back({base::ToBase64(base::Bytes(16, 30)), kToday - 288 + 30 * 6, 6, 0});
  const Answer answer = Send(Certified(keys));
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("too many exposure keys in the request: 31, at most 30"));
  EXPECT_EQ(*store_.CountKeys(), 30);
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
            R"({"revisionToken":"T","insertedExposures":2,)"
            R"("error":"1 error occurred:\n\t* key 2 cannot be imported: )"
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
  EXPECT_EQ(answer.body, R"({"revisionToken":"T","insertedExposures":1,"padding":"P",)"
                         R"("warnings":["key 1 symptom onset is too large, )"
                         R"(13 \u003e 10 - saving without this key"]})");
}

TEST_F(EndpointTest, WarnsInARefusalToo) {
  SubmittedKey bad = YesterdaysKey(1);
  bad.rolling_period = 145;
  UploadText upload =
      Certified({bad, {base::ToBase64(base::Bytes(16, 9)), kToday - 13 * 144, 144, 0}});
  upload.symptom_onset = kToday + 2;
  options_.rules.onset_days_max = 10;
  Restart(store_);
  ExpectRefused(Send(upload), 400,
                R"({"error":"unable to read request data: 1 error occurred:\n\t* key 0 cannot be )"
                R"(imported: rolling period 145 is not between 1 and 144\n\n",)"
                R"("code":"bad_request","padding":"P","warnings":["key 1 symptom onset is too )"
                R"(large, 13 \u003e 10 - saving without this key"]})");
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

}  // namespace
}  // namespace enks::publish
