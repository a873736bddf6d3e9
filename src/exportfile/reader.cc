#include "exportfile/reader.h"

#include <fmt/core.h>

#include <string>

#include "crypto/digest.h"
#include "crypto/ecdsa.h"
#include "exportfile/decoder.h"
#include "exportfile/quote.h"
#include "exportfile/zip_reader.h"

namespace enks::exportfile {
namespace {

using base::ByteView;

std::string Name(const WireSignatureInfo& info) {
  return fmt::format("key id {}, version {}", Quote(info.key_id), Quote(info.key_version));
}

Status Unverified(std::string_view why) {
  return absl::UnauthenticatedError(fmt::format("the export file is not verified: {}", why));
}

}  // namespace

Result<ExportFileContent> ReadExportFile(ByteView zip, const ReadLimits& limits) {
  return ReadExportFile(zip, limits, [](const ExportFileContent&) { return absl::OkStatus(); });
}

Result<ExportFileContent> ReadExportFile(ByteView zip, const ReadLimits& limits,
                                         const SignatureCheck& check) {
  if (zip.size() > limits.zip_bytes_max) {
    return absl::InvalidArgumentError(
        fmt::format("a zip larger than the limit of {} bytes", limits.zip_bytes_max));
  }
  ENKS_ASSIGN(const ZipReader reader, ZipReader::Open(zip));
  ENKS_ASSIGN(const base::Bytes bin, reader.Read(kBinName, limits.bin_bytes_max));
  ENKS_ASSIGN(const base::Bytes sig, reader.Read(kSigName, limits.sig_bytes_max));
  // The reference cuts the header off before it looks at the length (reference-defects.md I6).
  if (!base::AsText(bin).starts_with(kHeader)) {
    return absl::InvalidArgumentError("export.bin does not begin with \"EK Export v1    \"");
  }
  ExportFileContent content;
  content.bin_digest = crypto::Sha256(bin);
  ENKS_TRY(DecodeSignatures(sig, content));
  ENKS_TRY(check(content));
  ENKS_TRY(DecodeExport(ByteView(bin).subspan(kHeader.size()), content));
  return content;
}

// spec/export-file.md section 3: one signature under the expected id and version suffices.
Status VerifySignature(const ExportFileContent& content, const WireSignatureInfo& expected,
                       std::string_view public_key_pem) {
  const auto key = crypto::EcdsaPublicKey::FromPem(public_key_pem);
  if (!key.ok()) {
    return Unverified("the public key is no use: " + std::string(key.status().message()));
  }
  bool is_named = false;
  for (const WireSignature& signature : content.signatures) {
    // Compared as a pair: joined by a dot, "a.b" with "c" would be "a" with "b.c" (I14).
    if (!(signature.info == expected)) continue;
    if (key->VerifyDer(content.bin_digest, signature.signature)) return absl::OkStatus();
    is_named = true;
  }
  if (is_named) {
    return Unverified("the signature under " + Name(expected) +
                      " does not fit this content and public key");
  }
  if (content.signatures.empty()) return Unverified("it has no signature");
  return Unverified("no signature under " + Name(expected) + "; the first is under " +
                    Name(content.signatures.front().info));
}

}  // namespace enks::exportfile
