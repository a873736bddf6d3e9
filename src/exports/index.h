#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.h"
#include "exports/file_store.h"
#include "store/store.h"

namespace enks::exports {

inline constexpr std::string_view kIndexLeaf = "index.txt";

// What index.txt holds (spec/export-file.md section 7): the object names, bytewise ascending, each
// once, joined by '\n' without one at the end. Empty when there are none.
std::string IndexText(std::vector<std::string> names);

// Keeps the index.txt of each place saying what the database says: all files there, whichever
// configuration they come from. Everything it is handed outlives it. Thread-safe.
class IndexWriter {
 public:
  // Files of batches that started longer than `file_ttl` ago are left out.
  IndexWriter(store::ReadOnlyStore& store, FileStore& files, const base::Clock& clock,
              std::chrono::seconds file_ttl)
      : store_(store), files_(files), clock_(clock), file_ttl_(file_ttl) {}

  // Makes index.txt of a place right, and touches it only if it is not.
  // Safe against another process doing the same: whoever writes looks again afterwards, so an older
  // list never stays. kAborted if others kept changing it all the while.
  Status Refresh(const store::ExportPlace& place);

 private:
  Result<std::string> Wanted(const store::ExportPlace& place);

  store::ReadOnlyStore& store_;
  FileStore& files_;
  const base::Clock& clock_;
  const std::chrono::seconds file_ttl_;
};

}  // namespace enks::exports
