#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "exports/packed_key.h"
#include "exports/padding_cells.h"
#include "exposure/rules.h"

// Random keys that hide how many people published in a cell (spec/export-file.md section 6). A
// phone cannot tell them from real keys, and they match nobody. The argument: docs/padding.md.
namespace enks::exports {

// However high an operator sets the minimum, and however many cells a batch has, its padding stops
// about here.
inline constexpr std::int64_t kPaddedRecordsMax = 1'000'000;
// As many real keys of a cell serve as models, so that memory stays bounded.
inline constexpr std::size_t kOriginalsMax = 1024;

struct PaddingLimits {
  std::int64_t records_min = 0;  // EXPORT_FILE_MIN_RECORDS
  std::int64_t jitter = 0;       // EXPORT_FILE_PADDING_RANGE
};

// How many keys to generate for a cell that has a key, of which `primary` are primary ones: none if
// there are `records_min` already. Else so many that there are records_min + a uniform number from
// 0 to `jitter` primary keys, exactly, so that the total says nothing about `primary` (divergence
// E30). Revised keys do not count, or a cell with many revisions would show its primary keys
// unpadded. `cells` that need padding share kPaddedRecordsMax.
std::int64_t PaddingCount(std::int64_t primary, std::int64_t cells, const PaddingLimits& limits,
                          base::Random& random);

// A key that generated ones are modelled on, and where it is to be found.
struct Original {
  PackedKey key;
  std::uint32_t group = 0;  // an index of PaddingModel::groups
};

// The keys of one cell.
struct PaddingModel {
  const std::vector<Original>& originals;  // not empty
  const std::vector<KeyGroup>& groups;
};

struct GeneratedKey {
  exposure::AcceptedKey key;
  std::uint32_t group = 0;
};

// What a key of which only the revised values are known may have looked like at first.
PackedKey AsFirstPublished(PackedKey revised);

// The share of generated keys whose day and onset day are invented is drawn for each cell from this
// range, and so is the number of invented people, who have an onset day each. One alone would too
// often have the onset day of a real person.
inline constexpr std::uint64_t kInventedPermilleMin = 250;
inline constexpr std::uint64_t kInventedPermilleMax = 750;
inline constexpr std::uint64_t kInventedOnsetsMin = 2;
inline constexpr std::uint64_t kInventedOnsetsMax = 12;

// Generates `count` keys with random key data. In what follows an observer holds the N keys of one
// cell and wants to know how many of them are real.
//
//  - The reference copies every original k times, so multiplicities divide by k, and N / k is the
//    answer (defect E30). Here the parts of a key (day and period; onset day; the rest) are drawn
//    independently of each other, each from an original chosen at random: combinations repeat
//    irregularly, and nothing divides.
//  - Drawn from originals alone, the number of *different* onset days would still count the people.
//    So a share of the keys takes its day and its onset day from elsewhere: any day a phone may
//    upload, and the onset days of a random number of invented people. The period of a shortened
//    key, which is the minute of one person's upload, is kept only if two originals have it.
//  - An observer who recognises every invented value (say because this country's app sends the same
//    onset for all) can count those. But their share is drawn anew for each cell, so what he counts
//    fits every number of real keys up to a bound, and the bound is rarely near the true number.
//  - Report type and risk come in pairs that occur among the originals: an invented pair that the
//    country never uses would mark its bearer as generated. So he does learn which pairs occur.
//  - The group comes from the same original as that pair. So should a later configuration cut the
//    cell, each piece has generated keys in proportion to its real ones, with pairs of its own.
std::vector<GeneratedKey> GeneratePadding(std::int64_t count, const PaddingModel& model,
                                          base::Random& random);

}  // namespace enks::exports
