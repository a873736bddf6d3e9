#include "store/runs/testing/uploads.h"

#include <array>

#include "base/check.h"
#include "store/runs/key_reader.h"

namespace enks::store::runs::testing {

using exposure::AcceptedKey;
using exposure::KeyData;
using exposure::ReportType;

AcceptedKey MakeKey(base::Random& random, UnixTime release_at) {
  std::array<std::uint8_t, KeyData::kSize> bytes;
  random.Fill(bytes);
  AcceptedKey key;
  key.key = KeyData(bytes);
  key.rolling_start.number = 2'833'200 - 144 * static_cast<std::int32_t>(random.Below(14));
  key.rolling_period = 144;
  key.transmission_risk = static_cast<std::int32_t>(random.Below(9));
  key.report_type = ReportType::kLikely;
  key.days_since_onset = static_cast<std::int32_t>(random.Below(29)) - 14;
  key.release_at = release_at;
  return key;
}

KeyUpload MakeUpload(base::Random& random, std::size_t count, UnixTime release_at) {
  KeyUpload upload;
  for (std::size_t i = 0; i < count; ++i) upload.keys.push_back(MakeKey(random, release_at));
  upload.origin.app = "org.example.app";
  upload.origin.regions = {"US"};
  upload.origin.health_authority_id = 1;
  upload.origin.certificate_key_version = "v1";
  return upload;
}

KeyUpload RevisionOf(const KeyUpload& upload, ReportType type) {
  KeyUpload revision = upload;
  revision.policy.token.emplace();
  for (AcceptedKey& key : revision.keys) {
    key.report_type = type;
    revision.policy.token->push_back({key.key, key.rolling_start.number, key.rolling_period});
  }
  return revision;
}

std::map<KeyData, ExportedKey> StoredKeys(sql::Connection& connection, KeyPass pass) {
  std::map<KeyData, ExportedKey> stored;
  const exposure::Window always{UnixTime::min(), UnixTime::max()};
  const Status status =
      ForEachKey(connection, always, pass, {}, [&](const ExportedKey& key) -> Status {
        ENKS_CHECK(stored.emplace(key.key, key).second);  // no key is stored twice
        return absl::OkStatus();
      });
  ENKS_CHECK(status.ok());
  return stored;
}

std::size_t CountStored(sql::Connection& connection, const KeyUpload& upload) {
  const auto stored = StoredKeys(connection, KeyPass::kPrimary);
  std::size_t count = 0;
  for (const AcceptedKey& key : upload.keys) count += stored.contains(key.key) ? 1U : 0U;
  return count;
}

}  // namespace enks::store::runs::testing
