#include "cli/attestation_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace enks::cli {
namespace {

using attestation::Mode;
using attestation::Policy;
using attestation::Reason;
using attestation::Scheme;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Weight = OpenQuestion::Weight;

Report RefusedReport() {
  Report report;
  report.app = "org.example.app";
  report.scheme = Scheme::kAppAttest;
  report.now = base::UnixTime(std::chrono::seconds(1'600'000'000));
  report.steps = {{"scheme", Reason::kNone, "taken"},
                  {"nonce", Reason::kBindingMismatch, "is 1\x1b[2J, wanted 2"}};
  report.reason = Reason::kBindingMismatch;
  report.binding = {{"digest_hex", "00ff"}};
  return report;
}

TEST(AttestationReportTest, TellsEveryStepWithAMarkAndTheReason) {
  const std::string text = ReportText(RefusedReport());
  EXPECT_THAT(text, HasSubstr("app-attest for org.example.app, at 2020-09-13T12:26:40Z\n"));
  EXPECT_THAT(text, HasSubstr("  ok    scheme                     taken\n"));
  EXPECT_THAT(text, HasSubstr("  FAIL  nonce                      is 1?[2J, wanted 2 "
                              "(binding_mismatch)\n"));
  EXPECT_THAT(text, HasSubstr("digest_hex        00ff\n"));
  EXPECT_THAT(text, HasSubstr("Refused: binding_mismatch: made for another upload"));
}

TEST(AttestationReportTest, TellsProgramsTheSame) {
  Report report = RefusedReport();
  report.questions = {{"replay", "who knows", Weight::kNote}};
  EXPECT_EQ(ReportJson(report),
            R"({"app":"org.example.app","scheme":"app-attest","time":"2020-09-13T12:26:40Z",)"
            R"("outcome":"refused","reason":"binding_mismatch","steps":[)"
            R"({"step":"scheme","result":"ok","explanation":"taken"},)"
            R"({"step":"nonce","result":"failed","reason":"binding_mismatch",)"
            R"("explanation":"is 1\u001b[2J, wanted 2"},)"
            R"({"step":"replay","result":"open","explanation":"who knows"}],)"
            R"("binding":{"digest_hex":"00ff"},"consequence":{"text":""}})");
}

TEST(AttestationReportTest, IsUndecidedOnlyIfNothingFailedAndSomebodyElseDecides) {
  Report report;
  EXPECT_EQ(report.outcome(), Outcome::kAccepted);
  report.questions = {{"replay", "", Weight::kNote}};
  EXPECT_EQ(report.outcome(), Outcome::kAccepted);
  report.questions.push_back({"Apple", "", Weight::kDecides});
  EXPECT_EQ(report.outcome(), Outcome::kUndecided);
  EXPECT_THAT(ReportText(report), HasSubstr("Undecided"));
  report.reason = Reason::kStale;
  EXPECT_EQ(report.outcome(), Outcome::kRefused);
}

Policy Enforced() {
  Policy policy;
  policy.mode = Mode::kEnforce;
  policy.schemes = {Scheme::kAppAttest};
  return policy;
}

TEST(AttestationConsequenceTest, IsTheAnswerThatThePhoneGets) {
  const Consequence refused = ConsequenceOf(Enforced(), RefusedReport(), false);
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.body, HasSubstr(R"("code":"device_attestation_invalid")"));
  Report report = RefusedReport();
  report.reason = Reason::kUnavailable;
  EXPECT_EQ(ConsequenceOf(Enforced(), report, false).status, 503);
  report.reason = Reason::kConfigError;
  EXPECT_EQ(ConsequenceOf(Enforced(), report, false).status, 500);
  report.reason = Reason::kNone;
  EXPECT_EQ(ConsequenceOf(Enforced(), report, false).status, 0);
}

TEST(AttestationConsequenceTest, DependsOnThePolicyAndNotOnTheReasonAlone) {
  Policy policy = Enforced();
  policy.mode = Mode::kObserve;
  EXPECT_EQ(ConsequenceOf(policy, RefusedReport(), false).status, 0);
  policy.mode = Mode::kOff;
  EXPECT_EQ(ConsequenceOf(policy, RefusedReport(), false).status, 0);

  policy = Enforced();
  policy.required_platforms = {exposure::Platform::kAndroid};
  EXPECT_EQ(ConsequenceOf(policy, RefusedReport(), false).status, 0);

  policy = Enforced();
  policy.when_unavailable = attestation::WhenUnavailable::kAllow;
  Report unavailable = RefusedReport();
  unavailable.reason = Reason::kUnavailable;
  EXPECT_EQ(ConsequenceOf(policy, unavailable, false).status, 0);

  policy = Enforced();
  policy.v1alpha1_refusals_look_like_success = true;
  EXPECT_EQ(ConsequenceOf(policy, RefusedReport(), true).status, 200);
  EXPECT_EQ(ConsequenceOf(policy, RefusedReport(), false).status, 401);
}

TEST(AttestationConsequenceTest, IsUnknownWhileSomebodyElseDecides) {
  Report report = RefusedReport();
  report.reason = Reason::kNone;
  report.questions = {{"Apple", "", Weight::kDecides}};
  const Consequence consequence = ConsequenceOf(Enforced(), report, false);
  EXPECT_EQ(consequence.status, 0);
  EXPECT_THAT(consequence.text, HasSubstr("depends"));
}

}  // namespace
}  // namespace enks::cli
