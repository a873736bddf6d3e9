#include <utility>

#include "store/runs/key_reader.h"
#include "store/runs/run_deletion.h"
#include "store/sql/sql_store.h"

namespace enks::store::sql {

void SqlStore::SubmitUpload(KeyUpload upload, UploadDone done) {
  key_writer_->Submit(std::move(upload), std::move(done));
}

// The functions of runs/ begin their own transactions.
Status SqlStore::ForEachKey(exposure::Window window, KeyPass pass,
                            const exposure::KeySelection& selection,
                            const std::function<Status(const ExportedKey&)>& visit) {
  ENKS_ASSIGN(const ConnectionPool::Lease connection, pool_.Take());
  return runs::ForEachKey(*connection, window, pass, selection, visit);
}

Result<KeyHistory> SqlStore::Explain(const exposure::KeyData& key) {
  ENKS_ASSIGN(const ConnectionPool::Lease connection, pool_.Take());
  return runs::Explain(*connection, key);
}

Result<std::int64_t> SqlStore::CountKeys() {
  ENKS_ASSIGN(const ConnectionPool::Lease connection, pool_.Take());
  return runs::CountKeys(*connection);
}

Result<std::int64_t> SqlStore::DeleteKeysBefore(UnixTime cutoff) {
  ENKS_ASSIGN(const ConnectionPool::Lease connection, pool_.Take());
  return runs::DeleteRunsBefore(*connection, cutoff);
}

}  // namespace enks::store::sql
