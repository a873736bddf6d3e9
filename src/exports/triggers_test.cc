#include "exports/triggers.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace enks::exports {
namespace {

// Keeps tasks until the test runs or drops them.
class TaskList {
 public:
  Executor AsExecutor() {
    return [this](std::function<void()> task) { tasks_.push_back(std::move(task)); };
  }
  std::size_t size() const { return tasks_.size(); }
  void RunAll() {
    for (const auto& task : std::exchange(tasks_, {})) task();
  }
  void DropAll() { tasks_.clear(); }

 private:
  std::vector<std::function<void()>> tasks_;
};

std::shared_ptr<std::optional<http::Response>> Send(http::Handler& handler,
                                                    std::string method = "POST") {
  auto answer = std::make_shared<std::optional<http::Response>>();
  http::Request request;
  request.method = std::move(method);
  request.body = "ignored";
  handler.Handle(std::move(request), [answer](http::Response response) {
    ASSERT_FALSE(answer->has_value()) << "answered twice";
    *answer = std::move(response);
  });
  return answer;
}

class JobTriggerTest : public ::testing::Test {
 protected:
  TaskList tasks_;
  Status outcome_;
  int runs_ = 0;
  const std::unique_ptr<http::Handler> trigger_ = MakeJobTrigger(
      [this] {
        ++runs_;
        return outcome_;
      },
      tasks_.AsExecutor());
};

TEST_F(JobTriggerTest, AnyMethodRunsTheJobOnTheExecutorAndIsAnsweredAtItsEnd) {
  for (const char* method : {"GET", "POST", "HEAD", "DELETE", "BREW"}) {
    const auto answer = Send(*trigger_, method);
    EXPECT_FALSE(answer->has_value());
    tasks_.RunAll();
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->status, 200);
    EXPECT_EQ((*answer)->body, R"({"ok":true})");
    EXPECT_EQ((*answer)->headers, (http::Headers{{"Content-Type", "application/json"}}));
  }
  EXPECT_EQ(runs_, 5);
}

TEST_F(JobTriggerTest, WhileTheJobRunsAnotherRequestIsTooEarly) {
  const auto first = Send(*trigger_);
  const auto second = Send(*trigger_);
  ASSERT_TRUE(second->has_value());
  EXPECT_EQ((*second)->status, 200);
  EXPECT_EQ((*second)->body, "{\"error\":\"too early\"}\n");
  EXPECT_EQ(tasks_.size(), 1u);
  tasks_.RunAll();
  EXPECT_EQ((*first)->body, R"({"ok":true})");

  const auto third = Send(*trigger_);
  tasks_.RunAll();
  EXPECT_EQ((*third)->body, R"({"ok":true})");
}

TEST_F(JobTriggerTest, AFailureIsAnsweredWithItsReason) {
  outcome_ = absl::UnavailableError("the \"disk\" is full");
  const auto answer = Send(*trigger_);
  tasks_.RunAll();
  EXPECT_EQ((*answer)->status, 500);
  EXPECT_EQ((*answer)->body, "{\"errors\":[\"the \\\"disk\\\" is full\"]}\n");

  outcome_ = absl::OkStatus();
  const auto again = Send(*trigger_);
  tasks_.RunAll();
  EXPECT_EQ((*again)->status, 200);
}

TEST_F(JobTriggerTest, ADroppedTaskIsAnsweredAndTheJobMayRunAgain) {
  const auto dropped = Send(*trigger_);
  tasks_.DropAll();
  ASSERT_TRUE(dropped->has_value());
  EXPECT_EQ((*dropped)->status, 503);
  EXPECT_EQ(runs_, 0);
  const auto answer = Send(*trigger_);
  tasks_.RunAll();
  EXPECT_EQ((*answer)->status, 200);
}

}  // namespace
}  // namespace enks::exports
