#pragma once

#include <memory>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "exportfile/format.h"
#include "secrets/signer.h"

namespace enks::exportfile {

struct SignerEntry {
  WireSignatureInfo info;
  secrets::Signer* signer = nullptr;  // outlives the writer
};

// Writes one export file as a stream into a PendingFile: a zip of export.bin (the keys) and
// export.sig (a signature an entry of `signers`), deflated. Memory is bounded whatever the number
// of keys. The same input gives the same export.bin byte for byte. Not thread-safe.
//
// Call AddKey for the primary keys in strictly ascending order of key data (kInvalidArgument
// otherwise), then AddRevisedKey likewise, then Finish, which signs and closes the zip but does not
// commit `out`. Each signature is checked with the signer's own public key before it is written.
// After any other failure the writer takes nothing more, and `out` is of no use.
class ExportWriter {
 public:
  // `signers` must not be empty: phones refuse unsigned files (divergence E12). They give the
  // signature infos of the file; those in `header` are not looked at. `out` outlives the writer.
  static Result<std::unique_ptr<ExportWriter>> Begin(base::PendingFile& out, ExportHeader header,
                                                     std::vector<SignerEntry> signers);
  virtual ~ExportWriter() = default;
  virtual Status AddKey(const WireKey& key) = 0;
  virtual Status AddRevisedKey(const WireKey& key) = 0;

  struct Written {
    std::int64_t key_count = 0;          // of both lists
    std::uint64_t size_bytes = 0;        // of the zip
    secrets::Sha256Digest bin_digest{};  // of export.bin: what was signed
  };
  virtual Result<Written> Finish() = 0;
};

}  // namespace enks::exportfile
