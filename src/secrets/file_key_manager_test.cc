#include "secrets/file_key_manager.h"

#include <gtest/gtest.h>

#include <string>

#include "base/test_folder.h"
#include "crypto/ecdsa.h"

namespace enks::secrets {
namespace {

using absl::StatusCode;
using base::AsBytes;
using base::FileMode;
using Perms = std::filesystem::perms;

// The private key of RFC 6979 appendix A.2.5, which is no secret, in the three forms.
constexpr std::string_view kSec1Pem =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49\n"
    "AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8\n"
    "maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
    "-----END EC PRIVATE KEY-----\n";
constexpr std::string_view kSec1DerHex =
    "30770201010420c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721a00a06082a8648ce"
    "3d030107a1440342000460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008"
    "b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";

class FileKeyManagerTest : public ::testing::Test {
 protected:
  void WriteKey(std::string_view name, base::ByteView bytes) {
    ASSERT_TRUE(files_.Write(keys_ / name, bytes, FileMode::kOwnerOnly).ok());
  }
  Status OpenStatus(std::string_view reference) { return manager_->OpenSigner(reference).status(); }
  // Signs with the key under `reference` and checks it with the signer's own public key.
  void ExpectSigns(std::string_view reference) {
    const auto signer = manager_->OpenSigner(reference);
    ASSERT_TRUE(signer.ok()) << signer.status();
    const Sha256Digest digest = crypto::Sha256(AsBytes("export.bin"));
    const auto public_key = crypto::EcdsaPublicKey::FromPem((*signer)->PublicKeyPem());
    ASSERT_TRUE(public_key.ok());
    EXPECT_TRUE(public_key->VerifyDer(digest, *(*signer)->SignDigest(digest)));
  }

