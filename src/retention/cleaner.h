#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "store/store.h"

namespace enks::retention {

// Below this nothing is deleted unless the operator insists: phones match for 14 days, and a typing
// error here must not wipe a country's keys (spec/export-pipeline.md section 6).
inline constexpr std::chrono::seconds kTtlMin{10 * 86400};

// Keys that phones attested for App Attest's assertions are deleted when they were not used for so
// long: an app then attests a new one.
inline constexpr std::chrono::days kAttestedKeyIdleMax{30};

struct RetentionOptions {
  std::chrono::seconds ttl{14 * 86400};  // CLEANUP_TTL
  bool allow_short_ttl = false;          // DEBUG_OVERRIDE_CLEANUP_MIN_DURATION
};

// Removes the object of an export file. Implemented over exports::FileStore by the server; here so
// that retention does not include exports.
class ObjectRemover {
 public:
  virtual ~ObjectRemover() = default;
  virtual Status Remove(std::string_view bucket, std::string_view name) = 0;
};

struct CleanRun {
  std::int64_t keys_deleted = 0;
  std::int64_t files_expired = 0;
  std::int64_t files_deleted = 0;
};

// Deletes what is past its time: spec/export-pipeline.md sections 6 and 7. Everything it is handed
// outlives it. What was deleted and what failed is in the log when a call returns.
class Cleaner {
 public:
  Cleaner(const RetentionOptions& options, store::Store& store, ObjectRemover& objects,
          const base::Clock& clock, base::Log& log);

  // kFailedPrecondition, deleting nothing, if the TTL is below kTtlMin and not allowed.
  Result<CleanRun> CleanKeys();
  // Goes on after a file that cannot be removed; returns the first failure at the end.
  Result<CleanRun> CleanFiles();

 private:
  Result<CleanRun> DeleteKeys();
  Result<std::int64_t> ExpireFiles();

  const RetentionOptions options_;
  store::Store& store_;
  ObjectRemover& objects_;
  const base::Clock& clock_;
  base::Log& log_;
};

}  // namespace enks::retention
