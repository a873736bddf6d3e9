#pragma once

#include <absl/functional/any_invocable.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exposure/windows.h"
#include "store/attestations.h"
#include "store/keys.h"
#include "store/recalls.h"
#include "store/records.h"

// The storage contract. SQLite (store/sqlite) and PostgreSQL (store/postgres) carry it out, and one
// suite (store/*_contract_test.cc) runs on both. docs/formats/key-run.md describes the rows.
//
// What every implementation promises:
//  - An upload is stored whole or not at all, and its outcome is told only once it is on disk.
//  - Many uploads share one commit. A refused or broken upload never fails its neighbours.
//  - Rows do not show which keys came from one phone: within a commit, and within a run of commits,
//    keys lie in the order of their own random bytes.
//  - A key has exactly one release time, and a window that was closed (LeaseBatch) never receives
//    another key: a later upload's release time is moved to the end of the newest closed window.
//    So each key is in exactly one window of each configuration, whatever crashes or lags.
//  - Several processes may use one database at once.
namespace enks::store {

// Reading. Thread-safe. Blocks on the database. kUnavailable when the database cannot be reached.
class ReadOnlyStore {
 public:
  virtual ~ReadOnlyStore() = default;

  // A cheap question to the database, for health checks.
  virtual Status Ping() = 0;

  virtual Result<std::vector<HealthAuthority>> HealthAuthorities() = 0;  // by id, keys by version
  virtual Result<std::vector<AuthorizedApp>> AuthorizedApps() = 0;       // by name
  virtual Result<std::vector<SignatureInfo>> SignatureInfos() = 0;       // by id
  virtual Result<std::vector<ExportConfig>> ExportConfigs() = 0;         // by id

  // What is counted for a health authority, by hour.
  virtual Result<std::vector<AuthorityHour>> Statistics(std::int64_t authority_id) = 0;

  // Whether operators have told every process to send uploads away for now.
  virtual Result<bool> InMaintenance() = 0;

  // The keys of revision tokens that were not destroyed, newest first.
  virtual Result<std::vector<RevisionKey>> RevisionKeys() = 0;

  // The end of the newest batch of a configuration; nothing if it has none.
  virtual Result<std::optional<UnixTime>> NewestBatchEnd(std::int64_t config_id) = 0;
  // Batches of a configuration, by start time, that end after `since`.
  virtual Result<std::vector<ExportBatch>> Batches(std::int64_t config_id, UnixTime since) = 0;
  // Batches of all configurations, whatever their status, whose window overlaps `window`; by id.
  virtual Result<std::vector<ExportBatch>> BatchesIn(exposure::Window window) = 0;
  virtual Result<std::vector<ExportFile>> FilesOfBatch(std::int64_t batch_id) = 0;
  // The places for which batches were made that ended after `since`, each once. A configuration
  // that was moved leaves files behind at its former place.
  virtual Result<std::vector<ExportPlace>> PlacesOfBatches(UnixTime since) = 0;
  // The record of an object; nothing if none was completed under this name yet. A file that was
  // deleted keeps its record, and so its name.
  virtual Result<std::optional<ExportFile>> FindFile(std::string_view bucket,
                                                     std::string_view name) = 0;
  // The files the index.txt of a place lists: status COMPLETE, of a batch for this place that is
  // COMPLETE (or DELETED) and started after `oldest_start`; by name, bytewise.
  virtual Result<std::vector<ExportFile>> IndexedFiles(const ExportPlace& place,
                                                       UnixTime oldest_start) = 0;
  // Files whose object is to be removed (status DEL_PEND), oldest first, at most `count_max`.
  virtual Result<std::vector<ExportFile>> FilesToDelete(std::size_t count_max) = 0;

  // Calls `visit` for every key that `selection` selects and whose time of `pass` lies in `window`,
  // in no particular order, each once, from one consistent snapshot. Memory stays bounded however
  // many keys there are. Stops at the first status that is not OK and returns it.
  virtual Status ForEachKey(exposure::Window window, KeyPass pass,
                            const exposure::KeySelection& selection,
                            const std::function<Status(const ExportedKey&)>& visit) = 0;

