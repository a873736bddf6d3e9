#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "exportfile/writer.h"
#include "exports/file_plan.h"
#include "exports/file_store.h"
#include "store/store.h"

namespace enks::exports {

// The files of one batch, written one after the other: keys go in sorted, primary before revised;
// the next file is begun when one is full. Owned by one export; not thread-safe. A file appears
// under its name only once it is whole and on disk, and only right after `renew_lease` has
// confirmed that the batch still belongs to this process: so a worker that was overtaken does not
// replace a file that phones may have seen (divergence E27). Nor does a file that is recorded ever
// give way to another batch's. Files of a failed attempt are in no index; the next attempt replaces
// or removes them.
//
// What remains: a process that stands still between that answer and the move of the file, for
// longer than its lease, then replaces a file of the worker that took over. It is one file, of the
// same keys under the same name, and it is signed; only the bytes differ, and the setting of the
// largest file, if the two processes do not have the same.
class BatchFiles {
 public:
  // `files`, `store`, `batch` and the signers outlive it.
  BatchFiles(FileStore& files, store::ReadOnlyStore& store, const store::ExportBatch& batch,
             FilePlan plan, std::vector<exportfile::SignerEntry> signers,
             std::function<Status()> renew_lease);

  Status AddKey(const exportfile::WireKey& key);
  Status AddRevisedKey(const exportfile::WireKey& key);

  // Ends the last file and removes what an earlier attempt left under names that this one does not
  // have. kAborted if the keys did not fill the planned number of files.
  Result<std::vector<store::ExportFile>> Finish();

 private:
  Status MakeRoom();
  Status Counted();
  Status Begin();
  Status ExpectUnrecorded(const store::ExportFile& file);
  Status End();
  Status RemoveLeftovers();
  Result<bool> IsLeftover(const std::string& name);

  FileStore& files_;
  store::ReadOnlyStore& store_;
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
