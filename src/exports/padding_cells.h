#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace enks::exports {

// What decides which export files a key is in. Keys of one group are together in every file, of
// whatever configurations there will ever be. A value.
struct KeyGroup {
  std::vector<std::string> regions;  // normalized
  bool traveler = false;
  base::UnixTime release_at;
  auto operator<=>(const KeyGroup&) const = default;
};

// The cells of a span of time: sets of groups that the files of the present configurations hold
// together or not at all. Whoever intersects and subtracts files gets unions of cells and nothing
// finer, so a cell is what padding must fill (docs/padding.md). Not thread-safe.
//
// Files that are yet to come are foreseen from the configurations: a window ends at a multiple of
// the period (exposure/windows.h). Files that are out already, or whose configuration has been
// edited since, are known from their batches.
class PaddingCells {
 public:
  // The cells of what is released in `window`, with the configurations as they are now.
  static Result<PaddingCells> Load(store::ReadOnlyStore& store, exposure::Window window);

  PaddingCells(const std::vector<store::ExportConfig>& configs,
               const std::vector<store::ExportBatch>& batches);

  // The cell that holds `group`, numbered from 0 in the order in which they were first asked for.
  std::size_t CellOf(const KeyGroup& group);

 private:
  struct Schedule {
    std::int64_t config_id = 0;
    exposure::KeySelection selection;
    std::chrono::seconds period{1};
    base::UnixTime first_start;
    std::optional<base::UnixTime> thru;
  };
  struct Made {
    std::int64_t batch_id = 0;
    exposure::KeySelection selection;
    exposure::Window window;
  };
  // The files that hold a group: a configuration with the start of its window, or a batch.
  enum class Kind { kScheduled, kMade };
  using FileSet = std::vector<std::pair<Kind, std::pair<std::int64_t, base::UnixTime>>>;

  FileSet FilesWith(const KeyGroup& group) const;

  std::vector<Schedule> schedules_;
  std::vector<Made> made_;
  std::map<FileSet, std::size_t> cells_;
};

}  // namespace enks::exports
