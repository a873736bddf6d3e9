#pragma once

#include "base/base64.h"
#include "exposure/rules.h"

// A moment and keys around it, for tests of the rules.
namespace enks::exposure {

// 2020-12-10 10:11:12 UTC; 61 intervals of the day are over.
inline constexpr UnixTime kNow{std::chrono::seconds(1'607'558'400 + 10 * 3600 + 11 * 60 + 12)};
inline constexpr std::int32_t kToday = 1'607'558'400 / 600;
inline constexpr std::int32_t kCurrent = kToday + 61;
inline constexpr std::int32_t kOldest = kCurrent - 360 * 6;

inline KeyData Data(std::uint8_t number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[0] = number;
  return KeyData(bytes);
}

inline std::string Base64(std::uint8_t number) {
  return base::ToBase64(Data(number).bytes());
}

inline SubmittedKey Key(std::uint8_t number, std::int32_t start, std::int32_t period = 144,
                        std::int64_t risk = 0) {
  return {Base64(number), start, period, risk};
}

// A key of the day that lies `days_ago` back.
inline SubmittedKey KeyOfDay(std::uint8_t number, int days_ago) {
  return Key(number, kToday - days_ago * 144);
}

}  // namespace enks::exposure
