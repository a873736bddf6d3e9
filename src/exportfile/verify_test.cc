#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <string>

#include "exportfile/reader.h"
#include "exportfile/test_exports.h"
#include "exportfile/zip_reader.h"
#include "exportfile/zip_writer.h"

namespace enks::exportfile {
namespace {

using base::Bytes;

const WireSignatureInfo kInfo{.key_version = "v1", .key_id = "310"};

class VerifySignatureTest : public ::testing::Test {
 protected:
  VerifySignatureTest() {
    base::SeededRandom random(1);
    content_.keys = RandomKeys(2, random);
    content_.revised_keys = RandomKeys(1, random);
    zip_ = ZipOf(content_, {{{.key_version = "v0", .key_id = "310"}, &other_}, {kInfo, &signer_}});
    read_ = *ReadExportFile(zip_, {});
  }
  void ExpectUnverified(const WireSignatureInfo& info, const std::string& pem,
                        const std::string& why) {
    const Status status = VerifySignature(read_, info, pem);
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
    EXPECT_NE(status.ToString().find(why), std::string::npos) << status;
  }

  KeySigner signer_;
  KeySigner other_;
  TestExport content_;
  Bytes zip_;
  ExportFileContent read_;
};

TEST_F(VerifySignatureTest, TheRightKeyUnderTheRightNameVerifies) {
  EXPECT_TRUE(VerifySignature(read_, kInfo, signer_.PublicKeyPem()).ok());
}

TEST_F(VerifySignatureTest, AnotherKeyIsRefused) {
  ExpectUnverified(kInfo, other_.PublicKeyPem(), "does not fit");
}

TEST_F(VerifySignatureTest, AnotherIdOrVersionIsRefusedAndWhatIsThereNamed) {
  const std::string first = "the first is under key id \"310\", version \"v0\"";
  ExpectUnverified({.key_version = "v1", .key_id = "311"}, signer_.PublicKeyPem(), first);
  ExpectUnverified({.key_version = "v2", .key_id = "310"}, signer_.PublicKeyPem(), first);
  ExpectUnverified({}, signer_.PublicKeyPem(), first);
}

TEST_F(VerifySignatureTest, IdAndVersionAreComparedAsAPair) {
  read_.signatures[1].info = {.key_version = "c", .key_id = "a.b"};
  ExpectUnverified({.key_version = "b.c", .key_id = "a"}, signer_.PublicKeyPem(), "no signature");
  ExpectUnverified({.key_version = "a.b", .key_id = "c"}, signer_.PublicKeyPem(), "no signature");
}

TEST_F(VerifySignatureTest, OneOfSeveralSignaturesUnderTheNameSuffices) {
  read_.signatures[0].info = kInfo;
  EXPECT_TRUE(VerifySignature(read_, kInfo, signer_.PublicKeyPem()).ok());
  EXPECT_TRUE(VerifySignature(read_, kInfo, other_.PublicKeyPem()).ok());
}

TEST_F(VerifySignatureTest, AFileWithoutSignaturesIsRefused) {
  read_.signatures.clear();
  ExpectUnverified(kInfo, signer_.PublicKeyPem(), "it has no signature");
}

TEST_F(VerifySignatureTest, ASignatureThatIsNoDerIsRefused) {
  for (const Bytes& bytes : {Bytes{}, Bytes{0x30}, Bytes(64, 7)}) {
    read_.signatures[1].signature = bytes;
    ExpectUnverified(kInfo, signer_.PublicKeyPem(), "does not fit");
  }
}

std::string PublicKeyOn(const char* curve) {
  EVP_PKEY* key = EVP_EC_gen(curve);
  BIO* bio = BIO_new(BIO_s_mem());
  EXPECT_EQ(PEM_write_bio_PUBKEY(bio, key), 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
}

TEST_F(VerifySignatureTest, AKeyOnAnotherCurveOrNoKeyIsRefused) {
  ExpectUnverified(kInfo, PublicKeyOn("P-384"), "not on the curve P-256");
  ExpectUnverified(kInfo, "", "public key is no use");
}

TEST_F(VerifySignatureTest, NamesFromTheFileCannotSteerATerminal) {
  read_.signatures[0].info.key_id = "\x1b[2J\n" + std::string(100, 'x');
  const std::string text = VerifySignature(read_, {}, signer_.PublicKeyPem()).ToString();
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.find(std::string(65, 'x')), std::string::npos);
}

TEST_F(VerifySignatureTest, AnyChangedByteOfTheBinIsSeen) {
  const auto reader = ZipReader::Open(zip_);
  const Bytes bin = *reader->Read(kBinName, 10'000);
  const Bytes sig = *reader->Read(kSigName, 10'000);
  for (std::size_t i = 0; i < bin.size(); ++i) {
    for (const int change : {0x01, 0x80, 0xff}) {
      Bytes changed = bin;
      changed[i] = static_cast<std::uint8_t>(bin[i] ^ change);
      MemoryFile out;
      ZipWriter zip(out);
      ASSERT_TRUE(zip.BeginEntry(kBinName).ok() && zip.Write(changed).ok() && zip.EndEntry().ok());
      ASSERT_TRUE(zip.BeginEntry(kSigName).ok() && zip.Write(sig).ok() && zip.EndEntry().ok());
      ASSERT_TRUE(zip.Finish().ok());
      const auto read = ReadExportFile(out.bytes, {});
      EXPECT_FALSE(read.ok() && VerifySignature(*read, kInfo, signer_.PublicKeyPem()).ok()) << i;
    }
  }
}

}  // namespace
}  // namespace enks::exportfile
