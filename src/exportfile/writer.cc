#include "exportfile/writer.h"

#include <fmt/core.h>

#include <array>
#include <optional>
#include <utility>

#include "base/check.h"
#include "crypto/digest.h"
#include "crypto/ecdsa.h"
#include "exportfile/encoder.h"
#include "exportfile/zip_writer.h"

namespace enks::exportfile {
namespace {

using base::ByteView;

// Enough that the calls for digest, checksum and deflate cost nothing a key.
constexpr std::size_t kChunkBytes = 64 * 1024;

// A key service may sign with another version of a key than the one whose public half it shows
// (reference-defects.md PL2). Phones would refuse the file, and nobody would notice.
Result<base::Bytes> SignAndCheck(const SignerEntry& entry, const crypto::Sha256Digest& digest) {
  ENKS_ASSIGN(base::Bytes signature, entry.signer->SignDigest(digest));
  ENKS_ASSIGN(const auto public_key, crypto::EcdsaPublicKey::FromPem(entry.signer->PublicKeyPem()));
  if (public_key.VerifyDer(digest, signature)) return signature;
  return absl::InternalError(
      fmt::format("the signature made for key id {}, version {} does not fit its own public key",
                  entry.info.key_id, entry.info.key_version));
}

class StreamingWriter final : public ExportWriter {
 public:
  StreamingWriter(base::PendingFile& out, ExportHeader header, std::vector<SignerEntry> signers)
      : zip_(out), header_(std::move(header)), signers_(std::move(signers)) {
    for (const SignerEntry& entry : signers_) header_.signature_infos.push_back(entry.info);
  }

  Status WriteStart() {
    ENKS_TRY(zip_.BeginEntry(kBinName));
    ENKS_TRY(WriteBin(base::AsBytes(kHeader)));
    return WriteBin(EncodeHeader(header_));
  }

  Status AddKey(const WireKey& key) override {
    if (stage_ != KeyList::kKeys) {
      return absl::InvalidArgumentError("a primary key after the first revised key");
    }
    return Add(KeyList::kKeys, key);
  }

  Status AddRevisedKey(const WireKey& key) override {
    if (stage_ == KeyList::kKeys) newest_.reset();
    stage_ = KeyList::kRevisedKeys;
    return Add(KeyList::kRevisedKeys, key);
  }

  Result<Written> Finish() override {
    ENKS_TRY(CheckOpen());
    is_open_ = false;
    ENKS_TRY(Flush());
    ENKS_TRY(zip_.EndEntry());
    written_.bin_digest = digest_.Finish();
    ENKS_TRY(WriteSignatures());
    ENKS_TRY(zip_.Finish());
    written_.size_bytes = zip_.size_bytes();
    return written_;
  }

 private:
  Status CheckOpen() const {
    if (is_open_) return absl::OkStatus();
    return absl::FailedPreconditionError("the export file was finished or has failed before");
  }

  Status Add(KeyList list, const WireKey& key) {
    ENKS_TRY(CheckOpen());
    // The order of arrival or of phones must not show, so it is checked where it matters most.
    if (newest_ && !(*newest_ < key.key)) {
      return absl::InvalidArgumentError("keys of an export file must ascend strictly");
    }
    if (chunk_.size() - chunk_used_ < kEncodedKeyBytesMax) ENKS_TRY(Flush());
    const std::span<std::uint8_t, kEncodedKeyBytesMax> place(chunk_.data() + chunk_used_,
                                                             kEncodedKeyBytesMax);
    chunk_used_ += EncodeKey(list, key.key.bytes(), key, place);
    newest_ = key.key;
    ++written_.key_count;
    return absl::OkStatus();
  }

  Status Flush() {
    const Status status = WriteBin(ByteView(chunk_.data(), chunk_used_));
    if (!status.ok()) is_open_ = false;
    chunk_used_ = 0;
    return status;
  }

  Status WriteBin(ByteView bytes) {
    digest_.Update(bytes);
    return zip_.Write(bytes);
  }

  Status WriteSignatures() {
    std::vector<WireSignature> signatures;
    for (const SignerEntry& entry : signers_) {
      ENKS_ASSIGN(base::Bytes signature, SignAndCheck(entry, written_.bin_digest));
      signatures.push_back({entry.info, header_.batch_num, header_.batch_size, signature});
    }
    ENKS_TRY(zip_.BeginEntry(kSigName));
    ENKS_TRY(zip_.Write(EncodeSignatures(signatures)));
    return zip_.EndEntry();
  }

  ZipWriter zip_;
  ExportHeader header_;
  const std::vector<SignerEntry> signers_;
  crypto::Sha256Stream digest_;
  std::array<std::uint8_t, kChunkBytes> chunk_;  // encoded keys that are not in the zip yet
  std::size_t chunk_used_ = 0;
  KeyList stage_ = KeyList::kKeys;
  std::optional<exposure::KeyData> newest_;  // the key before, in the same list
  bool is_open_ = true;
  Written written_;
};

}  // namespace

Result<std::unique_ptr<ExportWriter>> ExportWriter::Begin(base::PendingFile& out,
                                                          ExportHeader header,
                                                          std::vector<SignerEntry> signers) {
  if (signers.empty()) {
    return absl::InvalidArgumentError("an export file without a signature is refused by phones");
  }
  for (const SignerEntry& entry : signers) ENKS_CHECK(entry.signer != nullptr);
  header.signature_infos.clear();
  auto writer = std::make_unique<StreamingWriter>(out, std::move(header), std::move(signers));
  ENKS_TRY(writer->WriteStart());
  return writer;
}

}  // namespace enks::exportfile
