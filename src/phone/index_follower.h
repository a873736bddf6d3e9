#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "exportfile/format.h"

namespace enks::phone {

// Bounds on what an index may ask of a phone. Lines beyond them are not followed.
inline constexpr std::size_t kIndexLinesMax = 100'000;
inline constexpr std::size_t kFileNameBytesMax = 512;

// How long a processed file is remembered after its window, and how many are at most. Should an
// older one come again under another name, its keys are of meetings that no phone remembers.
inline constexpr std::chrono::days kProcessedKept{14};
inline constexpr std::size_t kProcessedMax = 100'000;

// The longest ToText(): each name of a longest index failed, and each file is remembered.
inline constexpr std::size_t kStateLineBytesMax = kFileNameBytesMax + 64;
inline constexpr std::size_t kStateBytesMax = (kIndexLinesMax + kProcessedMax) * kStateLineBytesMax;

// Which files of an index a phone has still to fetch. Apps remember the newest name they processed
// and fetch what sorts after it (names sort oldest to newest: spec/export-file.md section 7). Files
// that could not be had are asked for again as long as they are listed. A value; not thread-safe.
class IndexFollower {
 public:
  struct Plan {
    std::vector<std::string> names;  // to fetch, oldest first
    std::size_t late = 0;  // new lines that sort before the newest: nobody will ever fetch them
    std::size_t malformed = 0;  // lines that are no object names
  };
  // Reads an index.txt. It does not matter whether the remembered name is still listed.
  Plan Follow(std::string_view index);

  // What became of a planned name. Each name of the plan is reported once, in order.
  void Done(const std::string& name);
  void Failed(const std::string& name);  // gone, unreadable or refused: tried again next time

  // Whether a file with these values was processed before. Phones tell files apart by
  // (start, end, batch_num), whatever their names (spec/export-file.md section 5).
  bool IsKnown(const exportfile::ExportHeader& header) const;
  // Forgets what ended kProcessedKept before the newest file, and the oldest of too many.
  void Remember(const exportfile::ExportHeader& header);

  const std::string& newest() const { return newest_; }

  // The state as text, a line an entry, for a phone that outlives its process.
  std::string ToText() const;
  // kInvalidArgument names the line that is not one.
  static Result<IndexFollower> FromText(std::string_view text);

 private:
  using FileIdentity = std::tuple<std::int64_t, std::int64_t, std::int32_t>;  // see IdentityOf()

  static FileIdentity IdentityOf(const exportfile::ExportHeader& header);
  bool TakeLine(std::string_view line);
  void ForgetOldFiles();

  std::string newest_;                // empty: nothing was processed yet
  std::set<std::string> failed_;      // to be tried again
  std::set<std::string> listed_;      // at the last Follow()
  std::set<FileIdentity> processed_;  // oldest first
};

}  // namespace enks::phone
