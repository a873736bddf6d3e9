#include <gtest/gtest.h>

#include <optional>

#include "exports/endpoints.h"
#include "exports/testing/world.h"

namespace enks::exports {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::kStart;
using testing::World;

class PublicKeysTest : public ::testing::Test {
 protected:
  http::Response Send(http::Headers headers = {}, std::string method = "GET") {
    http::Request request;
    request.method = std::move(method);
    request.path = "/v1/keys";
    request.headers = std::move(headers);
    std::optional<http::Response> answer;
    endpoint_->Handle(std::move(request),
                      [&answer](http::Response response) { answer = std::move(response); });
    return answer.value();
  }

  static std::string HeaderOf(const http::Response& response, std::string_view name) {
    for (const auto& [header, value] : response.headers) {
      if (header == name) return value;
    }
    return {};
  }

  World world_;
  const store::ExportConfig config_ = world_.AddConfig(world_.Config("my root"));
  const std::unique_ptr<PublicKeysEndpoint> endpoint_ =
      MakePublicKeysEndpoint(*world_.store, *world_.keys, world_.clock);
};

TEST_F(PublicKeysTest, AKeyIsListedWithItsNamesAlgorithmValidityAndExports) {
  ASSERT_TRUE(endpoint_->Refresh().ok());
  const auto answer = Send();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(HeaderOf(answer, "Content-Type"), "application/json");
  for (const char* part :
       {R"({"keys":[{"keyId":"310","keyVersion":"v1",)",
        R"("algorithm":{"name":"ECDSA P-256 with SHA-256","oid":"1.2.840.10045.4.3.2"})",
        R"("validFrom":"2022-11-15T00:00:00Z","validThru":null)",
        R"("publicKeyPem":"-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE)",
        R"("publicKeyDerBase64":"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE)",
        R"("exports":[{"region":"US","bucket":"bucket","filenameRoot":"my root",)",
        R"("indexPath":"/files/bucket/my%20root/index.txt"}])"}) {
    EXPECT_NE(answer.body.find(part), std::string::npos) << part << "\n" << answer.body;
  }
  EXPECT_EQ(answer.body.find("PRIVATE"), std::string::npos);
  EXPECT_EQ(answer.body.find("file://"), std::string::npos);
}

TEST_F(PublicKeysTest, ExpiredKeysAndEndedConfigurationsAreNotListed) {
  auto info = world_.store->SignatureInfos()->at(0);
  info.thru = kStart;
  ASSERT_TRUE(world_.store->UpdateSignatureInfo(info).ok());
  auto ending = config_;
  ending.from = kStart - seconds(2);
  ending.thru = kStart - seconds(1);
  ASSERT_TRUE(world_.store->UpdateExportConfig(ending).ok());
  const auto now = PublicKeysJson(*world_.store, *world_.keys, kStart);
  ASSERT_TRUE(now.ok()) << now.status();
  EXPECT_NE(now->find(R"("keyVersion":"v1")"), std::string::npos);
  EXPECT_NE(now->find(R"("exports":[])"), std::string::npos);
  EXPECT_EQ(*PublicKeysJson(*world_.store, *world_.keys, kStart + seconds(1)), R"({"keys":[]})");
}

TEST_F(PublicKeysTest, AnUnreadableKeyFailsTheWholeAndTheLastAnswerStays) {
  ASSERT_TRUE(endpoint_->Refresh().ok());
  const auto before = Send().body;
  store::SignatureInfo lost;
  lost.signing_key = "file://lost.pem";
  lost.key_id = "310";
  lost.key_version = "lost";
  lost.from = kStart;
  ASSERT_TRUE(world_.store->AddSignatureInfo(lost).ok());
  EXPECT_TRUE(absl::IsNotFound(endpoint_->Refresh()));
  EXPECT_EQ(Send().body, before);
}

TEST_F(PublicKeysTest, AnswersComeFromMemoryOnceThereIsSomething) {
  EXPECT_EQ(Send().status, 503);
  ASSERT_TRUE(endpoint_->Refresh().ok());
  const auto before = Send().body;
  world_.AddSigner("v2");
  EXPECT_EQ(Send().body, before);
  ASSERT_TRUE(endpoint_->Refresh().ok());
  EXPECT_NE(Send().body, before);
}

TEST_F(PublicKeysTest, KnownETagsHeadAndOtherMethods) {
  ASSERT_TRUE(endpoint_->Refresh().ok());
  const auto answer = Send();
  EXPECT_EQ(HeaderOf(answer, "Cache-Control"), "public, max-age=300");
  const auto same = Send({{"If-None-Match", HeaderOf(answer, "ETag")}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  const auto head = Send({}, "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(head.declared_length, answer.body.size());
  const auto post = Send({}, "POST");
  EXPECT_EQ(post.status, 405);
  EXPECT_EQ(HeaderOf(post, "Allow"), "GET, HEAD");
}

}  // namespace
}  // namespace enks::exports
