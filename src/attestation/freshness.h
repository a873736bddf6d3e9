#pragma once

#include <chrono>
#include <string_view>

#include "attestation/checks.h"
#include "base/clock.h"

namespace enks::attestation {

// When an attestation says it was made. The schemes tell milliseconds, and so they are compared.
using MadeAt = std::chrono::sys_time<std::chrono::milliseconds>;

// How old an attestation may be, and how far its maker's clock may run ahead. Neither is ever
// without bound (docs/attestation.md, "Freshness").
struct FreshnessWindow {
  std::chrono::seconds past{600};
  std::chrono::seconds future{60};
};

// The step "made at": kStale before now - past, kFuture after now + future; both ends are inside.
// Returns as Checks::Holds() does.
bool CheckFreshness(MadeAt made_at, base::UnixTime now, const FreshnessWindow& window,
                    Checks& checks);

}  // namespace enks::attestation
