#include "secrets/service_account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/test_folder.h"
#include "crypto/rsa.h"
#include "json/writer.h"

namespace enks::secrets {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const crypto::RsaPrivateKey& Key() {
  static const crypto::RsaPrivateKey key = crypto::RsaPrivateKey::Generate();
  return key;
}

std::string Json(const std::string& email, const std::string& key, const std::string& token_uri) {
  json::Writer writer;
  writer.BeginObject().Name("type").Text("service_account").Name("client_email").Text(email);
  writer.Name("private_key").Text(key).Name("token_uri").Text(token_uri).EndObject();
  return std::move(writer).Take();
}

std::string GoodJson() {
  return Json("a@b.example", Key().ToPem(), "https://oauth2.googleapis.com/token");
}

TEST(ServiceAccountTest, TheFileOfGooglesConsoleIsRead) {
  const auto account = ServiceAccount::FromJson(GoodJson());
  ASSERT_TRUE(account.ok()) << account.status();
  EXPECT_EQ(account->email(), "a@b.example");
  EXPECT_EQ(account->token_uri(), "https://oauth2.googleapis.com/token");
  const base::Bytes signature = account->Sign(base::AsBytes("message"));
  EXPECT_TRUE(Key().PublicKey().VerifySha256(base::AsBytes("message"), signature));
}

TEST(ServiceAccountTest, WhatIsMissingOrWrongIsNamedAndNotRepeated) {
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{"), GoodJson() + "{}",
        Json("", Key().ToPem(), "https://a"), Json("a@b.example", "", "https://a"),
        Json("a@b.example", Key().ToPem(), ""), Json("a@b.example", "s3cret", "https://a"),
        std::string(R"({"client_email":"a","private_key":5,"token_uri":"s3cret"})")}) {
    const auto account = ServiceAccount::FromJson(text);
    EXPECT_EQ(account.status().code(), absl::StatusCode::kInvalidArgument) << text;
    for (const char* secret : {"s3cret", "BEGIN"}) {
      EXPECT_THAT(std::string(MessageOf(account.status())), Not(HasSubstr(secret)));
    }
  }
}

TEST(ServiceAccountTest, AFileThatOthersMayReadIsRefused) {
  const base::TestFolder folder;
  base::SystemFiles files;
  const auto path = folder.path() / "account.json";
  ASSERT_TRUE(files.Write(path, base::AsBytes(GoodJson()), base::FileMode::kOwnerOnly).ok());
  EXPECT_TRUE(ServiceAccount::Read(files, path).ok());
  std::filesystem::permissions(path, std::filesystem::perms(0640));
  const Status open = ServiceAccount::Read(files, path).status();
  EXPECT_EQ(open.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(MessageOf(open)), HasSubstr("chmod 600"));
  EXPECT_EQ(ServiceAccount::Read(files, folder.path() / "none").status().code(),
            absl::StatusCode::kNotFound);
}

TEST(ServiceAccountTest, AFileThatIsNoneIsNamed) {
  const base::TestFolder folder;
  base::SystemFiles files;
  const auto path = folder.path() / "account.json";
  ASSERT_TRUE(files.Write(path, base::AsBytes("{}"), base::FileMode::kOwnerOnly).ok());
  const Status status = ServiceAccount::Read(files, path).status();
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("account.json"));
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("client_email"));
}

}  // namespace
}  // namespace enks::secrets
