#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "exposure/interval.h"

namespace enks::exposure {

// The 16 secret bytes of a temporary exposure key (TEK). Until it is exported it is as sensitive as
// a diagnosis, so there is no conversion to text here and no operator<<: a log line cannot hold
// one.
class KeyData {
 public:
  static constexpr std::size_t kSize = 16;

  KeyData() = default;
  explicit KeyData(const std::array<std::uint8_t, kSize>& bytes) : bytes_(bytes) {}

  // Nothing unless `bytes` is exactly 16 bytes long.
  static std::optional<KeyData> From(base::ByteView bytes) {
    if (bytes.size() != kSize) return std::nullopt;
    KeyData data;
    std::memcpy(data.bytes_.data(), bytes.data(), kSize);
    return data;
  }

  base::ByteView bytes() const { return bytes_; }

  // Bytewise order: the order of keys in an export file.
  auto operator<=>(const KeyData&) const = default;

 private:
  std::array<std::uint8_t, kSize> bytes_{};
};

// The longest life of a key: one day of intervals (specification v1.2, TEKRollingPeriod).
inline constexpr std::int32_t kRollingPeriodMax = 144;
inline constexpr std::int32_t kTransmissionRiskMax = 8;

// What the health authority says about the diagnosis; it comes from the verification certificate
// only. The numbers are stored: never change them.
enum class ReportType : std::uint8_t {
  kUnspecified = 0,  // published in bypass mode, without a certificate
  kConfirmed = 1,
  kLikely = 2,
  kUserReport = 3,
  kNegative = 4,
};

// `confirmed`, `likely`, `user-report`, `negative`, or the empty string.
const char* ReportTypeName(ReportType type);
// The reverse; nothing for any other text. The empty string is kUnspecified.
std::optional<ReportType> ReportTypeFromName(std::string_view name);

}  // namespace enks::exposure
