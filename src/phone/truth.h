#pragma once

#include <cstdint>
#include <vector>

#include "phone/population.h"

// Who must be warned, worked out from what really happened: without a single key, identifier or
// file, and with constants and arithmetic of its own, so that it shares no mistake with matching.
namespace enks::phone {

// A key that a phone shared, as the server should have published it in the end.
struct SharedKey {
  int sender = 0;
  Interval start;
  std::int32_t period = 0;
  bool revoked = false;
  bool certain = true;  // false: the server's answer left open whether it has the key
  // Between these times a phone that looks at the index gets the key for the first time.
  UnixTime known_from;
  UnixTime known_by;
};

enum class Verdict : std::uint8_t {
  kMustNot,
  kMay,  // depends on details nobody promised: a meeting forgotten any hour, an unclear answer
  kMust,
};

// The verdict on each phone: it must be warned if it heard, within the tolerance and while the key
// was valid, the phone of a key that is published and not revoked, and still remembered that when
// the key came out.
std::vector<Verdict> FindTruth(int phones, const std::vector<Encounter>& encounters,
                               const std::vector<SharedKey>& keys);

}  // namespace enks::phone
