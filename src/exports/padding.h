#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "exports/packed_key.h"
#include "exposure/rules.h"
#include "exposure/windows.h"

// Random keys that hide how many people published in a window (spec/export-file.md section 6). A
// phone cannot tell them from real keys, and they match nobody. The argument: docs/padding.md.
namespace enks::exports {

// However high an operator sets the minimum, padding stops here.
inline constexpr std::int64_t kPaddedRecordsMax = 1'000'000;

struct PaddingLimits {
  std::int64_t records_min = 0;  // EXPORT_FILE_MIN_RECORDS
  std::int64_t jitter = 0;       // EXPORT_FILE_PADDING_RANGE
  std::int64_t records_max = 1;  // of one file
};

// How many keys to generate for a window with `primary` and `revised` keys: none when it is empty
// or already has `records_min` primary keys. Else so many that there are records_min + a uniform
// number from 0 to `jitter` primary keys, exactly, so that the total says nothing about `primary`
// (divergence E30). Revised keys do not count, or a window with many revisions would show its
// primary keys unpadded. Padding never makes a further file: it ends where the last one is full.
std::int64_t PaddingCount(std::int64_t primary, std::int64_t revised, const PaddingLimits& limits,
                          base::Random& random);

// How many real keys of the window were released at a time.
struct ReleaseShare {
  base::UnixTime release_at;
  std::int64_t keys = 0;
};

// What generated keys are modelled on.
struct PaddingModel {
  std::vector<PackedKey> originals;  // not empty
  std::vector<ReleaseShare> shares;  // not empty, all inside `window`
  exposure::Window window;
};

// Originals for a window that has revised keys only: what they may have looked like when they were
// first published.
std::vector<PackedKey> AsFirstPublished(std::vector<PackedKey> revised);

// The share of generated keys whose day and onset day are invented is drawn for each file from this
// range, and so is the number of invented people, who have an onset day each. One alone would too
// often have the onset day of a real person.
inline constexpr std::uint64_t kInventedPermilleMin = 250;
inline constexpr std::uint64_t kInventedPermilleMax = 750;
inline constexpr std::uint64_t kInventedOnsetsMin = 2;
inline constexpr std::uint64_t kInventedOnsetsMax = 12;

// Generates `count` keys with random key data. In what follows an observer holds the finished file
// and wants to know how many of its N keys are real.
//
//  - The reference copies every original k times, so multiplicities divide by k, and N / k is the
//    answer (defect E30). Here the parts of a key (day and period; onset day; report type with
//    risk) are drawn independently of each other, each from an original chosen at random:
//    combinations repeat irregularly, and nothing divides.
//  - Drawn from originals alone, the number of *different* onset days would still count the people.
//    So a share of the keys takes its day and its onset day from elsewhere: any day a phone may
//    upload, and the onset days of a random number of invented people. The period of a shortened
//    key, which is the minute of one person's upload, is kept only if two originals have it.
//  - An observer who recognises every invented value (say because this country's app sends the same
//    onset for all) can count those. But their share is drawn anew for each file, so what he counts
//    fits every number of real keys up to a bound, and the bound is rarely near the true number.
//  - Report type and risk come in pairs that occur among the originals: an invented pair that the
//    country never uses would mark its bearer as generated. So he does learn which pairs occur.
std::vector<exposure::AcceptedKey> GeneratePadding(std::int64_t count, const PaddingModel& model,
                                                   base::Random& random);

}  // namespace enks::exports
