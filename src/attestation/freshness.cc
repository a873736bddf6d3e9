#include "attestation/freshness.h"

#include <fmt/chrono.h>

namespace enks::attestation {

bool CheckFreshness(MadeAt made_at, base::UnixTime now, const FreshnessWindow& window,
                    Checks& checks) {
  // Dates far beyond any calendar must not overflow: the window's ends are computed from `now`.
  const MadeAt oldest = now - window.past;
  const MadeAt newest = now + window.future;
  const Reason failure = made_at < oldest ? Reason::kStale : Reason::kFuture;
  return checks.Holds("made at", made_at >= oldest && made_at <= newest, failure, [&] {
    return fmt::format("made {} ms after the epoch, allowed from {} to {}",
                       made_at.time_since_epoch().count(), oldest.time_since_epoch().count(),
                       newest.time_since_epoch().count());
  });
}

}  // namespace enks::attestation
