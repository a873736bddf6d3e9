#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace enks::attestation {

// The list that Google publishes has some thousand entries.
inline constexpr std::size_t kRevocationListBytesMax = 16 << 20;

// Which certificates of Android phones are not to be trusted any more: the file that Google serves
// at https://android.googleapis.com/attestation/status (spec/device-attestation.md section 9.4).
// Keys that leaked from phones are the main attack on key attestation, so a policy without a
// current list cannot be carried out. Immutable; thread-safe.
class RevocationList {
 public:
  enum class Status { kGood, kSuspended, kRevoked };

  // Reads the JSON text, which was current at `as_of` (when it was fetched, or the time of the
  // file). kInvalidArgument if it is not such a list; of the entry that is wrong it says the place.
  static Result<RevocationList> FromJson(std::string_view text, base::UnixTime as_of);

  // Of a certificate whose serial number is `serial`: lower-case hexadecimal without leading
  // zeros, as crypto::Certificate::SerialHex() gives it. Many serial numbers have no letter in them
  // and are hexadecimal nevertheless: they are never read as decimal.
  Status Of(std::string_view serial) const;

  base::UnixTime as_of() const { return as_of_; }
  // An empty list is well-formed, but no list for production.
  std::size_t size() const { return entries_.size(); }

 private:
  explicit RevocationList(base::UnixTime as_of) : as_of_(as_of) {}

  base::UnixTime as_of_;
  std::map<std::string, Status, std::less<>> entries_;
};

}  // namespace enks::attestation