  // kNotFound if the key is not stored. Slow (reads every run): for operators, not for requests.
  virtual Result<KeyHistory> Explain(const exposure::KeyData& key) = 0;

  // Number of keys stored, padding included.
  virtual Result<std::int64_t> CountKeys() = 0;

  // The record of all recalls, newest first.
  virtual Result<std::vector<Recall>> Recalls() = 0;
  // What CarryOutRecall would do now, without padding; changes nothing. Slow, like Explain.
  virtual Result<RecallForecast> ForecastRecall(const RecallSelection& selection) = 0;
};

// Reading and writing. Thread-safe. Updates of something that does not exist are kNotFound, a
// second row where one is allowed is kAlreadyExists; messages name the row.
class Store : public ReadOnlyStore, public AttestationRecords {
 public:
  using UploadDone = absl::AnyInvocable<void(Result<UploadOutcome>)>;

  // Queues an upload for the next commit and returns at once. `done` runs exactly once, on a thread
  // of the store, after the commit is durable (or at once with kResourceExhausted if the queue is
  // full, kUnavailable if the database failed: nothing is stored then). It must not block.
  virtual void SubmitUpload(KeyUpload upload, UploadDone done) = 0;

  // SubmitUpload, waiting for the outcome. For tests and tools.
  Result<UploadOutcome> StoreUploadAndWait(KeyUpload upload);

  // Ids are given by the store and returned.
  virtual Result<std::int64_t> AddHealthAuthority(const HealthAuthority& authority) = 0;
  virtual Status UpdateHealthAuthority(const HealthAuthority& authority) = 0;  // not its keys
  virtual Status RemoveHealthAuthority(std::int64_t id) = 0;
  // Adds the key, or replaces the one with the same version.
  virtual Status SaveHealthAuthorityKey(std::int64_t authority_id,
                                        const HealthAuthorityKey& key) = 0;
  virtual Status RemoveHealthAuthorityKey(std::int64_t authority_id, std::string_view version) = 0;
  // Makes `keys` the keys of the authority `as_read`, which HealthAuthorities() told, in one
  // transaction. kAborted if it or its keys have changed since, by another process or an operator,
  // also if it was removed: nothing is stored then. Two keys of one version are kInvalidArgument.
  virtual Status ReplaceHealthAuthorityKeys(const HealthAuthority& as_read,
                                            const std::vector<HealthAuthorityKey>& keys) = 0;

  virtual Status AddAuthorizedApp(const AuthorizedApp& app) = 0;
  virtual Status UpdateAuthorizedApp(const AuthorizedApp& app) = 0;
  virtual Status RemoveAuthorizedApp(std::string_view name) = 0;

  virtual Result<std::int64_t> AddSignatureInfo(const SignatureInfo& info) = 0;
  virtual Status UpdateSignatureInfo(const SignatureInfo& info) = 0;
  virtual Status RemoveSignatureInfo(std::int64_t id) = 0;

  virtual Status SetMaintenance(bool on) = 0;

  // Adds a key of revision tokens and returns its id. kAborted if the newest key that was not
  // destroyed is not `expected_newest` any more (0: there is none): another process was faster.
  virtual Result<std::int64_t> AddRevisionKey(const RevisionKey& key,
                                              std::int64_t expected_newest) = 0;
  // Overwrites the key; its id stays taken. kNotFound if there is no such key any more.
  virtual Status DestroyRevisionKey(std::int64_t id) = 0;

  // kAlreadyExists if the place (records.h) belongs to another configuration.
  virtual Result<std::int64_t> AddExportConfig(const ExportConfig& config) = 0;
  virtual Status UpdateExportConfig(const ExportConfig& config) = 0;
  // kFailedPrecondition while it has batches: end it by its thru time instead.
  virtual Status RemoveExportConfig(std::int64_t id) = 0;

  // Creates one OPEN batch a window, all or none, with the configuration's present settings.
  // kAborted if the newest batch of the configuration does not end at `expected_last_end` any more
  // (another process was faster): ask again.
  virtual Status CreateBatches(std::int64_t config_id, std::optional<UnixTime> expected_last_end,
                               const std::vector<exposure::Window>& windows) = 0;

