#include "store/sql/normalize.h"

#include <fmt/core.h>

#include <algorithm>

#include "exposure/region.h"
#include "exposure/windows.h"
#include "store/object_name.h"

namespace enks::store::sql {
namespace {

Status Fault(std::string_view field, std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("{} {}", field, what));
}

// PostgreSQL takes no zero byte, and names stand in logs and lists, one a line.
bool IsControl(char c) {
  return (c >= 0 && c < ' ') || c == 0x7f;
}

Status CheckText(std::string_view field, std::string_view text) {
  if (text.empty()) return Fault(field, "is empty");
  if (text.size() > kTextBytesMax) return Fault(field, "is longer than 1024 bytes");
  if (std::any_of(text.begin(), text.end(), IsControl)) {
    return Fault(field, "has a control character");
  }
  return absl::OkStatus();
}

Status CheckSpan(UnixTime from, const std::optional<UnixTime>& thru) {
  if (thru && *thru <= from) return Fault("thru", "is not after from");
  return absl::OkStatus();
}

// A bucket and a root become a path below the folder of the export files, so they stay there; and
// the file store takes every name that is accepted here (store/object_name.h).
Status CheckPlace(const ExportConfig& config) {
  if (!IsPlainSegment(config.bucket)) {
    return Fault("bucket", fmt::format("must be the name of one folder: {}", kPlainSegmentRule));
  }
  if (config.filename_root.size() > kFilenameRootBytesMax || !IsPlainPath(config.filename_root)) {
    return Fault("filename_root",
                 fmt::format("must be names of folders with a slash between each two, at most {} "
                             "bytes together; each {}",
                             kFilenameRootBytesMax, kPlainSegmentRule));
  }
  return absl::OkStatus();
}

Status CheckRecordsMax(const std::optional<std::int64_t>& records_max) {
  if (!records_max || (*records_max >= 1 && *records_max <= kFileRecordsMax)) {
    return absl::OkStatus();
  }
  return Fault("max_records_override",
               fmt::format("must be between 1 and {}: phones accept no more keys in a file",
                           kFileRecordsMax));
}

void SortUnique(std::vector<std::int64_t>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

Status NormalizeConfigRegions(ExportConfig& config) {
  ENKS_ASSIGN(const std::vector<std::string> output,
              exposure::NormalizeRegions({config.output_region}));
  config.output_region = output.front();
  ENKS_ASSIGN(config.input_regions, exposure::NormalizeRegions(config.input_regions));
  ENKS_ASSIGN(config.exclude_regions, exposure::NormalizeRegions(config.exclude_regions));
  if (config.include_travelers && config.only_non_travelers) {
    return Fault("include_travelers", "contradicts only_non_travelers");
  }
  return absl::OkStatus();
}

}  // namespace

Status Check(const HealthAuthority& authority) {
  ENKS_TRY(CheckText("issuer", authority.issuer));
  ENKS_TRY(CheckText("audience", authority.audience));
  ENKS_TRY(CheckText("name", authority.name));
  if (authority.jwks_uri) ENKS_TRY(CheckText("jwks_uri", *authority.jwks_uri));
  for (const HealthAuthorityKey& key : authority.keys) ENKS_TRY(Check(key));
  return absl::OkStatus();
}

Status Check(const HealthAuthorityKey& key) {
  ENKS_TRY(CheckText("version", key.version));
  if (key.public_key_pem.empty()) return Fault("public_key_pem", "is empty");
  if (key.public_key_pem.size() > kPemBytesMax) {
    return Fault("public_key_pem", "is longer than 16 KiB");
  }
  if (key.public_key_pem.find('\0') != std::string::npos) {
    return Fault("public_key_pem", "has a zero byte");
  }
  // A key that is revoked before it was ever valid ends where it begins
  // (spec/verification-certificate.md section 3, "Revoke").
  if (key.thru && *key.thru < key.from) return Fault("thru", "is before from");
  return absl::OkStatus();
}

Status Check(const SignatureInfo& info) {
  ENKS_TRY(CheckText("signing_key", info.signing_key));
  ENKS_TRY(CheckText("key_id", info.key_id));
  ENKS_TRY(CheckText("key_version", info.key_version));
  return CheckSpan(info.from, info.thru);
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

Result<AuthorizedApp> Normalize(const AuthorizedApp& app) {
  ENKS_TRY(CheckText("name", app.name));
  AuthorizedApp normal = app;
  normal.name = LowerCase(app.name);
  // As in the reference (spec/admin-and-data-model.md part 2, "Regions list cannot be empty"). Its
  // uploads would otherwise fail for a fault that only the operator can mend, and phones retry.
  if (app.regions.empty()) {
    return Fault("regions", "is empty: an app needs at least one region for the keys it publishes");
  }
  ENKS_ASSIGN(normal.regions, exposure::NormalizeRegions(app.regions));
  SortUnique(normal.health_authority_ids);
  return normal;
}

Result<ExportConfig> Normalize(const ExportConfig& config) {
  ENKS_TRY(CheckPlace(config));
  if (const auto fault = exposure::PeriodFault(config.period)) {
    return absl::InvalidArgumentError(*fault);
  }
  ENKS_TRY(CheckSpan(config.from, config.thru));
  ENKS_TRY(CheckRecordsMax(config.max_records_override));
  ExportConfig normal = config;
  SortUnique(normal.signature_info_ids);
  if (normal.signature_info_ids.size() > kSignaturesMax) {
    return Fault("signature_info_ids", fmt::format("names more than {}", kSignaturesMax));
  }
  ENKS_TRY(NormalizeConfigRegions(normal));
  return normal;
}

}  // namespace enks::store::sql
