#include "publish/upload_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace enks::publish {
namespace {

using testing::SizeIs;

UploadRequest Taken(std::string_view bytes) {
  auto read = ReadUploadRequest({"application/json", bytes, false});
  EXPECT_TRUE(std::holds_alternative<UploadRequest>(read))
      << std::get<json::BodyFault>(read).detail;
  return std::get<UploadRequest>(std::move(read));
}

// The fault of a body that must have one, or "none".
std::string FaultOf(std::string_view bytes, bool too_large = false) {
  const auto read = ReadUploadRequest({"application/json", bytes, too_large});
  if (std::holds_alternative<UploadRequest>(read)) return "none";
  const json::BodyFault& fault = std::get<json::BodyFault>(read);
  EXPECT_EQ(fault.kind == json::BodyFaultKind::kTooLarge,
            fault.detail == "http: request body too large");
  return fault.detail;
}

TEST(ReadUploadRequest, ReadsEveryMember) {
  const UploadRequest request = Taken(
      R"({"temporaryExposureKeys":[{"key":"a2V5","rollingStartNumber":7,"rollingPeriod":144,)"
      R"("transmissionRisk":-4294967296}],"healthAuthorityID":"App","verificationPayload":"jwt",)"
      R"("hmacKey":"mac","symptomOnsetInterval":-3,"traveler":true,"revisionToken":"token",)"
      R"("padding":"anything at all"})");
  ASSERT_THAT(request.keys, SizeIs(1));
  EXPECT_EQ(request.keys[0].key_base64, "a2V5");
  EXPECT_EQ(request.keys[0].rolling_start, 7);
  EXPECT_EQ(request.keys[0].rolling_period, 144);
  EXPECT_EQ(request.keys[0].transmission_risk, -4294967296);
  EXPECT_EQ(request.health_authority_id, "App");
  EXPECT_EQ(request.verification_payload, "jwt");
  EXPECT_EQ(request.hmac_key, "mac");
  EXPECT_EQ(request.symptom_onset, -3);
  EXPECT_TRUE(request.traveler);
  EXPECT_EQ(request.revision_token, "token");
}

TEST(ReadUploadRequest, LeavesWhatIsMissingAtZero) {
  for (const char* body : {"{}", "null", R"({"temporaryExposureKeys":null,"traveler":null})"}) {
    const UploadRequest request = Taken(body);
    EXPECT_THAT(request.keys, SizeIs(0));
    EXPECT_EQ(request.health_authority_id, "");
    EXPECT_FALSE(request.traveler);
  }
  const UploadRequest request = Taken(R"({"temporaryExposureKeys":[{}]})");
  ASSERT_THAT(request.keys, SizeIs(1));
  EXPECT_EQ(request.keys[0].rolling_period, 0);
  EXPECT_EQ(request.keys[0].transmission_risk, 0);
}

TEST(ReadUploadRequest, MatchesMembersInAnyCase) {
  EXPECT_EQ(Taken(R"({"hmackey":"a"})").hmac_key, "a");
  EXPECT_EQ(Taken(R"({"VerificationPayload":"b"})").verification_payload, "b");
  const UploadRequest request = Taken(R"({"temporaryexposurekeys":[{"TransmissionRisk":3}]})");
  EXPECT_EQ(request.keys.at(0).transmission_risk, 3);
}

TEST(ReadUploadRequest, RefusesMembersOfTheOlderApi) {
  EXPECT_EQ(FaultOf(R"({"regions":["US"]})"), R"(unknown field "regions")");
  EXPECT_EQ(FaultOf(R"({"appPackageName":"x"})"), R"(unknown field "appPackageName")");
  EXPECT_EQ(FaultOf(R"({"platform":"ios"})"), R"(unknown field "platform")");
  EXPECT_EQ(FaultOf(R"({"temporaryExposureKeys":[{"trisk":1}]})"), R"(unknown field "trisk")");
}

TEST(ReadUploadRequest, ReadsTheOlderApiUnderItsOwnNames) {
  const auto read = ReadUploadRequest(
      {"application/json",
       R"({"temporaryExposureKeys":[{"key":"a2V5","rollingStartNumber":7,"rollingPeriod":144}],)"
       R"("regions":["US"],"appPackageName":"App","verificationPayload":"jwt","hmackey":"mac",)"
       R"("symptomOnsetInterval":3,"revisionToken":"token","padding":"p","platform":"ios",)"
       R"("deviceVerificationPayload":"anything"})",
       false},
      Api::kV1Alpha1);
  const auto& request = std::get<UploadRequest>(read);
  EXPECT_THAT(request.keys, SizeIs(1));
  EXPECT_THAT(request.regions, testing::ElementsAre("US"));
  EXPECT_EQ(request.health_authority_id, "App");
  EXPECT_EQ(request.verification_payload, "jwt");
  EXPECT_EQ(request.hmac_key, "mac");
  EXPECT_EQ(request.symptom_onset, 3);
  EXPECT_EQ(request.revision_token, "token");
  EXPECT_FALSE(request.traveler);
}

TEST(ReadUploadRequest, TheOlderApiTakesSeveralRegionsForATravelerAndNoMembersOfTheNewer) {
  const auto alpha = [](std::string_view bytes) {
    return ReadUploadRequest({"application/json", bytes, false}, Api::kV1Alpha1);
  };
  EXPECT_TRUE(std::get<UploadRequest>(alpha(R"({"regions":["US","CA"]})")).traveler);
  EXPECT_FALSE(std::get<UploadRequest>(alpha("{}")).traveler);
  EXPECT_EQ(std::get<json::BodyFault>(alpha(R"({"traveler":true})")).detail,
            R"(unknown field "traveler")");
  EXPECT_EQ(std::get<json::BodyFault>(alpha(R"({"healthAuthorityID":"a"})")).detail,
            R"(unknown field "healthAuthorityID")");
}

TEST(ReadUploadRequest, QuotesUnknownNamesAsGoDoes) {
  EXPECT_EQ(FaultOf(R"({"a\"b\\c\n\u0000\u007fd":1})"), R"(unknown field "a\"b\\c\n\x00\x7fd")");
}

// The positions that spec/publish.md section 2 lists.
TEST(ReadUploadRequest, TellsTheKnownPositions) {
  EXPECT_EQ(FaultOf(R"({"temporaryExposureKeys": 42})"),
            R"(invalid value "temporaryExposureKeys" at position 28)");
  EXPECT_EQ(FaultOf(R"({"temporaryExposureKeys": ["41", 42]})"),
            R"(invalid value "temporaryExposureKeys" at position 31)");
  EXPECT_EQ(FaultOf("totally not json"), "malformed json at position 2");
  EXPECT_EQ(FaultOf(R"({"key": "value", badKey: 6)"), "malformed json at position 18");
}

TEST(ReadUploadRequest, RefusesWrongTypesByTheirPath) {
  EXPECT_EQ(FaultOf(R"({"temporaryExposureKeys":[{"key":5}]})"),
            R"(invalid value "temporaryExposureKeys.key" at position 34)");
  EXPECT_EQ(FaultOf(R"({"symptomOnsetInterval":1.0})"),
            R"(invalid value "symptomOnsetInterval" at position 27)");
  EXPECT_EQ(FaultOf(R"({"symptomOnsetInterval":"5"})"),
            R"(invalid value "symptomOnsetInterval" at position 27)");
  EXPECT_EQ(FaultOf(R"({"symptomOnsetInterval":2147483648})"),
            R"(invalid value "symptomOnsetInterval" at position 34)");
  EXPECT_EQ(FaultOf(R"({"symptomOnsetInterval":2147483647})"), "none");
  EXPECT_EQ(FaultOf(R"("text")"), R"(invalid value "" at position 6)");
}

TEST(ReadUploadRequest, PrefersSyntaxErrorsToOthersAndElseTheFirst) {
  EXPECT_EQ(FaultOf(R"({"unknown":1,"traveler":1,})"), "malformed json at position 27");
  EXPECT_EQ(FaultOf(R"({"unknown":1,"traveler":1})"), R"(unknown field "unknown")");
  EXPECT_EQ(FaultOf(R"({"traveler":1,"unknown":1})"), R"(invalid value "traveler" at position 13)");
}

TEST(ReadUploadRequest, RefusesEmptyAndUnfinishedBodies) {
  EXPECT_EQ(FaultOf(""), "body must not be empty");
  EXPECT_EQ(FaultOf(" \r\n\t"), "body must not be empty");
  EXPECT_EQ(FaultOf(R"({"traveler":)"), "malformed json");
  EXPECT_EQ(FaultOf(R"({"healthAuthorityID":"a)"), "malformed json");
}

TEST(ReadUploadRequest, RefusesASecondValueButNotWhiteSpace) {
  EXPECT_EQ(FaultOf("{} {}"), "body must contain only one JSON object");
  EXPECT_EQ(FaultOf("{}x"), "body must contain only one JSON object");
  EXPECT_EQ(FaultOf("{} \n"), "none");
  EXPECT_EQ(FaultOf(R"({"unknown":1} {})"), R"(unknown field "unknown")");
}

TEST(ReadUploadRequest, CallsABodyTooLargeOnlyIfTheLimitCutItsValue) {
  EXPECT_EQ(FaultOf(R"({"padding":"aaaa)", true), "http: request body too large");
  EXPECT_EQ(FaultOf("   ", true), "http: request body too large");
  EXPECT_EQ(FaultOf("{}   ", true), "none");
  EXPECT_EQ(FaultOf("{} {", true), "body must contain only one JSON object");
  EXPECT_EQ(FaultOf("{]", true), "malformed json at position 2");
}

std::string ContentTypeFault(std::string_view content_type) {
  const auto read = ReadUploadRequest({content_type, "{}", false});
  if (std::holds_alternative<UploadRequest>(read)) return "none";
  EXPECT_EQ(std::get<json::BodyFault>(read).kind, json::BodyFaultKind::kContentType);
  return std::get<json::BodyFault>(read).detail;
}

TEST(ReadUploadRequest, TakesJsonInAnyCaseWithAnythingAfterIt) {
  for (const char* type : {"application/json", "application/json; charset=utf-8",
                           "Application/JSON", "application/jsonx"}) {
    EXPECT_EQ(ContentTypeFault(type), "none") << type;
  }
}

TEST(ReadUploadRequest, RefusesOtherContentTypesBeforeTheBody) {
  for (const char* type : {"", "text/plain", "application/jso", "application/xml",
                           "x-application/json", "text/json"}) {
    EXPECT_EQ(ContentTypeFault(type), "content-type is not application/json") << type;
  }
}

}  // namespace
}  // namespace enks::publish
