#include "secrets/file_sealer.h"

#include <gtest/gtest.h>

#include <string>

#include "base/test_folder.h"
#include "crypto/aes.h"

namespace enks::secrets {
namespace {

using absl::StatusCode;
using base::AsBytes;
using base::AsText;
using base::FileMode;

class FileSealerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Sealer> Open() {
    auto sealer = OpenFileSealer(files_, random_, key_);
    EXPECT_TRUE(sealer.ok()) << sealer.status();
    return sealer.ok() ? *std::move(sealer) : nullptr;
  }
  void WriteVersion(const std::string& name, std::size_t size) {
    ASSERT_TRUE(files_.Write(key_ / name, base::Bytes(size, 7), FileMode::kOwnerOnly).ok());
  }

  base::TestFolder folder_;
  const std::filesystem::path key_ = folder_.path() / "tokens";
  base::SystemFiles files_;
  base::SeededRandom random_{1};
};

TEST_F(FileSealerTest, WhatIsSealedOpensWithTheSameContextOnly) {
  ASSERT_TRUE(CreateSealingKeyFolder(files_, random_, key_).ok());
  const auto sealer = Open();
  const auto sealed = sealer->Seal(AsBytes("a data key"), AsBytes("row 7"));
  ASSERT_TRUE(sealed.ok());
  const auto opened = sealer->Open(*sealed, AsBytes("row 7"));
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(AsText(opened->Expose()), "a data key");
  EXPECT_EQ(sealer->Open(*sealed, AsBytes("row 8")).status().code(), StatusCode::kUnauthenticated);
}

TEST_F(FileSealerTest, EveryChangedOrMissingByteIsSeen) {
  ASSERT_TRUE(CreateSealingKeyFolder(files_, random_, key_).ok());
  const auto sealer = Open();
  const base::Bytes sealed = *sealer->Seal(AsBytes("x"), {});
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    base::Bytes changed = sealed;
    changed[i] ^= 1;
    EXPECT_FALSE(sealer->Open(changed, {}).ok()) << i;
    EXPECT_FALSE(sealer->Open(base::ByteView(sealed).first(i), {}).ok()) << i;
  }
}

TEST_F(FileSealerTest, TheSamePlaintextIsSealedDifferentlyEachTime) {
  ASSERT_TRUE(CreateSealingKeyFolder(files_, random_, key_).ok());
  const auto sealer = Open();
  EXPECT_NE(*sealer->Seal(AsBytes("x"), {}), *sealer->Seal(AsBytes("x"), {}));
}

TEST_F(FileSealerTest, TheNewestVersionSealsAndAllOpen) {
  ASSERT_TRUE(CreateSealingKeyFolder(files_, random_, key_).ok());
  const base::Bytes old_sealed = *Open()->Seal(AsBytes("old"), {});
  ASSERT_TRUE(AddSealingKeyVersion(files_, random_, key_).ok());
  const auto sealer = Open();
  const base::Bytes new_sealed = *sealer->Seal(AsBytes("new"), {});
  EXPECT_TRUE(AsText(old_sealed).starts_with("0000000000000000001:"));
  EXPECT_TRUE(AsText(new_sealed).starts_with("0000000000000000002:"));
  EXPECT_EQ(AsText(sealer->Open(old_sealed, {})->Expose()), "old");
  EXPECT_EQ(AsText(sealer->Open(new_sealed, {})->Expose()), "new");
}

TEST_F(FileSealerTest, ARemovedVersionIsNamed) {
  ASSERT_TRUE(CreateSealingKeyFolder(files_, random_, key_).ok());
  const base::Bytes sealed = *Open()->Seal(AsBytes("old"), {});
  ASSERT_TRUE(AddSealingKeyVersion(files_, random_, key_).ok());
  ASSERT_TRUE(files_.Remove(key_ / "0000000000000000001").ok());
  const Status status = Open()->Open(sealed, {}).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_NE(status.ToString().find("0000000000000000001"), std::string::npos);
}

TEST_F(FileSealerTest, AFolderOfTheReferenceOpensAndIsContinued) {
  WriteVersion("1606780800000000000", 32);
  ASSERT_TRUE(
      files_.Write(key_ / "metadata", AsBytes(R"({"t":"encryption"})"), FileMode::kOwnerOnly).ok());
  base::Bytes sealed(AsBytes("1606780800000000000:").begin(),
                     AsBytes("1606780800000000000:").end());
  const base::Bytes box =
      crypto::Aes256GcmSeal(base::Bytes(32, 7), {1, 2, 3}, AsBytes("kept"), AsBytes("aad"));
  sealed.insert(sealed.end(), box.begin(), box.end());
  EXPECT_EQ(AsText(Open()->Open(sealed, AsBytes("aad"))->Expose()), "kept");

  EXPECT_EQ(CreateSealingKeyFolder(files_, random_, key_).code(), StatusCode::kAlreadyExists);
  ASSERT_TRUE(AddSealingKeyVersion(files_, random_, key_).ok());
  EXPECT_TRUE(AsText(*Open()->Seal({}, {})).starts_with("1606780800000000001:"));
}

TEST_F(FileSealerTest, ANewKeyIs32BytesReadableByTheOwnerOnly) {
  ASSERT_TRUE(CreateSealingKeyFolder(files_, random_, key_).ok());
  const auto version = key_ / "0000000000000000001";
  EXPECT_EQ(*files_.Size(version), 32u);
  EXPECT_EQ(*files_.Permissions(version), std::filesystem::perms(0600));
  EXPECT_EQ(*files_.Permissions(key_), std::filesystem::perms(0700));
}

TEST_F(FileSealerTest, AVersionOpenToOthersIsRefused) {
  WriteVersion("1", 32);
  std::filesystem::permissions(key_ / "1", std::filesystem::perms(0604));
  EXPECT_EQ(OpenFileSealer(files_, random_, key_).status().code(), StatusCode::kFailedPrecondition);
}

TEST_F(FileSealerTest, AKeyOfAnotherSizeIsRefused) {
  for (const std::size_t size : {0u, 31u, 33u}) {
    WriteVersion("1", size);
    EXPECT_EQ(OpenFileSealer(files_, random_, key_).status().code(), StatusCode::kInvalidArgument);
  }
  WriteVersion("1", 32);
  EXPECT_TRUE(OpenFileSealer(files_, random_, key_).ok());
}

TEST_F(FileSealerTest, AMissingOrEmptyFolderIsNotFound) {
  EXPECT_EQ(OpenFileSealer(files_, random_, key_).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(AddSealingKeyVersion(files_, random_, key_).code(), StatusCode::kNotFound);
  std::filesystem::create_directory(key_);
  EXPECT_EQ(OpenFileSealer(files_, random_, key_).status().code(), StatusCode::kNotFound);
}

TEST_F(FileSealerTest, VersionNamesCarryOverAndEnd) {
  WriteVersion("19", 32);
  ASSERT_TRUE(AddSealingKeyVersion(files_, random_, key_).ok());
  EXPECT_TRUE(files_.Size(key_ / "20").ok());
  WriteVersion("99", 32);
  EXPECT_EQ(AddSealingKeyVersion(files_, random_, key_).code(), StatusCode::kResourceExhausted);
}

TEST_F(FileSealerTest, TextWithoutAVersionIsRefused) {
  ASSERT_TRUE(CreateSealingKeyFolder(files_, random_, key_).ok());
  const auto sealer = Open();
  for (const char* text : {"", ":", "1", "x:abc", "123456789012345678901:x"}) {
    EXPECT_EQ(sealer->Open(AsBytes(text), {}).status().code(), StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace enks::secrets
