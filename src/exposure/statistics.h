#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "exposure/revision.h"

// What a health authority may learn about its uploads (spec/stats-api.md section 3): counts of an
// hour, never anything of a single upload. Pure functions.
namespace enks::exposure {

// The numbers are positions in HourCounts::uploads.
enum class Platform : std::uint8_t { kUnknown = 0, kAndroid = 1, kIos = 2 };

// From a request's User-Agent (spec/publish.md section 4, "Platform").
Platform PlatformOf(std::string_view user_agent);

// What happened with uploads in one hour. Adding two gives what happened in both.
struct HourCounts {
  static constexpr std::size_t kAges = 16;    // days; the last bucket is 15 and more
  static constexpr std::size_t kOnsets = 30;  // days; the last bucket is 29 and more

  std::array<std::int64_t, 3> uploads{};  // by Platform
  std::int64_t keys = 0;                  // inserted and revised
  std::int64_t uploads_with_revisions = 0;
  std::int64_t uploads_without_onset = 0;
  std::array<std::int64_t, kAges> key_ages{};  // by the age of an upload's oldest new key
  std::array<std::int64_t, kOnsets> onset_ages{};

  HourCounts& operator+=(const HourCounts& other);
  bool operator==(const HourCounts&) const = default;
  std::int64_t AllUploads() const { return uploads[0] + uploads[1] + uploads[2]; }
};

// What an upload says of itself beside its keys.
struct UploadFacts {
  UnixTime received_at;
  Platform platform = Platform::kUnknown;
  std::optional<int> onset_days_ago;  // nothing: no usable onset was named
};

// What an upload adds to its hour, once it is decided; nothing if it was refused or changed nothing
// and acknowledged no negative result. An upload that only revises adds to neither distribution;
// one that also brings new keys does (divergence S5).
std::optional<HourCounts> CountUpload(const UploadFacts& facts,
                                      const std::vector<AcceptedKey>& keys,
                                      const Decision& decision);

}  // namespace enks::exposure
