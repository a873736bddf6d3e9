#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "exposure/region.h"
#include "exposure/statistics.h"
#include "exposure/windows.h"

// The rows an operator configures and the rows the export job keeps, as plain values. Ids are given
// by the store; 0 means "not stored yet".
namespace enks::store {

using base::UnixTime;

// One public key of a health authority: verifies certificates whose `kid` is `version`.
struct HealthAuthorityKey {
  std::string version;           // JWT kid
  UnixTime from;                 // valid strictly after
  std::optional<UnixTime> thru;  // valid strictly before; nothing: open-ended
  std::string public_key_pem;    // SPKI, EC P-256
  // Read from the authority's JWKS document and kept in step with it; false: an operator's, which
  // no document changes.
  bool from_jwks = false;
  // Since when the key has been missing from every document that could be read. Stays when it is
  // revoked for that: a key that ended without was ended by an operator.
  std::optional<UnixTime> missing_since = std::nullopt;

  bool operator==(const HealthAuthorityKey&) const = default;
};

// Who may vouch for a diagnosis (spec/verification-certificate.md section 3).
struct HealthAuthority {
  std::int64_t id = 0;
  std::string issuer;    // JWT iss, unique
  std::string audience;  // JWT aud
  std::string name;
  std::optional<std::string> jwks_uri;
  bool stats_enabled = false;
  std::vector<HealthAuthorityKey> keys;

  bool operator==(const HealthAuthority&) const = default;
};

// What happened with uploads that one health authority vouched for, in one hour (UTC).
struct AuthorityHour {
  UnixTime start;
  exposure::HourCounts counts;
};

// Which app may publish (`healthAuthorityID` of the request; stored lower-case).
struct AuthorizedApp {
  std::string name;
  std::vector<std::string> regions;  // normalized; none is refused when saved
  std::vector<std::int64_t> health_authority_ids;
  bool bypass_certificate = false;  // bypass_health_authority_verification
  bool bypass_revision_token = false;
};

// Which private key signs, and under which names phones know its public half.
struct SignatureInfo {
  std::int64_t id = 0;
  std::string signing_key;  // reference that secrets/ resolves, e.g. "file://keys/export-1.pem"
  std::string key_id;       // verification_key_id, for example the country's MCC
  std::string key_version;  // verification_key_version, for example "v1"
  UnixTime from;            // newest `from` is listed first in files
  std::optional<UnixTime> thru;
};

// A key that seals revision tokens, as it lies in the database: itself sealed, by a key that the
// database does not hold (spec/revision-token.md section 4).
struct RevisionKey {
  std::int64_t id = 0;     // tokens name it; never given twice
  base::Bytes additional;  // what it was sealed with beside it, 16 random bytes
  base::Bytes sealed;
  UnixTime created_at;
};

// Where files and their index go: a bucket (folder of the file store) and a path in it. Phones know
// an export by its place.
struct ExportPlace {
  std::string bucket;
  std::string filename_root;
  auto operator<=>(const ExportPlace&) const = default;
};

struct ExportConfig {
  std::int64_t id = 0;
  // The place, spelled as store/object_name.h allows. Ignoring case, it belongs to the first
  // configuration that has it, and once that one has a batch there, for ever.
  std::string bucket;
  std::string filename_root;
  std::chrono::seconds period{4 * 3600};
  std::string output_region;
  std::vector<std::string> input_regions;  // empty: the output region
  std::vector<std::string> exclude_regions;
  bool include_travelers = false;
  bool only_non_travelers = false;
  UnixTime from;
  std::optional<UnixTime> thru;
  std::vector<std::int64_t> signature_info_ids;      // at most kSignaturesMax
  std::optional<std::int64_t> max_records_override;  // at most kFileRecordsMax

  ExportPlace Place() const { return {bucket, filename_root}; }
  // The regions whose keys go in: input_regions, or else the output region.
  exposure::KeySelection Selection() const;
};

inline constexpr std::size_t kSignaturesMax = 10;
// Keys that phones accept in one file.
inline constexpr std::int64_t kFileRecordsMax = 750'000;

// kOpen -> kPending (leased) -> kComplete -> kDeleted (all its files are gone).
enum class BatchStatus { kOpen, kPending, kComplete, kDeleted };
const char* BatchStatusName(BatchStatus status);  // OPEN, PENDING, COMPLETE, DELETED

// One window of one configuration. `settings` is the configuration as it was when the batch was
// made, so later changes affect later batches only.
struct ExportBatch {
  std::int64_t id = 0;
  ExportConfig settings;
  exposure::Window window;
  BatchStatus status = BatchStatus::kOpen;
  std::optional<UnixTime> lease_expires;
  // Fencing token of the current lease; whoever holds an older one can no longer write.
  std::int64_t lease = 0;
  // Padding keys of this window are in the store, in the same transaction that set this.
  bool padded = false;
};

enum class FileStatus { kComplete, kDeletePending, kDeleted };
const char* FileStatusName(FileStatus status);  // COMPLETE, DEL_PEND, DELETED

struct ExportFile {
  std::int64_t batch_id = 0;
  std::int64_t config_id = 0;
  std::string bucket;
  std::string name;  // object name within the bucket, filename root included
  exposure::Window window;
  std::string region;
  std::int32_t file_number = 1;  // 1-based
  std::int32_t file_count = 1;
  std::int64_t key_count = 0;  // primary and revised
  std::int64_t size_bytes = 0;
  FileStatus status = FileStatus::kComplete;
};

}  // namespace enks::store
