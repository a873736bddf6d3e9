#include <utility>

#include "store/runs/key_reader.h"
#include "store/sql/sql_store.h"

namespace enks::store::sql {

void SqlStore::SubmitUpload(KeyUpload upload, UploadDone done) {
  key_writer_.Submit(std::move(upload), std::move(done));
}

Status SqlStore::ForEachKey(exposure::Window window, KeyPass pass,
                            const exposure::KeySelection& selection,
                            const std::function<Status(const ExportedKey&)>& visit) {
  return Read([&](Connection& connection) {
    return runs::ForEachKey(connection, window, pass, selection, visit);
  });
}

Result<KeyHistory> SqlStore::Explain(const exposure::KeyData& key) {
  KeyHistory history;
  ENKS_TRY(Read([&](Connection& connection) -> Status {
    ENKS_ASSIGN(history, runs::Explain(connection, key));
    return absl::OkStatus();
  }));
  return history;
}

Result<std::int64_t> SqlStore::CountKeys() {
  std::int64_t count = 0;
  ENKS_TRY(Read([&](Connection& connection) -> Status {
    ENKS_ASSIGN(count, runs::CountKeys(connection));
    return absl::OkStatus();
  }));
  return count;
}

Result<std::int64_t> SqlStore::DeleteKeysBefore(UnixTime cutoff) {
  return key_writer_.DeleteBefore(cutoff);
}

}  // namespace enks::store::sql
