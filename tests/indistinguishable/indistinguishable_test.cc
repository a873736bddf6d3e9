// What an observer of the network can tell from answers to uploads: a real server, real time, and
// one request after another whose kind is drawn at random.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "http/testing/test_client.h"
#include "phone/upload.h"
#include "real_server.h"
#include "two_sample.h"

namespace enks::tests {
namespace {

using ::testing::ElementsAre;

// The bound that is proved: by the length or the time of one answer nobody tells a decoy or a
// refusal from a success with more than this advantage. A thousand answers of each kind put the
// statistic of equal distributions above it less than once in a million runs (Smirnov:
// 2 exp(-n d^2)).
constexpr double kAdvantageMax = 0.13;
constexpr int kAnswersOfEachKind = 1000;
constexpr int kWarmUp = 120;  // more than the newest answers that a server draws from

enum class Kind { kSuccess, kDecoy, kUncertified, kUnknownApp };
constexpr Kind kKinds[] = {Kind::kSuccess, Kind::kDecoy, Kind::kUncertified, Kind::kUnknownApp};

struct Seen {
  std::vector<double> bytes;
  std::vector<double> milliseconds;
  std::set<std::string> heads;  // with what differs between any two answers blotted out
  std::set<int> statuses;
};

class IndistinguishableTest : public RealServerTest {
 protected:
  void SetUp() override {
    Start();
    client_ = std::make_unique<http::TestClient>(publishing().public_port());
  }

  // An upload of a fortnight's keys, certified by `authority`.
  std::string Body(const phone::HealthAuthority& authority, const std::string& app) {
    const phone::UploadContent content =
        phone::PrepareUpload(app, MakeKeys(14), {}, "", authority, clock_.Now(), random_);
    return phone::UploadBody(content, random_);
  }

  std::string Request(Kind kind) {
    const std::string type = "Content-Type: application/json\r\n";
    switch (kind) {
      case Kind::kDecoy:
        return http::Post("/v1/publish", phone::CoverBody(random_), type + "X-Chaff: 1\r\n");
      case Kind::kUncertified:
        return http::Post("/v1/publish", Body(impostor_, scenario::kApp), type);
      case Kind::kUnknownApp:
        return http::Post("/v1/publish", Body(authority_, "com.example.unknown"), type);
      case Kind::kSuccess:
        break;
    }
    return http::Post("/v1/publish", Body(authority_, scenario::kApp), type);
  }

  void Observe(Kind kind) {
    const std::string request = Request(kind);
    const auto start = clock_.Monotonic();
    const http::TestClient::Answer answer = client_->Ask(request);
    const std::chrono::duration<double, std::milli> taken = clock_.Monotonic() - start;
    Seen& seen = seen_[kind];
    seen.milliseconds.push_back(taken.count());
    seen.bytes.push_back(static_cast<double>(answer.head.size() + answer.body.size()));
    seen.statuses.insert(answer.status);
    seen.heads.insert(WithoutValues(answer));
  }

  // The head's bytes without the status line and the values of Date and Content-Length.
  static std::string WithoutValues(const http::TestClient::Answer& answer) {
    std::string head = answer.head.substr(answer.head.find("\r\n"));
    for (const char* name : {"Date", "Content-Length"}) {
      const std::string value = answer.Header(name);
      EXPECT_FALSE(value.empty()) << name;
      head.replace(head.find(value), value.size(), std::string(value.size(), '#'));
    }
    return head;
  }

  const phone::HealthAuthority impostor_{{}, crypto::EcdsaPrivateKey::Generate()};
  std::unique_ptr<http::TestClient> client_;
  std::map<Kind, Seen> seen_;
};

TEST_F(IndistinguishableTest, DecoysAndRefusalsLookLikeSuccessesByHeadLengthAndTime) {
  for (int i = 0; i < kWarmUp; ++i) Observe(Kind::kSuccess);
  seen_.clear();
  std::vector<Kind> order;
  for (const Kind kind : kKinds) order.insert(order.end(), kAnswersOfEachKind, kind);
  for (std::size_t left = order.size(); left > 1; --left) {
    std::swap(order[left - 1], order[static_cast<std::size_t>(random_.Below(left))]);
  }
  for (const Kind kind : order) Observe(kind);

  const Seen& success = seen_[Kind::kSuccess];
  EXPECT_THAT(success.statuses, ElementsAre(200));
  EXPECT_EQ(success.heads.size(), 1U);
  EXPECT_THAT(seen_[Kind::kDecoy].statuses, ElementsAre(200));
  EXPECT_THAT(seen_[Kind::kUncertified].statuses, ElementsAre(401));
  EXPECT_THAT(seen_[Kind::kUnknownApp].statuses, ElementsAre(401));
  for (const Kind kind : {Kind::kDecoy, Kind::kUncertified, Kind::kUnknownApp}) {
    const Seen& seen = seen_[kind];
    const double by_length = Distance(success.bytes, seen.bytes);
    const double by_time = Distance(success.milliseconds, seen.milliseconds);
    EXPECT_EQ(seen.heads, success.heads);
    EXPECT_LT(by_length, kAdvantageMax) << "kind " << static_cast<int>(kind);
    EXPECT_LT(by_time, kAdvantageMax) << "kind " << static_cast<int>(kind);
    RecordProperty("advantage_by_time_" + std::to_string(static_cast<int>(kind)),
                   std::to_string(by_time));
    RecordProperty("advantage_by_length_" + std::to_string(static_cast<int>(kind)),
                   std::to_string(by_length));
  }
  // The test would notice a decoy that comes a fifth sooner.
  std::vector<double> sooner = success.milliseconds;
  for (double& time : sooner) time *= 0.8;
  EXPECT_GT(Distance(success.milliseconds, sooner), kAdvantageMax);
}

TEST(Distance, IsThatOfTheSharesBelowAValue) {
  EXPECT_DOUBLE_EQ(Distance({1, 2, 3, 4}, {1, 2, 3, 4}), 0);
  EXPECT_DOUBLE_EQ(Distance({1, 2}, {3, 4}), 1);
  EXPECT_DOUBLE_EQ(Distance({1, 2, 3, 4}, {3, 4, 5, 6}), 0.5);
  EXPECT_DOUBLE_EQ(Distance({1, 1, 1, 2}, {1, 2, 2, 2}), 0.5);
}

}  // namespace
}  // namespace enks::tests
