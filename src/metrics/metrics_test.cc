#include "metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <vector>

#include "metrics/endpoint.h"

namespace enks::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(MetricsTest, WritesCountersAndGaugesAsPrometheusReadsThem) {
  Metrics metrics;
  metrics.MakeCounter("enks_uploads_total", "Uploads.", {{"outcome", "accepted"}}).Add(3);
  metrics.MakeGauge("enks_clock_ahead_seconds", "Ahead.").Set(-1.5);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("# HELP enks_uploads_total Uploads.\n# TYPE enks_uploads_total "
                              "counter\nenks_uploads_total{outcome=\"accepted\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE enks_clock_ahead_seconds gauge\n"));
  EXPECT_THAT(text, HasSubstr("enks_clock_ahead_seconds -1.5\n"));
}

TEST(MetricsTest, ACounterIsThereBeforeItCountsAnything) {
  Metrics metrics;
  metrics.MakeCounter("enks_faults_total", "Faults.");
  EXPECT_THAT(metrics.Text(), HasSubstr("enks_faults_total 0\n"));
}

TEST(MetricsTest, TheSameNameAndLabelsAreTheSameNumber) {
  Metrics metrics;
  metrics.MakeCounter("enks_a_total", "A.", {{"x", "1"}, {"y", "2"}}).Add();
  metrics.MakeCounter("enks_a_total", "A.", {{"y", "2"}, {"x", "1"}}).Add();
  metrics.MakeCounter("enks_a_total", "A.", {{"x", "1"}, {"y", "3"}}).Add();
  EXPECT_THAT(metrics.Text(), HasSubstr("{x=\"1\",y=\"2\"} 2\n"));
  EXPECT_THAT(metrics.Text(), HasSubstr("{x=\"1\",y=\"3\"} 1\n"));
}

TEST(MetricsTest, EscapesWhatAnOperatorCalledThings) {
  Metrics metrics;
  metrics.MakeCounter("enks_a_total", "A.", {{"app", "a\"b\n"}}).Add();
  EXPECT_THAT(metrics.Text(), HasSubstr(R"({app="a\"b\n"} 1)"));
}

TEST(MetricsTest, CountsFromManyThreads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      Counter counter = metrics.MakeCounter("enks_a_total", "A.");
      for (int j = 0; j < 1000; ++j) counter.Add();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(metrics.Text(), HasSubstr("enks_a_total 4000\n"));
}

http::Response Ask(http::Handler& handler, std::string method) {
  std::optional<http::Response> answer;
  http::Request request;
  request.method = std::move(method);
  handler.Handle(std::move(request),
                 [&](http::Response response) { answer = std::move(response); });
  EXPECT_TRUE(answer.has_value());
  return answer.value_or(http::Response());
}

TEST(MetricsEndpointTest, AnswersGetAndHeadAlike) {
  Metrics metrics;
  metrics.MakeCounter("enks_a_total", "A.").Add();
  const auto endpoint = MakeMetricsEndpoint(metrics);
  const http::Response got = Ask(*endpoint, "GET");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, metrics.Text());
  const http::Response head = Ask(*endpoint, "HEAD");
  EXPECT_EQ(head.declared_length, got.body.size());
  EXPECT_THAT(head.body, testing::IsEmpty());
  EXPECT_EQ(Ask(*endpoint, "POST").status, 405);
}

}  // namespace
}  // namespace enks::metrics
