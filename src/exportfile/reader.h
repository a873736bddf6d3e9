#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "exportfile/format.h"
#include "secrets/signer.h"

namespace enks::exportfile {

// Bounds on what is read from a stranger. Phones accept files of at most 16 MB.
struct ReadLimits {
  std::uint64_t zip_bytes_max = 16u << 20;
  std::uint64_t bin_bytes_max = 64u << 20;
  std::uint64_t sig_bytes_max = 64u << 10;
};

struct ExportFileContent {
  ExportHeader header;
  std::vector<WireKey> keys;
  std::vector<WireKey> revised_keys;
  std::vector<WireSignature> signatures;
  secrets::Sha256Digest bin_digest{};  // SHA-256 of the whole export.bin
};

// Reads a zip from a stranger. kInvalidArgument says in words what is wrong (not a zip, entry
// missing, wrong header, malformed message, key that is not 16 bytes, over a limit). Does not look
// at signatures.
Result<ExportFileContent> ReadExportFile(base::ByteView zip, const ReadLimits& limits);

// The same for readers who must not look at what nobody they trust has signed: `check` is called
// with the signatures and the digest, to pass them to VerifySignature(), before a single key or
// header field is decoded. If it is not OK, its status is the result.
using SignatureCheck = std::function<Status(const ExportFileContent& signatures_and_digest)>;
Result<ExportFileContent> ReadExportFile(base::ByteView zip, const ReadLimits& limits,
                                         const SignatureCheck& check);

// OK if one signature of `content` with this key id and version verifies under the PEM public key
// (SPKI, EC P-256). kUnauthenticated says which of the conditions failed.
Status VerifySignature(const ExportFileContent& content, const WireSignatureInfo& expected,
                       std::string_view public_key_pem);

}  // namespace enks::exportfile
