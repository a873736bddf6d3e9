#pragma once

#include <absl/functional/any_invocable.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "attestation/alarms.h"
#include "attestation/apple_credentials.h"
#include "attestation/reason.h"
#include "attestation/upstream.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace enks::attestation {

// Where Apple answers for apps from its store, and for apps under development.
inline constexpr std::string_view kDeviceCheckProduction = "https://api.devicecheck.apple.com";
inline constexpr std::string_view kDeviceCheckDevelopment =
    "https://api.development.devicecheck.apple.com";

inline constexpr std::size_t kDeviceTokenBytesMax = 8 * 1024;

// The bytes of a device token as a phone sends it, base64 with line breaks or without; nothing if
// it is empty, no base64 or longer than kDeviceTokenBytesMax. A replay memory must remember the
// bytes: one token has many texts.
std::optional<base::Bytes> ReadDeviceToken(std::string_view text);

// What operators call the policy, for alarms, and the team's key.
struct DeviceCheckPolicy {
  std::string name;
  AppleKey key;
};

// Asks Apple whether a device token comes from a real device with an app of the team. Apple learns
// that, when, and nothing about the upload. The two bits that Apple would keep about a device are
// neither read nor set: they would be state about a patient's phone. Thread-safe.
class DeviceCheck {
 public:
  using Done = absl::AnyInvocable<void(Reason)>;

  // kInvalidArgument unless the policy is complete. All that is referred to outlives the check, and
  // the calls it began; `random` is thread-safe.
  static Result<std::unique_ptr<DeviceCheck>> Create(DeviceCheckPolicy policy, Upstream& apple,
                                                     Alarms& alarms, const base::Clock& clock,
                                                     base::Random& random);
  virtual ~DeviceCheck() = default;

  // Calls `done` exactly once, on any thread, perhaps before this returns, with kNone,
  // kUpstreamRejected, kUnavailable, or kConfigError if our key does not sign. It must not block.
  // The token may be used up afterwards unless the answer is kUnavailable.
  virtual void Validate(base::ByteView device_token, Done done) = 0;
};

}  // namespace enks::attestation
