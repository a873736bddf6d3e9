#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/random.h"
#include "crypto/ecdsa.h"
#include "exportfile/writer.h"
#include "secrets/signer.h"

// What the tests of this folder share: a file in memory, a signer with a key of its own, and
// export files made of them.
namespace enks::exportfile {

// Keeps what was appended, or counts it only.
class MemoryFile final : public base::PendingFile {
 public:
  Status Append(base::ByteView appended) override {
    if (bytes.size() + appended.size() > bytes_max)
      return absl::ResourceExhaustedError("disk full");
    bytes.insert(bytes.end(), appended.begin(), appended.end());
    return absl::OkStatus();
  }
  Status WriteAt(std::uint64_t offset, base::ByteView written) override {
    if (offset + written.size() > bytes.size()) return absl::OutOfRangeError("past the end");
    std::copy(written.begin(), written.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset));
    return absl::OkStatus();
  }
  Status Commit() override { return absl::OkStatus(); }

  base::Bytes bytes;
  std::size_t bytes_max = SIZE_MAX;  // of the disk
};

class KeySigner final : public secrets::Signer {
 public:
  Result<base::Bytes> SignDigest(const secrets::Sha256Digest& digest) override {
    return key_.SignDer(digest);
  }
  std::string PublicKeyPem() const override { return key_.PublicKey().ToPem(); }

 private:
  const crypto::EcdsaPrivateKey key_ = crypto::EcdsaPrivateKey::Generate();
};

struct TestExport {
  ExportHeader header{
      .start = base::UnixTime(std::chrono::seconds(1606780800)),
      .end = base::UnixTime(std::chrono::seconds(1606784400)),
      .region = "DE",
      .signature_infos = {},
  };
  std::vector<WireKey> keys;
  std::vector<WireKey> revised_keys;
};

inline WireKey RandomKey(base::Random& random) {
  std::array<std::uint8_t, exposure::KeyData::kSize> data;
  random.Fill(data);
  WireKey key;
  key.key = exposure::KeyData(data);
  key.transmission_risk = static_cast<std::int32_t>(random.Below(9));
  key.rolling_start.number = static_cast<std::int32_t>(2'676'000 + 144 * random.Below(14));
  key.rolling_period =
      static_cast<std::int32_t>(random.Below(4) == 0 ? 1 + random.Below(143) : 144);
  key.report_type = static_cast<WireReportType>(random.Below(6));
  if (random.Below(2) == 0) key.days_since_onset = static_cast<std::int32_t>(random.Below(29)) - 14;
  return key;
}

// Ascending, as files have them.
inline std::vector<WireKey> RandomKeys(std::size_t count, base::Random& random) {
  std::vector<WireKey> keys;
  for (std::size_t i = 0; i < count; ++i) keys.push_back(RandomKey(random));
  std::sort(keys.begin(), keys.end(),
            [](const WireKey& a, const WireKey& b) { return a.key < b.key; });
  return keys;
}

inline Result<ExportWriter::Written> WriteExport(const TestExport& content,
                                                 std::vector<SignerEntry> signers,
                                                 base::PendingFile& out) {
  ENKS_ASSIGN(const auto writer, ExportWriter::Begin(out, content.header, std::move(signers)));
  for (const WireKey& key : content.keys) ENKS_TRY(writer->AddKey(key));
  for (const WireKey& key : content.revised_keys) ENKS_TRY(writer->AddRevisedKey(key));
  return writer->Finish();
}

// The bytes of the zip.
inline base::Bytes ZipOf(const TestExport& content, std::vector<SignerEntry> signers) {
  MemoryFile out;
  const auto written = WriteExport(content, std::move(signers), out);
  EXPECT_TRUE(written.ok()) << written.status();
  return std::move(out.bytes);
}

}  // namespace enks::exportfile
