#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "exportfile/encoder.h"
#include "exportfile/test_exports.h"
#include "exportfile/zip_writer.h"
#include "phone/download.h"

namespace enks::phone {

// For tests: export files signed by `signer_`, whom the phone trusts, or by a stranger.
class SignedFiles : public testing::Test {
 protected:
  base::Bytes Zip(const exportfile::TestExport& content) {
    return exportfile::ZipOf(content, {{kInfo, &signer_}});
  }

  exportfile::TestExport SomeExport(int hour = 0) {
    exportfile::TestExport content;
    content.header.start += std::chrono::hours(hour);
    content.header.end += std::chrono::hours(hour);
    content.keys = exportfile::RandomKeys(5, random_);
    return content;
  }

  // Properly signed, but its key list ends in the middle of a key.
  base::Bytes MalformedZip(secrets::Signer& signer) {
    std::string bin(exportfile::kHeader);
    bin += "\x3a\x10";
    const auto signature = signer.SignDigest(crypto::Sha256(base::AsBytes(bin)));
    exportfile::MemoryFile out;
    exportfile::ZipWriter zip(out);
    AddEntry(exportfile::kBinName, base::AsBytes(bin), zip);
    AddEntry(exportfile::kSigName,
             exportfile::EncodeSignatures({{.info = kInfo, .signature = *signature}}), zip);
    EXPECT_TRUE(zip.Finish().ok());
    return std::move(out.bytes);
  }
  static void AddEntry(std::string_view name, base::ByteView bytes, exportfile::ZipWriter& zip) {
    EXPECT_TRUE(zip.BeginEntry(name).ok());
    EXPECT_TRUE(zip.Write(bytes).ok());
    EXPECT_TRUE(zip.EndEntry().ok());
  }

  TrustedKey Trusted() const { return {.info = kInfo, .public_key_pem = signer_.PublicKeyPem()}; }

  absl::StatusCode Open(base::ByteView zip, const std::vector<TrustedKey>& keys) {
    return OpenVerified(zip, keys).status().code();
  }

  const exportfile::WireSignatureInfo kInfo{.key_version = "v1", .key_id = "310"};
  base::SeededRandom random_{1};
  exportfile::KeySigner signer_;
  exportfile::KeySigner stranger_;
};

}  // namespace enks::phone