  // Leases the oldest batch that is OPEN, or PENDING with a lease that ran out, and whose window
  // ended before `now`; closes its window for uploads in the same transaction. Nothing if there is
  // no such batch. No two callers get the same batch while the lease lives.
  virtual Result<std::optional<ExportBatch>> LeaseBatch(UnixTime now,
                                                        std::chrono::seconds duration) = 0;
  // Prolongs a lease; kAborted if it was lost.
  virtual Status RenewLease(const ExportBatch& batch, UnixTime now,
                            std::chrono::seconds duration) = 0;
  // Gives a batch back as OPEN after a failure; a lost lease is success.
  virtual Status ReleaseBatch(const ExportBatch& batch) = 0;
  // Stores padding keys and marks the batch padded, in one transaction. All release times must lie
  // in the batch's window. kAborted if the lease was lost, kFailedPrecondition if already padded.
  virtual Status AddPadding(const ExportBatch& batch, const std::vector<PaddingKeys>& padding) = 0;
  // Records the files and marks the batch COMPLETE, in one transaction. kAborted if the lease was
  // lost.
  virtual Status CompleteBatch(const ExportBatch& batch, const std::vector<ExportFile>& files) = 0;

  // Marks files DEL_PEND whose batch ended before `cutoff`; returns how many.
  virtual Result<std::int64_t> ExpireFiles(UnixTime cutoff) = 0;
  // The object is gone: file DELETED, and its batch DELETED once no file of it remains.
  virtual Status MarkFileDeleted(const ExportFile& file) = 0;
  // Deletes what has a release time before `cutoff`: first publications by theirs and revisions by
  // theirs, so a revision outlives the first publication until its own time has come; returns how
  // many first publications went. A deleted key counts as unknown, here and in every process, also
  // while indexes in memory still have an entry for it. Works in steps short enough not to hold up
  // uploads.
  virtual Result<std::int64_t> DeleteKeysBefore(UnixTime cutoff) = 0;
  // Records a recall that is about to begin (its id, end and counts are not looked at) and returns
  // its id.
  virtual Result<std::int64_t> AddRecall(const Recall& recall) = 0;
  // Takes back every key whose newest report the recorded recall selects (exposure/recall.h), and
  // padding with it: what an export may hold is revised to negative, released at `release_at` or in
  // the first window that is still open; what none can hold is deleted. Works in steps short enough
  // not to hold up uploads, each with its counts in the record. Broken off anywhere, it can be
  // carried out again and ends as if it had not been.
  virtual Status CarryOutRecall(const Recall& recall, UnixTime release_at,
                                const RecallProgress& progress) = 0;
  virtual Status FinishRecall(std::int64_t id, UnixTime at) = 0;

  // Deletes what is counted for hours before `cutoff`; returns how many hours.
  virtual Result<std::int64_t> DeleteStatisticsBefore(UnixTime cutoff) = 0;
};

// When a store reads the index of all keys into memory, which takes seconds where there are many.
// Only uploads need it.
enum class KeyLoading {
  kNow,          // when it is opened: for a process that takes uploads, so that no phone waits
  kFirstUpload,  // should there ever be one: for commands, exports and retention
};

// Limits of the write path.
struct StoreLimits {
  std::size_t queue_uploads_max = 4096;  // waiting for a commit; beyond: kResourceExhausted
  std::size_t commit_uploads_max = 512;  // sharing one commit
  std::size_t run_keys_max = 2048;       // keys in one run (row) before the next is begun
};

// Where the data is: `sqlite:PATH`, or `postgres:CONNECTION` with a libpq connection string or URI.
// kInvalidArgument names what is wrong with any other text.
struct StoreLocation {
  enum class Engine { kSqlite, kPostgres };
  Engine engine = Engine::kSqlite;
  std::string target;  // path, or libpq connection string
};
Result<StoreLocation> ParseStoreLocation(std::string_view text);

// The text of a location that may be shown to anybody: passwords are ***.
std::string ShownLocation(std::string_view text);

}  // namespace enks::store