  base::TestFolder folder_;
  const std::filesystem::path keys_ = folder_.path() / "keys";
  const std::filesystem::path outside_ = folder_.path() / "elsewhere.pem";
  base::SystemFiles files_;
  base::SystemRandom random_;
  std::unique_ptr<FileKeyManager> manager_ = MakeFileKeyManager(keys_, files_, random_, {outside_});
};

TEST_F(FileKeyManagerTest, AMadeKeySignsAndIsTheOwnersOnly) {
  ASSERT_TRUE(manager_->CreateSigningKey("file://export.pem").ok());
  ExpectSigns("file://export.pem");
  EXPECT_EQ(*files_.Permissions(keys_ / "export.pem"), Perms(0600));
  EXPECT_EQ(*files_.Permissions(keys_), Perms(0700));
}

TEST_F(FileKeyManagerTest, AKeyIsNeverReplaced) {
  ASSERT_TRUE(manager_->CreateSigningKey("file://export.pem").ok());
  const base::Bytes before = *files_.Read(keys_ / "export.pem", 4096);
  EXPECT_EQ(manager_->CreateSigningKey("file://export.pem").code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(*files_.Read(keys_ / "export.pem", 4096), before);
  EXPECT_EQ(files_.List(keys_)->size(), 1u);
}

TEST_F(FileKeyManagerTest, Sec1AndPkcs8PemAndTheReferencesDerAreRead) {
  const crypto::EcdsaPrivateKey key = crypto::EcdsaPrivateKey::Generate();
  WriteKey("pkcs8.pem", AsBytes(key.ToPem()));
  WriteKey("signing/1606780800000000000", *base::FromHex(kSec1DerHex));
  ExpectSigns("file://pkcs8.pem");
  ExpectSigns("file://signing/1606780800000000000");
  ExpectSigns("signing/1606780800000000000");
}

TEST_F(FileKeyManagerTest, AKeyBehindItsParametersAsOpensslWritesItIsRead) {
  WriteKey("a.pem", AsBytes(std::string("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
                                        "-----END EC PARAMETERS-----\n")
                                .append(kSec1Pem)));
  ExpectSigns("file://a.pem");
}

TEST_F(FileKeyManagerTest, AKeyElsewhereThatTheSettingsNameIsRead) {
  ASSERT_TRUE(files_.Write(outside_, AsBytes(kSec1Pem), FileMode::kOwnerOnly).ok());
  ExpectSigns("file://" + outside_.string());
}

TEST_F(FileKeyManagerTest, AKeyOpenToAnybodyElseIsRefusedWithTheCommandThatMendsIt) {
  WriteKey("a.pem", AsBytes(kSec1Pem));
  for (const unsigned mode : {0640u, 0604u, 0620u, 0602u, 0610u}) {
    std::filesystem::permissions(keys_ / "a.pem", Perms(mode));
    const Status status = OpenStatus("file://a.pem");
    EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
    EXPECT_NE(status.ToString().find("chmod 600 '" + (keys_ / "a.pem").string() + "'"),
              std::string::npos);
  }
  for (const unsigned mode : {0400u, 0600u, 0700u}) {
    std::filesystem::permissions(keys_ / "a.pem", Perms(mode));
    EXPECT_TRUE(OpenStatus("file://a.pem").ok()) << mode;
  }
}

TEST_F(FileKeyManagerTest, AMissingKeyIsNotFoundAndNamed) {
  const Status status = OpenStatus("file://none.pem");
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_NE(status.ToString().find("none.pem"), std::string::npos);
}

TEST_F(FileKeyManagerTest, WhatIsNoP256PrivateKeyIsRefused) {
  WriteKey("empty.pem", {});
  WriteKey("text.pem", AsBytes("hello"));
  WriteKey("public.pem", AsBytes(crypto::EcdsaPrivateKey::Generate().PublicKey().ToPem()));
  for (const char* reference : {"file://empty.pem", "file://text.pem", "file://public.pem"}) {
    EXPECT_EQ(OpenStatus(reference).code(), StatusCode::kInvalidArgument) << reference;
  }
  WriteKey("huge.pem", base::Bytes(16 * 1024 + 1));
  EXPECT_EQ(OpenStatus("file://huge.pem").code(), StatusCode::kResourceExhausted);
}

TEST_F(FileKeyManagerTest, ASealingKeyIsMadeGrownAndOpened) {
  ASSERT_TRUE(manager_->CreateSealingKey("file://tokens").ok());
  EXPECT_EQ(manager_->CreateSealingKey("file://tokens").code(), StatusCode::kAlreadyExists);
  ASSERT_TRUE(manager_->AddSealingKeyVersion("file://tokens").ok());
  const auto sealer = manager_->OpenSealer("file://tokens");
  ASSERT_TRUE(sealer.ok()) << sealer.status();
  const base::Bytes sealed = *(*sealer)->Seal(AsBytes("x"), {});
  EXPECT_EQ(base::AsText((*sealer)->Open(sealed, {})->Expose()), "x");
  EXPECT_EQ(manager_->OpenSealer("file://none").status().code(), StatusCode::kNotFound);
}

TEST_F(FileKeyManagerTest, ReferencesAreConfinedForEveryOperation) {
  const std::string out = "file://../elsewhere.pem";
  EXPECT_EQ(OpenStatus(out).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(manager_->CreateSigningKey(out).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(manager_->CreateSealingKey(out).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(manager_->AddSealingKeyVersion(out).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(manager_->OpenSealer(out).status().code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

// No run of 8 characters of the key's text may come out.
void ExpectKeepsSecret(const Status& status, std::string_view secret) {
  EXPECT_FALSE(status.ok());
  const std::string text = status.ToString();
  for (std::size_t i = 0; i + 8 <= secret.size(); ++i) {
    EXPECT_EQ(text.find(secret.substr(i, 8)), std::string::npos) << i;
  }
}

TEST_F(FileKeyManagerTest, NoErrorRepeatsAnyPartOfAPrivateKey) {
  const std::string_view body = kSec1Pem.substr(31, 164);
  std::string broken(kSec1Pem);
  broken[60] = '!';
  WriteKey("broken.pem", AsBytes(broken));
  WriteKey("cut.pem", AsBytes(kSec1Pem.substr(0, 120)));
  WriteKey("bare.pem", AsBytes(body));
  WriteKey("open.pem", AsBytes(kSec1Pem));
  std::filesystem::permissions(keys_ / "open.pem", Perms(0644));
  for (const char* name : {"broken.pem", "cut.pem", "bare.pem", "open.pem"}) {
    ExpectKeepsSecret(OpenStatus(std::string("file://") + name), body);
  }
}

TEST_F(FileKeyManagerTest, AKeyPastedWhereItsNameBelongsIsNotRepeated) {
  std::string one_line(kSec1Pem.substr(31, 164));
  std::erase(one_line, '\n');
  for (const std::string prefix : {"", "file://", "file:///"}) {
    ExpectKeepsSecret(OpenStatus(prefix + std::string(kSec1Pem)), one_line.substr(0, 60));
    ExpectKeepsSecret(OpenStatus(prefix + one_line), one_line);
    ExpectKeepsSecret(manager_->CreateSigningKey(prefix + one_line), one_line);
  }
}

}  // namespace
}  // namespace enks::secrets
