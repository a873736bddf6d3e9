#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "attestation/scheme.h"
#include "phone/index_follower.h"
#include "phone/key_ring.h"
#include "phone/matcher.h"

namespace enks::phone {

// One simulated phone: the Exposure Notification framework with its keys and what it heard, and the
// app with what it downloaded and uploaded. Not thread-safe.
class Phone {
 public:
  // `random` outlives the phone; `scheme` is how it proves what it is, where that is asked for.
  explicit Phone(base::Random& random, attestation::Scheme scheme)
      : keys_(random), scheme_(scheme) {}

  // Makes the key of `interval` if there is none: a phone that is on always has one.
  void RollKey(Interval interval) { keys_.KeyAt(interval); }

  // What it sends in `interval`. Intervals never go back.
  Beacon Broadcast(Interval interval);

  // Takes down what it hears; `at` is by its own clock.
  void Hear(const Beacon& beacon, Interval at) { sightings_.push_back({beacon, at}); }

  // Drops what is older than 14 days: own keys and sightings.
  void Forget(UnixTime now);

  // Whether something heard at `heard` is still remembered at `now`.
  static bool Remembers(Interval heard, UnixTime now);

  std::vector<Tek> Share(UnixTime now, TodaysKey today) { return keys_.Share(now, today); }

  MatchTarget Target() { return {.sightings = sightings_, .book = &exposures_}; }
  const ExposureBook& exposures() const { return exposures_; }
  const std::vector<Sighting>& sightings() const { return sightings_; }
  IndexFollower& downloads() { return downloads_; }

  attestation::Scheme scheme() const { return scheme_; }
  exposure::Platform platform() const { return attestation::PlatformOf(scheme_); }

  // The token of the newest upload, which revises its keys; empty before the first.
  const std::string& revision_token() const { return revision_token_; }
  void RememberToken(std::string token) { revision_token_ = std::move(token); }

 private:
  KeyRing keys_;
  const attestation::Scheme scheme_;
  std::vector<Sighting> sightings_;
  ExposureBook exposures_;
  IndexFollower downloads_;
  std::string revision_token_;
  std::optional<std::pair<KeyData, DerivedKeys>> in_use_;  // spares deriving at each broadcast
};

}  // namespace enks::phone
