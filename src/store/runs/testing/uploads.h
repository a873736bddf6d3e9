#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "base/random.h"
#include "exposure/tek.h"
#include "store/keys.h"
#include "store/sql/connection.h"

// Uploads for tests, and what a database holds as tests compare it.
namespace enks::store::runs::testing {

// 2023-11-14T22:00Z, a full hour: where the release times of test uploads begin.
inline constexpr UnixTime kRelease{std::chrono::seconds(1'700'000'000 / 3600 * 3600)};
inline constexpr std::chrono::hours kHour{1};

// A key with random data and plausible values, of report type likely.
exposure::AcceptedKey MakeKey(base::Random& random, UnixTime release_at = kRelease);

// An upload of `count` new keys from one app, without revision token.
KeyUpload MakeUpload(base::Random& random, std::size_t count, UnixTime release_at = kRelease);

// The same keys once more, with another report type and the token that allows it.
KeyUpload RevisionOf(const KeyUpload& upload, exposure::ReportType type);

// Every stored key of one pass with its values.
std::map<exposure::KeyData, ExportedKey> StoredKeys(sql::Connection& connection, KeyPass pass);

// How many of the upload's keys are stored as first published.
std::size_t CountStored(sql::Connection& connection, const KeyUpload& upload);

}  // namespace enks::store::runs::testing
