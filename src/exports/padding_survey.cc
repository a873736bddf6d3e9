#include "exports/padding_survey.h"

#include <algorithm>
#include <utility>

namespace enks::exports {
namespace {

// Keeps the keys with the lowest key data. Key data is random, so these are a random sample that
// costs no randomness. `originals` is a heap with the highest key on top.
void Sample(const Original& original, std::vector<Original>& originals) {
  const auto by_key = [](const Original& a, const Original& b) { return a.key.key < b.key.key; };
  if (originals.size() == kOriginalsMax) {
    if (!by_key(original, originals.front())) return;
    std::pop_heap(originals.begin(), originals.end(), by_key);
    originals.pop_back();
  }
  originals.push_back(original);
  std::push_heap(originals.begin(), originals.end(), by_key);
}

// Sorts generated keys by where they are to be found.
class ByOrigin {
 public:
  void Add(const KeyGroup& group, const exposure::AcceptedKey& key) {
    keys_[{group.regions, group.traveler}].push_back(key);
  }

  // No app and no authority: nobody vouched for these keys, and no file shows it.
  std::vector<store::PaddingKeys> Take() && {
    std::vector<store::PaddingKeys> parts;
    for (auto& [place, keys] : keys_) {
      store::Origin origin;
      origin.regions = place.first;
      origin.traveler = place.second;
      origin.generated = true;
      parts.push_back({std::move(origin), std::move(keys)});
    }
    return parts;
  }

 private:
  std::map<std::pair<std::vector<std::string>, bool>, std::vector<exposure::AcceptedKey>> keys_;
};

}  // namespace

PaddingSurvey::PaddingSurvey(PaddingCells cells, std::int64_t records_min)
    : records_min_(records_min), cells_(std::move(cells)) {}

KeyCollector::Witness PaddingSurvey::OfPrimary() {
  return
      [this, seen = GroupsSeen()](const store::ExportedKey& key, const PackedKey& packed) mutable {
        AddPrimary(GroupOf(key, seen), packed);
      };
}

KeyCollector::Witness PaddingSurvey::OfRevised() {
  return
      [this, seen = GroupsSeen()](const store::ExportedKey& key, const PackedKey& packed) mutable {
        AddRevised(GroupOf(key, seen), packed);
      };
}

std::uint32_t PaddingSurvey::GroupOf(const store::ExportedKey& key, GroupsSeen& seen) {
  auto& of_release = seen[key.release_at];
  const auto found = of_release.find(key.origin);
  if (found != of_release.end()) return found->second;
  const std::uint32_t group = Intern({key.origin->regions, key.origin->traveler, key.release_at});
  of_release.emplace(key.origin, group);
  return group;
}

std::uint32_t PaddingSurvey::Intern(const KeyGroup& group) {
  const auto number = static_cast<std::uint32_t>(groups_.size());
  const auto [place, added] = group_numbers_.emplace(group, number);
  if (!added) return place->second;
  groups_.push_back(group);
  cell_of_group_.push_back(cells_.CellOf(group));
  surveyed_.resize(std::max(surveyed_.size(), cell_of_group_.back() + 1));
  return number;
}

void PaddingSurvey::AddPrimary(std::uint32_t group, const PackedKey& key) {
  Cell& cell = surveyed_[cell_of_group_[group]];
  ++cell.primary;
  if (cell.primary < records_min_) {
    Sample({key, group}, cell.originals);
  } else {
    std::vector<Original>().swap(cell.originals);
  }
}

void PaddingSurvey::AddRevised(std::uint32_t group, const PackedKey& key) {
  Cell& cell = surveyed_[cell_of_group_[group]];
  if (cell.primary == 0) Sample({AsFirstPublished(key), group}, cell.originals);
}

std::vector<store::PaddingKeys> MakePadding(const PaddingSurvey& survey,
                                            const PaddingLimits& limits, base::Random& random) {
  const auto small = std::count_if(survey.cells().begin(), survey.cells().end(),
                                   [](const auto& cell) { return !cell.originals.empty(); });
  ByOrigin padding;
  for (const PaddingSurvey::Cell& cell : survey.cells()) {
    if (cell.originals.empty()) continue;
    const std::int64_t count = PaddingCount(cell.primary, small, limits, random);
    for (const auto& made : GeneratePadding(count, {cell.originals, survey.groups()}, random)) {
      padding.Add(survey.groups()[made.group], made.key);
    }
  }
  return std::move(padding).Take();
}

}  // namespace enks::exports
