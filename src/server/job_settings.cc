#include "server/job_settings.h"

#include "base/duration.h"
#include "server/setting_kinds.h"

namespace enks::server {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// The reference takes a time below zero for the same above zero
// (spec/verification-certificate.md section 4).
Setting CleanupTtlSetting() {
  Setting setting = DurationSetting(
      "jwks.cleanup_ttl", "HEALTH_AUTHORITY_KEY_CLEANUP_TTL", seconds(0), hours(24 * 365),
      ENKS_AT(seconds, jwks.rules.cleanup_ttl),
      "How long a key that was revoked because it vanished is kept for the record.");
  setting.set = [set = setting.set](Settings& settings, const RawValue& raw) {
    const auto value = AsSeconds(raw);
    if (!value || *value >= seconds(0)) return set(settings, raw);
    return set(settings, base::FormatDuration(-*value));
  };
  return setting;
}

}  // namespace

void AddJwksSettings(std::vector<Setting>& table) {
  table.push_back(
      DurationSetting("jwks.request_timeout", "REQUEST_TIMEOUT", seconds(1),
                      std::chrono::minutes(10), ENKS_AT(seconds, jwks.request_timeout),
                      "How long a health authority may take to answer with its JWKS document."));
  table.push_back(DurationSetting(
      "jwks.confirm_after", "", seconds(0), hours(24 * 30),
      ENKS_AT(seconds, jwks.rules.confirm_after),
      "How long a key must be missing from every JWKS document before it is revoked. An alarm is "
      "in the log at once; `enks authority revoke-key` does not wait."));
  table.push_back(CleanupTtlSetting());
}

void AddJobSettings(std::vector<Setting>& table) {
  table.push_back(DurationSetting(
      "jobs.create_batches_every", "", seconds(0), hours(24), ENKS_AT(seconds, jobs.create_batches),
      "How often windows that are over become batches, first soon after the start; 0s: only by "
      "/create-batches."));
  table.push_back(DurationSetting("jobs.do_work_every", "", seconds(0), hours(24),
                                  ENKS_AT(seconds, jobs.do_work),
                                  "How often batches become files, first soon after the start; 0s: "
                                  "only by /do-work."));
  table.push_back(DurationSetting("jobs.cleanup_every", "", seconds(0), hours(24),
                                  ENKS_AT(seconds, jobs.cleanup),
                                  "How often old keys and files are deleted, first soon after the "
                                  "start; 0s: only by /cleanup-exposure and /cleanup-export."));
  table.push_back(DurationSetting("jobs.rotate_keys_every", "", seconds(0), hours(24),
                                  ENKS_AT(seconds, jobs.rotate_keys),
                                  "How often enks looks whether a new revision key is due, first "
                                  "soon after the start; 0s: only by /rotate-keys."));
  table.push_back(DurationSetting("jobs.sync_keys_every", "", seconds(0), hours(24),
                                  ENKS_AT(seconds, jobs.sync_keys),
                                  "How often the keys of health authorities are read from their "
                                  "JWKS documents; 0s: only by /sync-keys."));
  table.push_back(DurationSetting("jobs.refresh_every", "", seconds(1), hours(1),
                                  ENKS_AT(seconds, jobs.refresh),
                                  "How soon a changed app, health authority or key takes effect."));
  table.push_back(DurationSetting("jobs.read_policies_every", "", seconds(1), hours(24),
                                  ENKS_AT(seconds, jobs.read_policies),
                                  "How soon a changed file of attestation policies, or one that it "
                                  "names, takes effect."));
  table.push_back(
      IntSetting<std::size_t>("store.queue_uploads_max", "", "uploads", 1, 1'000'000,
                              ENKS_AT(std::size_t, store.queue_uploads_max),
                              "Uploads that may wait for a commit; more are answered 503."));
  table.push_back(IntSetting<std::size_t>("store.commit_uploads_max", "", "uploads", 1, 100'000,
                                          ENKS_AT(std::size_t, store.commit_uploads_max),
                                          "Uploads that may share one commit."));
  table.push_back(IntSetting<std::size_t>("store.run_keys_max", "", "keys", 64, 65536,
                                          ENKS_AT(std::size_t, store.run_keys_max),
                                          "Keys packed into one database row."));
}

}  // namespace enks::server
