#include "phone/phone.h"

namespace enks::phone {
namespace {

// Version 1.0 and a transmit power of 8 dBm, as in the published vectors.
constexpr Metadata kMetadata = {0x40, 0x08, 0x00, 0x00};

}  // namespace

Beacon Phone::Broadcast(Interval interval) {
  const Tek& tek = keys_.KeyAt(interval);
  if (!in_use_ || in_use_->first != tek.key) in_use_.emplace(tek.key, DeriveKeys(tek.key));
  const ProximityId identifier = IdentifierAt(in_use_->second, interval);
  return {.identifier = identifier,
          .metadata = CryptMetadata(in_use_->second, identifier, kMetadata)};
}

bool Phone::Remembers(Interval heard, UnixTime now) {
  return heard >= exposure::IntervalAt(now - kRetention);
}

void Phone::Forget(UnixTime now) {
  keys_.Forget(now);
  std::erase_if(sightings_, [&](const Sighting& sighting) { return !Remembers(sighting.at, now); });
}

}  // namespace enks::phone
