#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "exports/key_collector.h"
#include "exports/padding.h"
#include "exports/padding_cells.h"

namespace enks::exports {

// Counts the keys of one batch by cell while they are read, and keeps what the padding of the small
// cells is modelled on, in bounded memory. Owned by one export; not thread-safe.
class PaddingSurvey {
 public:
  struct Cell {
    std::int64_t primary = 0;
    // At most kOriginalsMax, chosen at random; none of a cell that needs no padding.
    std::vector<Original> originals;
  };

  // Cells with `records_min` primary keys need no padding.
  PaddingSurvey(PaddingCells cells, std::int64_t records_min);

  // What a collector is to call for every key it loads, the primary pass first. Each is for one
  // read; the survey outlives it. A revised key makes its cell one that needs padding, too, and
  // serves as a model if the cell has no primary key.
  KeyCollector::Witness OfPrimary();
  KeyCollector::Witness OfRevised();

  const std::vector<Cell>& cells() const { return surveyed_; }
  const std::vector<KeyGroup>& groups() const { return groups_; }

 private:
  // By the place of the origin in memory, which is good for one read only.
  using GroupsSeen = std::map<base::UnixTime, std::map<const store::Origin*, std::uint32_t>>;

  std::uint32_t GroupOf(const store::ExportedKey& key, GroupsSeen& seen);
  std::uint32_t Intern(const KeyGroup& group);
  void AddPrimary(std::uint32_t group, const PackedKey& key);
  void AddRevised(std::uint32_t group, const PackedKey& key);

  const std::int64_t records_min_;
  PaddingCells cells_;
  std::vector<Cell> surveyed_;
  std::vector<KeyGroup> groups_;
  std::vector<std::size_t> cell_of_group_;
  std::map<KeyGroup, std::uint32_t> group_numbers_;
};

// The padding that the surveyed cells need, by origin. Each cell is filled on its own.
std::vector<store::PaddingKeys> MakePadding(const PaddingSurvey& survey,
                                            const PaddingLimits& limits, base::Random& random);

}  // namespace enks::exports
