#include "attestation/secrets_of_days.h"

#include <utility>

namespace enks::attestation {
namespace {

constexpr std::size_t kSecretBytes = 32;

}  // namespace

SecretsOfDays::Day DayOf(base::UnixTime time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

Status SecretsOfDays::Refresh(base::UnixTime now) {
  const Day today = DayOf(now);
  for (Day day = today - 1; day <= today + 1; ++day) {
    {
      const std::lock_guard lock(mutex_);
      if (secrets_.contains(day)) continue;
    }
    base::Bytes candidate(kSecretBytes);
    random_.Fill(candidate);
    ENKS_ASSIGN(base::Bytes secret, records_.AttestationSecret(day, candidate));
    const std::lock_guard lock(mutex_);
    secrets_.emplace(day, std::move(secret));
  }
  const std::lock_guard lock(mutex_);
  std::erase_if(secrets_, [&](const auto& entry) { return entry.first < today - 1; });
  return absl::OkStatus();
}

SecretsOfDays::Snapshot SecretsOfDays::Current(base::UnixTime now) const {
  const Day today = DayOf(now);
  const std::lock_guard lock(mutex_);
  Snapshot current;
  for (const Day day : {today - 1, today}) {
    const auto found = secrets_.find(day);
    if (found != secrets_.end()) current.insert(*found);
  }
  return current;
}

}  // namespace enks::attestation
