#include "server/health.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <vector>

#include "base/virtual_clock.h"
#include "server/testing/gate.h"

namespace enks::server {
namespace {

using std::chrono::seconds;
using testing::Gate;

class HealthTest : public ::testing::Test {
 protected:
  std::future<http::Response> Ask() {
    std::promise<http::Response> promise;
    auto answer = promise.get_future();
    endpoint_->Handle({}, [promise = std::move(promise)](http::Response response) mutable {
      promise.set_value(std::move(response));
    });
    return answer;
  }

  void Block() { gate_ = &gate_storage_.emplace(); }

  base::VirtualClock clock_{base::UnixTime(seconds(1'700'000'000))};
  std::atomic<int> probes_ = 0;
  std::atomic<bool> healthy_ = true;
  std::optional<Gate> gate_storage_;
  std::atomic<Gate*> gate_ = nullptr;
  // Goes before what its tasks use, as in the server.
  base::WorkerPool worker_{1, 1};
  std::unique_ptr<http::Handler> endpoint_ = MakeHealthEndpoint(
      [this] {
        ++probes_;
        if (Gate* const gate = gate_.exchange(nullptr)) gate->Pass();
        return healthy_ ? absl::OkStatus() : absl::UnavailableError("the database is away");
      },
      worker_, clock_);
};

TEST_F(HealthTest, AGoodProbeIsAnsweredAsTheReferenceDoes) {
  const http::Response answer = Ask().get();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"status": "ok"})");
  EXPECT_EQ(answer.headers, (http::Headers{{"Content-Type", "text/plain; charset=utf-8"}}));
}

TEST_F(HealthTest, ABadProbeIsA500ThatTellsNoReason) {
  healthy_ = false;
  const http::Response answer = Ask().get();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, "Internal Server Error\n");
}

TEST_F(HealthTest, AnOutcomeIsRememberedForASecondAndNoLonger) {
  EXPECT_EQ(Ask().get().status, 200);
  healthy_ = false;
  clock_.Advance(seconds(1));
  EXPECT_EQ(Ask().get().status, 200);
  EXPECT_EQ(probes_, 1);
  clock_.Advance(seconds(1));
  EXPECT_EQ(Ask().get().status, 500);
  healthy_ = true;
  EXPECT_EQ(Ask().get().status, 500);
  EXPECT_EQ(probes_, 2);
}

TEST_F(HealthTest, AnyNumberThatAsksDuringAProbeSharesItsOutcome) {
  Block();
  Gate& gate = *gate_storage_;
  std::vector<std::future<http::Response>> answers;
  answers.push_back(Ask());
  gate.WaitForArrival();
  for (int i = 0; i < 1000; ++i) answers.push_back(Ask());
  EXPECT_EQ(answers.back().wait_for(seconds(0)), std::future_status::timeout);
  gate.Open();
  for (auto& answer : answers) EXPECT_EQ(answer.get().status, 200);
  EXPECT_EQ(probes_, 1);
}

TEST_F(HealthTest, AFullQueueIsAnsweredAsIllAndTheNextProbeRunsAgain) {
  Gate gate;
  ASSERT_TRUE(worker_.Submit([&gate] { gate.Pass(); }));
  gate.WaitForArrival();
  ASSERT_TRUE(worker_.Submit([] {}));
  EXPECT_EQ(Ask().get().status, 500);
  EXPECT_EQ(probes_, 0);
  gate.Open();
  clock_.Advance(seconds(2));
  // The worker may still hold what was in its queue.
  while (Ask().get().status != 200) clock_.Advance(seconds(2));
  EXPECT_EQ(probes_, 1);
}

TEST_F(HealthTest, LivenessAsksNobody) {
  const auto live = MakeLivenessEndpoint();
  healthy_ = false;
  int status = 0;
  live->Handle({}, [&status](http::Response response) { status = response.status; });
  EXPECT_EQ(status, 200);
  EXPECT_EQ(probes_, 0);
}

}  // namespace
}  // namespace enks::server
