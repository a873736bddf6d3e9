#include "attestation/upstream_judgement.h"

#include <gtest/gtest.h>

#include <string>

// The rows of docs/attestation.md, "DeviceCheck" and "Play Integrity".
namespace enks::attestation {
namespace {

using http::CallOutcome;

http::CallResult Answer(int status, std::string body) {
  http::CallResult result{CallOutcome::kAnswered, {}};
  result.response.status = status;
  result.response.body = std::move(body);
  return result;
}

Judgement Unavailable(AlarmCause cause) {
  return {Reason::kUnavailable, cause};
}

const Judgement kAccepted = {Reason::kNone, std::nullopt};
const Judgement kRejected = {Reason::kUpstreamRejected, std::nullopt};

TEST(JudgeDeviceCheckTest, Status200IsAGoodDeviceWhateverTheBody) {
  for (const char* body : {"", "Bit State Not Found", R"({"bit0":true})"}) {
    EXPECT_EQ(JudgeDeviceCheck(Answer(200, body)), kAccepted) << body;
  }
}

TEST(JudgeDeviceCheckTest, Status400IsABadDeviceUnlessTheTextBlamesTheRequest) {
  for (const char* body :
       {"Bad Device Token", "Missing or incorrectly formatted device token payload", "",
        "Bad Timestamp and more", "<html>Bad Timestamp</html>"}) {
    EXPECT_EQ(JudgeDeviceCheck(Answer(400, body)), kRejected) << body;
  }
  for (const char* body : {"Bad Timestamp", "Bad Bits", "Bad Payload", "Bad Authorization Token",
                           "bad timestamp", " Bad Payload\r\n"}) {
    EXPECT_EQ(JudgeDeviceCheck(Answer(400, body)), Unavailable(AlarmCause::kOurRequest)) << body;
  }
}

TEST(JudgeDeviceCheckTest, OurFaultsAndTheirsAreToldApartByTheAlarm) {
  for (const char* body :
       {"Invalid Authorization Token", "Authorization Token Expired", "Bad Device Token", ""}) {
    EXPECT_EQ(JudgeDeviceCheck(Answer(401, body)), Unavailable(AlarmCause::kOurCredentials));
  }
  EXPECT_EQ(JudgeDeviceCheck(Answer(403, "Forbidden")), Unavailable(AlarmCause::kOurConfiguration));
  EXPECT_EQ(JudgeDeviceCheck(Answer(405, "Method Not Allowed")),
            Unavailable(AlarmCause::kOurConfiguration));
  EXPECT_EQ(JudgeDeviceCheck(Answer(429, "Too Many Requests")), Unavailable(AlarmCause::kBackOff));
  for (int status : {500, 502, 503, 504, 599}) {
    EXPECT_EQ(JudgeDeviceCheck(Answer(status, "Server Error")),
              Unavailable(AlarmCause::kUpstreamDown));
  }
  for (int status : {201, 204, 301, 302, 307, 404, 418}) {
    EXPECT_EQ(JudgeDeviceCheck(Answer(status, "")), Unavailable(AlarmCause::kOurConfiguration));
  }
}

TEST(JudgeDecodingTest, OnlyStatus400IsABadToken) {
  EXPECT_EQ(JudgeDecoding(Answer(200, "{}")), kAccepted);
  EXPECT_EQ(JudgeDecoding(Answer(400, "{}")), kRejected);
  EXPECT_EQ(JudgeDecoding(Answer(401, "")), Unavailable(AlarmCause::kOurCredentials));
  EXPECT_EQ(JudgeDecoding(Answer(403, "")), Unavailable(AlarmCause::kOurCredentials));
  EXPECT_EQ(JudgeDecoding(Answer(404, "")), Unavailable(AlarmCause::kOurConfiguration));
  EXPECT_EQ(JudgeDecoding(Answer(302, "")), Unavailable(AlarmCause::kOurConfiguration));
  EXPECT_EQ(JudgeDecoding(Answer(429, "")), Unavailable(AlarmCause::kBackOff));
  EXPECT_EQ(JudgeDecoding(Answer(500, "")), Unavailable(AlarmCause::kUpstreamDown));
}

TEST(JudgeTokenEndpointTest, ARefusalIsAboutOurCredentials) {
  EXPECT_EQ(JudgeTokenEndpoint(Answer(200, "{}")), kAccepted);
  for (int status : {400, 401, 403}) {
    EXPECT_EQ(JudgeTokenEndpoint(Answer(status, "")), Unavailable(AlarmCause::kOurCredentials));
  }
  EXPECT_EQ(JudgeTokenEndpoint(Answer(404, "")), Unavailable(AlarmCause::kOurConfiguration));
  EXPECT_EQ(JudgeTokenEndpoint(Answer(503, "")), Unavailable(AlarmCause::kUpstreamDown));
}

TEST(JudgeSilenceTest, NoAnswerIsNeverAVerdictOnTheDevice) {
  for (auto outcome :
       {CallOutcome::kNoConnection, CallOutcome::kTimedOut, CallOutcome::kBadAnswer}) {
    EXPECT_EQ(JudgeSilence(outcome), Unavailable(AlarmCause::kUpstreamDown));
  }
  for (auto outcome : {CallOutcome::kNotTrusted, CallOutcome::kBadRequest}) {
    EXPECT_EQ(JudgeSilence(outcome), Unavailable(AlarmCause::kOurConfiguration));
  }
  EXPECT_EQ(JudgeSilence(CallOutcome::kTooMany), Unavailable(AlarmCause::kTooManyCalls));
  for (auto outcome : {CallOutcome::kHeldBack, CallOutcome::kStopped}) {
    EXPECT_EQ(JudgeSilence(outcome), (Judgement{Reason::kUnavailable, std::nullopt}));
    EXPECT_EQ(JudgeDeviceCheck({outcome, {}}).reason, Reason::kUnavailable);
    EXPECT_EQ(JudgeDecoding({outcome, {}}).reason, Reason::kUnavailable);
    EXPECT_EQ(JudgeTokenEndpoint({outcome, {}}).reason, Reason::kUnavailable);
  }
}

}  // namespace
}  // namespace enks::attestation
