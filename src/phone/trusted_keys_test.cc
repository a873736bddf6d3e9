#include "phone/trusted_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "phone/test_server.h"

namespace enks::phone {
namespace {

using absl::StatusCode;
using testing::SizeIs;

TEST(TrustedKeys, AreReadFromTheServersList) {
  const auto keys = ParseTrustedKeys(
      R"({"keys":[{"keyId":"310","keyVersion":"v1","algorithm":{"oid":"1"},)"
      R"("validFrom":"2020-01-01T00:00:00Z","validThru":null,"publicKeyPem":"PEM",)"
      R"("exports":[]}]})");
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_THAT(*keys, SizeIs(1));
  EXPECT_EQ((*keys)[0].info.key_id, "310");
  EXPECT_EQ((*keys)[0].info.key_version, "v1");
  EXPECT_EQ((*keys)[0].public_key_pem, "PEM");
}

TEST(TrustedKeys, AnEmptyOrUnreadableListIsRefused) {
  for (const char* text :
       {"", "{", "{}", R"({"keys":[]})", R"({"keys":[{"keyId":"310"}]})", R"({"keys":{}})", "[]"}) {
    EXPECT_EQ(ParseTrustedKeys(text).status().code(), StatusCode::kInvalidArgument) << text;
  }
}

TEST(TrustedKeys, AreFetchedOverHttp) {
  TestServer server([](const http::Request& request) {
    if (request.path != "/v1/keys") return AnswerWith(503);
    return AnswerWith(200, R"({"keys":[{"keyId":"a","keyVersion":"b","publicKeyPem":"c"}]})");
  });
  const auto client = http::Client::Create({});
  EXPECT_TRUE(FetchTrustedKeys(*client, server.Url("/v1/keys")).ok());
  EXPECT_EQ(FetchTrustedKeys(*client, server.Url("/v1/key")).status().code(),
            StatusCode::kUnavailable);
}

}  // namespace
}  // namespace enks::phone
