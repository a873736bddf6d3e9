#include "conformance/request_maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "authority/jwt.h"
#include "authority/tek_mac.h"
#include "base/base64.h"
#include "conformance/json_access.h"

namespace enks::conformance {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;
using testing::UnorderedElementsAre;

const base::UnixTime kNow{std::chrono::seconds(1'700'000'000)};
constexpr std::int64_t kToday = 1'699'920'000 / 600;  // midnight before kNow

ServerSetup MakeSetup() {
  return {.authorities = {{.label = "main",
                           .issuer = "iss",
                           .audience = "aud",
                           .name = "n",
                           .stats = true,
                           .keys = {{.kid = "v1", .from = "", .thru = ""}}}},
          .apps = {{.label = "normal",
                    .name = "app.name",
                    .regions = {"US"},
                    .authorities = {"main"},
                    .bypass_certificate = false,
                    .bypass_revision_token = false}},
          .authority_key = crypto::EcdsaPrivateKey::Generate()};
}

class RequestMaker : public testing::Test {
 protected:
  Result<OutgoingRequest> Make(std::string_view text) {
    const json::Document description(text);
    return MakeRequest(description.Root(), setup_, story_);
  }
  std::string Body(std::string_view text) {
    const auto made = Make(text);
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? made->body : "";
  }

  base::SeededRandom random_{1};
  ServerSetup setup_ = MakeSetup();
  Story story_{kNow, random_};
};

TEST_F(RequestMaker, PostsJsonToPublishUnlessToldOtherwise) {
  const auto plain = Make(R"({"body":"{}"})");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->method, "POST");
  EXPECT_EQ(plain->path, "/v1/publish");
  EXPECT_THAT(plain->headers, UnorderedElementsAre(Pair("Content-Type", "application/json")));
  const auto other =
      Make(R"({"method":"PUT","path":"/x","headers":{"content-type":null,"A":"b"},"body":"1"})");
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->method, "PUT");
  EXPECT_EQ(other->path, "/x");
  EXPECT_THAT(other->headers, UnorderedElementsAre(Pair("A", "b")));
}

TEST_F(RequestMaker, BodiesComeInPartsAndInBase64) {
  EXPECT_EQ(Body(R"({"body":["a",{"$repeat":"xy","times":2},"b"]})"), "axyxyb");
  EXPECT_EQ(Body(R"({"body_base64":"YWI="})"), "ab");
}

TEST_F(RequestMaker, AnUploadCarriesACertificateOverItsKeys) {
  const std::string body = Body(
      R"({"upload":{"keys":[{"tek":"a","start":{"$day":-2,"plus":3},"risk":4}],
          "hmac_key":{"bytes":0}}})");
  const json::Document document(body);
  const json::Value root = document.Root();
  EXPECT_EQ(Find(root, "healthAuthorityID").Text(), "app.name");
  const json::Value key = ElementsOf(Find(root, "temporaryExposureKeys")).at(0);
  EXPECT_EQ(Find(key, "key").Text(), story_.Tek("a"));
  EXPECT_EQ(IntegerOf(Find(key, "rollingStartNumber")), kToday - 2 * 144 + 3);
  const std::string text = Find(root, "verificationPayload").Text();
  const auto jwt = authority::ReadJwt(text);
  ASSERT_TRUE(jwt.ok()) << jwt.status();
  EXPECT_TRUE(authority::HasSignatureOf(*jwt, setup_.authority_key.PublicKey()));
  EXPECT_EQ(jwt->claims.issuer, "iss");
  EXPECT_EQ(jwt->claims.report_type, "confirmed");
  const auto macs = authority::AllowedTekMacs({{.key_base64 = story_.Tek("a"),
                                                .rolling_start = kToday - 2 * 144 + 3,
                                                .rolling_period = 144,
                                                .transmission_risk = 4}},
                                              {});
  EXPECT_EQ(jwt->claims.tek_mac, base::ToBase64(macs.at(0)));
}

TEST_F(RequestMaker, ACertificateIsSpoiledAsDescribed) {
  const std::string body = Body(
      R"({"upload":{"keys":[],"certificate":{"signed_by":"a stranger","omit_header":["kid"],
          "claims":{"exp":{"$seconds":-5}},"omit_claims":["iss"]}}})");
  const json::Document document(body);
  const std::string text = Find(document.Root(), "verificationPayload").Text();
  const auto jwt = authority::ReadJwt(text);
  ASSERT_TRUE(jwt.ok()) << jwt.status();
  EXPECT_FALSE(authority::HasSignatureOf(*jwt, setup_.authority_key.PublicKey()));
  EXPECT_FALSE(jwt->names_key);
  EXPECT_EQ(jwt->claims.expires_at, kNow.time_since_epoch().count() - 5);
  EXPECT_EQ(jwt->claims.issuer, "");
}

TEST_F(RequestMaker, ManyKeysFollowOneAnother) {
  const std::string body =
      Body(R"({"upload":{"keys":[{"many":3,"bytes":16,"start":100,"period":7}]}})");
  const json::Document document(body);
  const auto keys = ElementsOf(Find(document.Root(), "temporaryExposureKeys"));
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_EQ(IntegerOf(Find(keys[2], "rollingStartNumber")), 114);
  EXPECT_NE(Find(keys[0], "key").Text(), Find(keys[1], "key").Text());
}

TEST_F(RequestMaker, ATokenForStatisticsIsSignedByTheAuthority) {
  const auto made = Make(R"({"path":"/v1/stats","bearer":{},"body":"{}"})");
  ASSERT_TRUE(made.ok()) << made.status();
  const std::string& header = made->headers.back().second;
  ASSERT_THAT(header, StartsWith("Bearer "));
  const auto jwt = authority::ReadJwt(std::string_view(header).substr(7));
  ASSERT_TRUE(jwt.ok()) << jwt.status();
  EXPECT_EQ(jwt->claims.audience, "keyserver");
  EXPECT_TRUE(authority::HasSignatureOf(*jwt, setup_.authority_key.PublicKey()));
}

TEST_F(RequestMaker, WhatMakesNoSenseIsRefused) {
  for (const char* text :
       {R"({"bodyy":"x"})", R"({"upload":{"kees":[]}})", R"({"upload":{"keys":[{"tek":"a"}]}})",
        R"({"upload":{"keys":[{"tek":"a","start":1,"form":"odd"}]}})",
        R"({"upload":{"keys":[{"tek":"a","start":2147483648}]}})",
        R"({"upload":{"keys":[],"omit":["nothing"]}})",
        R"({"upload":{"keys":[],"certificate":{"authority":"nobody"}}})",
        R"({"upload":{"keys":[],"members":{"x":{"$token":1}}}})",
        R"({"upload":{"keys":[],"members":{"x":{"$odd":1}}}})"}) {
    EXPECT_FALSE(Make(text).ok()) << text;
  }
}

TEST_F(RequestMaker, EveryRunDrawsOtherKeys) {
  Story other(kNow, random_);
  EXPECT_NE(story_.Tek("a"), other.Tek("a"));
  EXPECT_NE(story_.Tek("a"), story_.Tek("b"));
  EXPECT_EQ(story_.Tek("a"), story_.Tek("a"));
  EXPECT_THAT(story_.Tek("a"), StartsWith("+/+/"));
}

}  // namespace
}  // namespace enks::conformance
