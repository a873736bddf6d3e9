#include "attestation/freshness.h"

#include <fmt/format.h>

#include "base/time_text.h"

namespace enks::attestation {
namespace {

// Milliseconds are told, too: they decide at the ends of the window.
std::string InWords(MadeAt time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{} and {} ms", base::FormatTime(second), (time - second).count());
}

}  // namespace

bool CheckFreshness(MadeAt made_at, base::UnixTime now, const FreshnessWindow& window,
                    Checks& checks) {
  // Dates far beyond any calendar must not overflow: the window's ends are computed from `now`.
  const MadeAt oldest = now - window.past;
  const MadeAt newest = now + window.future;
  const Reason failure = made_at < oldest ? Reason::kStale : Reason::kFuture;
  return checks.Holds("made at", made_at >= oldest && made_at <= newest, failure, [&] {
    return fmt::format("made {}, allowed from {} to {}", InWords(made_at), InWords(oldest),
                       InWords(newest));
  });
}

}  // namespace enks::attestation
