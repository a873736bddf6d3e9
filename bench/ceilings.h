#pragma once

#include <chrono>
#include <filesystem>

#include "base/clock.h"

// What this machine can do at this moment, measured beside our own figures: a share of a ceiling
// says more than a number, above all on a machine that others use, too. Each function blocks for
// about `span` and uses one thread.
namespace enks::bench {

struct VerificationRate {
  double per_second;
  double cpu_microseconds;  // of one verification: hardly moves when other programs take the core
};
// ES256 as certificates are verified: one key, parsed once, many signatures.
VerificationRate MeasureVerifications(const base::Clock& clock, std::chrono::nanoseconds span);

// How often a second 4 KB can be appended to a file and synced: a durable commit needs at least
// one.
double MeasureSyncs(const std::filesystem::path& folder, const base::Clock& clock,
                    std::chrono::nanoseconds span);

// Bytes a second.
double MeasureSha256(const base::Clock& clock, std::chrono::nanoseconds span);

// Rows a second when SQLite gets a key a row, no index, 100 000 rows a transaction, commit
// included.
double MeasurePlainInserts(const std::filesystem::path& folder, const base::Clock& clock);

}  // namespace enks::bench
