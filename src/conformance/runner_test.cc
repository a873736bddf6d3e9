#include "conformance/runner.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "base/virtual_clock.h"

namespace enks::conformance {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const base::UnixTime kNow{std::chrono::seconds(1'700'000'000)};

// A server that always answers the same, and may let time pass over it.
class OneAnswer final : public http::Client {
 public:
  Result<http::Response> Send(std::string_view, std::string_view url, const http::Headers&,
                              std::string_view body) override {
    urls.emplace_back(url);
    bodies.emplace_back(body);
    if (!delays.empty()) {
      clock->Advance(delays.back());
      delays.pop_back();
    }
    if (fails) return absl::UnavailableError("refused");
    return answer;
  }

  http::Response answer{.status = 200,
                        .headers = {{"Content-Type", "application/json"}},
                        .body = R"({"revisionToken":"dG9rZW4=","padding":"YWI="})",
                        .file = std::nullopt,
                        .close = false,
                        .declared_length = std::nullopt};
  bool fails = false;
  base::VirtualClock* clock = nullptr;
  std::vector<std::chrono::seconds> delays;  // the last one first
  std::vector<std::string> urls;
  std::vector<std::string> bodies;
};

class RunnerTest : public testing::Test {
 protected:
  RunnerTest() { client_.clock = &clock_; }

  Outcome Run(const std::string& members, Server server = Server::kEnks) {
    const auto file =
        CaseFile::Parse("f.json", fmt::format(R"({{"sheet":"s","topic":"t","padding_bytes":[2,2],
                         "cases":[{{"name":"n",{}}}]}})",
                                              members));
    EXPECT_TRUE(file.ok()) << file.status();
    const ServerSetup setup{{}, {}, crypto::EcdsaPrivateKey::Generate()};
    Runner runner(client_, "http://server/", server, setup, clock_, random_);
    return runner.Run(**file, (*file)->cases().front());
  }

  base::VirtualClock clock_{kNow};
  base::SeededRandom random_{1};
  OneAnswer client_;
};

constexpr const char* kGood = R"("steps":[{"request":{"body":"x"},
    "answer":{"status":200,"body":{"revisionToken":"dG9rZW4="}}}])";

TEST_F(RunnerTest, AnAnswerAsExpectedPasses) {
  const Outcome outcome = Run(kGood);
  EXPECT_EQ(outcome.verdict, Verdict::kPassed);
  EXPECT_THAT(outcome.differences, IsEmpty());
  EXPECT_THAT(client_.urls, ElementsAre("http://server/v1/publish"));
}

TEST_F(RunnerTest, AnotherStatusHeaderOrBodyFails) {
  client_.answer.status = 500;
  EXPECT_THAT(Run(kGood).differences, ElementsAre("step 1: status: expected 200, got 500"));
  client_.answer.status = 200;
  client_.answer.body = "<html>";
  EXPECT_EQ(Run(kGood).verdict, Verdict::kFailed);
  EXPECT_THAT(
      Run(R"("steps":[{"request":{},"answer":{"status":200,"headers":{"A":"b"}}}])").differences,
      ElementsAre(HasSubstr("header A")));
}

TEST_F(RunnerTest, PaddingIsLookedAtWhereverItIsNotNamed) {
  client_.answer.body = R"({"revisionToken":"dG9rZW4="})";
  EXPECT_THAT(Run(kGood).differences, ElementsAre(HasSubstr("body.padding")));
  client_.answer.body = R"({"revisionToken":"dG9rZW4=","padding":"YWJj"})";
  EXPECT_THAT(Run(kGood).differences, ElementsAre(HasSubstr("expected 2 to 2 bytes, got 3")));
}

TEST_F(RunnerTest, NoAnswerFails) {
  client_.fails = true;
  EXPECT_THAT(Run(kGood).differences, Contains(HasSubstr("no answer")));
}

TEST_F(RunnerTest, LaterStepsMaySendTheTokenOfAnEarlierOne) {
  const std::string step = R"({"request":{"body":"x"},"answer":{"status":200}})";
  const std::string second = R"({"request":{"body":[{"$token":1}]},"answer":{"status":200}})";
  EXPECT_EQ(Run(fmt::format(R"("steps":[{},{}])", step, second)).verdict, Verdict::kPassed);
  EXPECT_THAT(client_.bodies, ElementsAre("x", "dG9rZW4="));
}

TEST_F(RunnerTest, StepsAfterAFailedOneAreNotRun) {
  const std::string bad = R"({"request":{},"answer":{"status":400}})";
  EXPECT_EQ(Run(fmt::format(R"("steps":[{},{}])", bad, bad)).verdict, Verdict::kFailed);
  EXPECT_EQ(client_.urls.size(), 1u);
}

TEST_F(RunnerTest, TheReferencesAnswerIsExpectedOfTheReferenceOnly) {
  const std::string members =
      R"("divergence":"P5","steps":[{"request":{},"answer":{"status":400},
         "reference_answer":{"status":200}}])";
  EXPECT_EQ(Run(members).verdict, Verdict::kFailed);
  EXPECT_EQ(Run(members, Server::kReference).verdict, Verdict::kPassed);
}

TEST_F(RunnerTest, AKnownFailureIsGoodUntilItIsFixed) {
  const std::string known = R"("known_failure":"why",)";
  const Outcome failing = Run(known + R"("steps":[{"request":{},"answer":{"status":400}}])");
  EXPECT_EQ(failing.verdict, Verdict::kKnownFailure);
  EXPECT_TRUE(IsGood(failing.verdict));
  const Outcome fixed = Run(known + kGood);
  EXPECT_EQ(fixed.verdict, Verdict::kFixed);
  EXPECT_FALSE(IsGood(fixed.verdict));
  EXPECT_FALSE(IsGood(Verdict::kFailed));
}

TEST_F(RunnerTest, ACaseIsRunAnewWhenAnIntervalEndsMeanwhile) {
  client_.delays = {std::chrono::seconds(0), std::chrono::seconds(600)};
  EXPECT_EQ(Run(kGood).verdict, Verdict::kPassed);
  EXPECT_EQ(client_.urls.size(), 2u);
}

TEST_F(RunnerTest, ACaseThatMakesNoSenseFails) {
  EXPECT_THAT(Run(R"("steps":[{"request":{"odd":1},"answer":{"status":200}}])").differences,
              ElementsAre(HasSubstr("cannot be run")));
  EXPECT_EQ(Run(R"("steps":[{"request":{},"answer":{}}])").verdict, Verdict::kFailed);
}

}  // namespace
}  // namespace enks::conformance
