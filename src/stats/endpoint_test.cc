#include "stats/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "authority/jwt.h"
#include "base/virtual_clock.h"
#include "crypto/ecdsa.h"
#include "store/testing/refusing_store.h"

namespace enks::stats {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

constexpr base::UnixTime kNow{seconds(1'606'003'200)};  // 2020-11-22T00:00Z

// A store that holds authorities and their hours.
class HourStore final : public store::testing::RefusingStore {
 public:
  std::vector<store::HealthAuthority> authorities;
  std::map<std::int64_t, std::vector<store::AuthorityHour>> hours_of;
  bool failing = false;

  Result<std::vector<store::HealthAuthority>> HealthAuthorities() override { return authorities; }
  Result<std::vector<store::AuthorizedApp>> AuthorizedApps() override {
    return std::vector<store::AuthorizedApp>{};
  }
  Result<std::vector<store::AuthorityHour>> Statistics(std::int64_t id) override {
    if (failing) return absl::UnavailableError("secret inside");
    return hours_of[id];
  }
};

class StatsEndpointTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store::HealthAuthority authority;
    authority.id = 3;
    authority.issuer = "doh.example";
    authority.audience = "keys.example";
    authority.stats_enabled = true;
    authority.keys = {{"v1", kNow - hours(1), std::nullopt, key_.PublicKey().ToPem()}};
    store_.authorities = {authority};
    ASSERT_TRUE(directory_.Refresh().ok());
    store::AuthorityHour hour{kNow - hours(10), {}};
    hour.counts.uploads = {0, 12, 0};
    hour.counts.keys = 150;
    store_.hours_of[3] = {hour};
    Make();
  }

  void Make() {
    endpoint_ = MakeStatsEndpoint(
        {}, {directory_, store_, clock_, random_, [this] { return in_maintenance_; },
             [this](std::function<void()> task) {
               if (busy_) return false;
               task();
               return true;
             }});
  }

  std::string Token() const {
    return authority::SignJwt(R"({"alg":"ES256","kid":"v1"})",
                              R"({"iss":"doh.example","aud":"keyserver","exp":1606003260})", key_);
  }
  http::Request Request() const {
    http::Request request;
    request.method = "POST";
    request.headers = {{"Content-Type", "application/json"},
                       {"Authorization", "Bearer " + Token()}};
    request.body = "{}";
    return request;
  }
  http::Response Send(http::Request request) {
    std::optional<http::Response> got;
    endpoint_->Handle(std::move(request),
                      [&got](http::Response response) { got = std::move(response); });
    EXPECT_TRUE(got);
    return got.value_or(http::Response{});
  }

  const crypto::EcdsaPrivateKey key_ = crypto::EcdsaPrivateKey::Generate();
  base::VirtualClock clock_{kNow};
  base::SeededRandom random_{1};
  HourStore store_;
  authority::Directory directory_{store_};
  bool busy_ = false;
  bool in_maintenance_ = false;
  std::unique_ptr<http::Handler> endpoint_;
};

TEST_F(StatsEndpointTest, TellsAnAuthorityItsDaysAndPadsTheAnswer) {
  const http::Response response = Send(Request());
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.headers, ElementsAre(Pair("Content-Type", "application/json")));
  EXPECT_THAT(response.body, HasSubstr(R"("day":"2020-11-21T00:00:00Z")"));
  EXPECT_THAT(response.body, HasSubstr(R"("total_teks_published":150)"));
  const std::size_t padding = response.body.find(R"("padding":")") + 11;
  EXPECT_GE(response.body.size() - padding, 2732U);
  EXPECT_LE(response.body.size() - padding, 4096U + 2);
}

TEST_F(StatsEndpointTest, TellsNothingOfOthers) {
  store_.hours_of[4] = store_.hours_of[3];
  store_.hours_of[3].clear();
  EXPECT_THAT(Send(Request()).body, StartsWith(R"({"padding":)"));
}

TEST_F(StatsEndpointTest, GivesCsvToWhoAsksForIt) {
  http::Request request = Request();
  request.headers.emplace_back("Accept", "text/csv");
  const http::Response response = Send(request);
  EXPECT_THAT(response.headers, ElementsAre(Pair("Content-Type", "text/csv")));
  EXPECT_THAT(response.body, HasSubstr("\n2020-11-21,0,12,0,150,"));
}

TEST_F(StatsEndpointTest, NeedsABearerToken) {
  for (const std::string& header :
       std::vector<std::string>{"", "Bearer", "bearer " + Token(), "Basic x", "Bearer x"}) {
    http::Request request = Request();
    request.headers[1].second = header;
    const http::Response response = Send(request);
    EXPECT_EQ(response.status, 401) << header;
    EXPECT_THAT(response.body, HasSubstr(R"("code":"unauthorized","padding":")"));
  }
}

TEST_F(StatsEndpointTest, FaultsOfTheBodyComeFirstAndAre400WithTheirStatusInside) {
  http::Request request = Request();
  request.headers.pop_back();
  request.body = "";
  EXPECT_EQ(Send(request).body,
            R"({"error":"error unmarshalling API call, code: 400: body must not be empty",)"
            R"("code":"bad_request","padding":""})");
  request.body = R"({"padding":"x","other":1})";
  EXPECT_THAT(Send(request).body, HasSubstr(R"(unknown field \"other\")"));
  request.body = R"({"padding":"xxx)";
  request.body_too_large = true;
  const http::Response large = Send(request);
  EXPECT_EQ(large.status, 400);
  EXPECT_THAT(large.body, HasSubstr("code: 413"));
  EXPECT_TRUE(large.close);
  request.headers.clear();
  EXPECT_THAT(Send(request).body, HasSubstr("code: 415"));
}

TEST_F(StatsEndpointTest, APaddingInTheRequestIsIgnored) {
  http::Request request = Request();
  request.body = R"({"padding":"anything"})";
  EXPECT_EQ(Send(request).status, 200);
}

TEST_F(StatsEndpointTest, InMaintenanceEverybodyIsToldToComeLater) {
  in_maintenance_ = true;
  EXPECT_EQ(Send(Request()).status, 429);
  in_maintenance_ = false;
  EXPECT_EQ(Send(Request()).status, 200);
}

TEST_F(StatsEndpointTest, OurOwnFaultsAre5xxAndTellNothing) {
  store_.failing = true;
  http::Response response = Send(Request());
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, testing::Not(HasSubstr("secret")));
  busy_ = true;
  response = Send(Request());
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.headers, testing::Contains(Pair("Retry-After", "30")));
}

}  // namespace
}  // namespace enks::stats
