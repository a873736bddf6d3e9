#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "exportfile/writer.h"
#include "exports/file_plan.h"
#include "exports/file_store.h"
#include "store/records.h"

namespace enks::exports {

// The files of one batch, written one after the other: keys go in sorted, primary before revised;
// the next file is begun when one is full. Owned by one export; not thread-safe. A file appears
// under its name only once it is whole, and only right after `renew_lease` has confirmed that the
// batch still belongs to this process: so a worker that was overtaken never replaces a file that
// phones may have seen (divergence E27). Files of a failed attempt are in no index and are replaced
// by the next attempt.
class BatchFiles {
 public:
  // `files`, `batch` and the signers outlive it.
  BatchFiles(FileStore& files, const store::ExportBatch& batch, FilePlan plan,
             std::vector<exportfile::SignerEntry> signers, std::function<Status()> renew_lease);

  Status AddKey(const exportfile::WireKey& key);
  Status AddRevisedKey(const exportfile::WireKey& key);

  // Ends the last file. kAborted if the keys did not fill the planned number of files.
  Result<std::vector<store::ExportFile>> Finish();

 private:
  Status MakeRoom();
  Status Counted();
  Status Begin();
  Status End();

  FileStore& files_;
  const store::ExportBatch& batch_;
  const FilePlan plan_;
  const std::vector<exportfile::SignerEntry> signers_;
  const std::function<Status()> renew_lease_;

  std::vector<store::ExportFile> written_;
  std::unique_ptr<base::PendingFile> pending_;        // outlives writer_
  std::unique_ptr<exportfile::ExportWriter> writer_;  // null between files
  std::int64_t records_ = 0;                          // in the file being written
};

}  // namespace enks::exports
