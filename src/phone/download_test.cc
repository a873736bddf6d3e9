#include "phone/download.h"

#include <gtest/gtest.h>

#include "phone/test_signed_files.h"

namespace enks::phone {
namespace {

using absl::StatusCode;
using exportfile::TestExport;

using OpenVerifiedTest = SignedFiles;

TEST_F(OpenVerifiedTest, OpensWhatATrustedKeySigned) {
  const TestExport content = SomeExport();
  const TrustedKey trusted = Trusted();
  const auto opened = OpenVerified(Zip(content), {&trusted, 1});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->keys, content.keys);
}

TEST_F(OpenVerifiedTest, OneOfSeveralTrustedKeysIsEnough) {
  const TrustedKey other{.info = {.key_version = "v0", .key_id = "310"},
                         .public_key_pem = stranger_.PublicKeyPem()};
  EXPECT_EQ(Open(Zip(SomeExport()), {other, Trusted()}), StatusCode::kOk);
  EXPECT_EQ(Open(Zip(SomeExport()), {other}), StatusCode::kUnauthenticated);
}

TEST_F(OpenVerifiedTest, RefusesAStrangersSignatureUnderATrustedName) {
  const auto zip = exportfile::ZipOf(SomeExport(), {{kInfo, &stranger_}});
  EXPECT_EQ(Open(zip, {Trusted()}), StatusCode::kUnauthenticated);
}

TEST_F(OpenVerifiedTest, RefusesTheRightKeyUnderAnotherIdOrVersion) {
  TrustedKey trusted = Trusted();
  trusted.info.key_id = "311";
  EXPECT_EQ(Open(Zip(SomeExport()), {trusted}), StatusCode::kUnauthenticated);
  trusted = Trusted();
  trusted.info.key_version = "v2";
  EXPECT_EQ(Open(Zip(SomeExport()), {trusted}), StatusCode::kUnauthenticated);
}

TEST_F(OpenVerifiedTest, TrustsNobodyWithoutKeys) {
  EXPECT_EQ(Open(Zip(SomeExport()), {}), StatusCode::kUnauthenticated);
}

TEST_F(OpenVerifiedTest, NoByteOfWhatWasSignedCanBeChanged) {
  const base::Bytes zip = Zip(SomeExport());
  const TrustedKey trusted = Trusted();
  const auto untouched = OpenVerified(zip, {&trusted, 1});
  ASSERT_TRUE(untouched.ok());
  std::size_t refused = 0;
  for (std::size_t i = 0; i < zip.size(); ++i) {
    base::Bytes tampered = zip;
    tampered[i] ^= 0x01;
    const auto opened = OpenVerified(tampered, {&trusted, 1});
    refused += opened.ok() ? 0 : 1;
    // The zip has bytes of its own that nobody signs, such as times of day.
    if (!opened.ok()) continue;
    EXPECT_EQ(opened->bin_digest, untouched->bin_digest) << "byte " << i;
  }
  EXPECT_GT(refused, zip.size() / 2);
}

TEST_F(OpenVerifiedTest, LooksAtTheSignatureBeforeTheKeys) {
  // Both zips hold the same malformed keys; only one is signed by somebody who is trusted.
  EXPECT_EQ(Open(MalformedZip(stranger_), {Trusted()}), StatusCode::kUnauthenticated);
  EXPECT_EQ(Open(MalformedZip(signer_), {Trusted()}), StatusCode::kInvalidArgument);
}

TEST_F(OpenVerifiedTest, RefusesAFileOfMoreThanSixteenMegabytesUnopened) {
  EXPECT_FALSE(OpenVerified(base::Bytes(kZipBytesMax + 1, 0), {}).ok());
  base::Bytes zip = Zip(SomeExport());
  zip.resize(kZipBytesMax + 1);
  EXPECT_NE(Open(zip, {Trusted()}), StatusCode::kOk);
}

}  // namespace
}  // namespace enks::phone
