#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "authority/directory.h"
#include "authority/stats_token.h"
#include "base/clock.h"
#include "base/random.h"
#include "http/message.h"
#include "http/padding.h"
#include "stats/release.h"
#include "store/store.h"

namespace enks::stats {

struct StatsOptions {
  authority::StatsTokenRules token;
  ReleaseRules release;
  // Raw bytes. The reference takes publish's settings, whose defaults for this answer are 2048 to
  // 3071 bytes.
  http::PaddingSize padding{2048, 1024};
};

// What the endpoint works with; all of it outlives the endpoint.
struct StatsParts {
  authority::Directory& directory;
  store::ReadOnlyStore& store;
  const base::Clock& clock;
  base::Random& random;  // thread-safe
  // Whether requests are to be told to come later, asked for each; thread-safe. Empty: never.
  std::function<bool()> in_maintenance;
  // Runs a task that blocks on the database; false: too many are waiting.
  std::function<bool(std::function<void()>)> run_blocking;
};

inline constexpr std::size_t kBodyBytesMax = 64'000;

// /v1/stats (spec/stats-api.md): a health authority asks, with a token it signed, what became of
// its uploads. Any method. `text/csv` in Accept gives the days as CSV instead of JSON.
std::unique_ptr<http::Handler> MakeStatsEndpoint(const StatsOptions& options,
                                                 const StatsParts& parts);

}  // namespace enks::stats
