#pragma once

#include <functional>
#include <memory>

#include "base/log.h"
#include "store/runs/key_writer.h"
#include "store/sql/connection.h"
#include "store/sql/connection_pool.h"
#include "store/store.h"

namespace enks::store::sql {

// The Store on either engine. Rows that an operator configures and rows of the export job are read
// and written here, a file a noun (health_authorities.cc, export_batches.cc, …); keys are the work
// of store/runs. Thread-safe.
class SqlStore final : public Store {
 public:
  // Starts the key writer. `database` must have the tables of this program. `log` must outlive the
  // store.
  static Result<std::unique_ptr<Store>> Start(std::unique_ptr<Database> database,
                                              const StoreLimits& limits, base::Log& log,
                                              KeyLoading loading);

  Status Ping() override;

  Result<std::vector<HealthAuthority>> HealthAuthorities() override;
  Result<std::int64_t> AddHealthAuthority(const HealthAuthority& authority) override;
  Status UpdateHealthAuthority(const HealthAuthority& authority) override;
  Status RemoveHealthAuthority(std::int64_t id) override;
  Status SaveHealthAuthorityKey(std::int64_t authority_id, const HealthAuthorityKey& key) override;
  Status RemoveHealthAuthorityKey(std::int64_t authority_id, std::string_view version) override;
  Status ReplaceHealthAuthorityKeys(const HealthAuthority& as_read,
                                    const std::vector<HealthAuthorityKey>& keys) override;

  Result<std::vector<AuthorizedApp>> AuthorizedApps() override;
  Status AddAuthorizedApp(const AuthorizedApp& app) override;
  Status UpdateAuthorizedApp(const AuthorizedApp& app) override;
  Status RemoveAuthorizedApp(std::string_view name) override;

  Result<std::vector<SignatureInfo>> SignatureInfos() override;
  Result<std::int64_t> AddSignatureInfo(const SignatureInfo& info) override;
  Status UpdateSignatureInfo(const SignatureInfo& info) override;
  Status RemoveSignatureInfo(std::int64_t id) override;

  Result<std::vector<AuthorityHour>> Statistics(std::int64_t authority_id) override;
  Result<std::int64_t> DeleteStatisticsBefore(UnixTime cutoff) override;

  Result<bool> InMaintenance() override;
  Status SetMaintenance(bool on) override;

  Result<std::vector<RevisionKey>> RevisionKeys() override;
  Result<std::int64_t> AddRevisionKey(const RevisionKey& key,
                                      std::int64_t expected_newest) override;
  Status DestroyRevisionKey(std::int64_t id) override;

  Result<HeldMark> RememberAttestation(const AttestationMark& mark) override;
  Status ForgetAttestation(base::ByteView token) override;
  Result<base::Bytes> AttestationSecret(std::int64_t day, const base::Bytes& candidate) override;
  Result<std::optional<AttestedKey>> FindAttestedKey(base::ByteView id) override;
  Status AddAttestedKey(const AttestedKey& key) override;
  Status AdvanceAttestedKey(base::ByteView id, std::uint32_t counter, std::int64_t day) override;
  Result<std::int64_t> DeleteOldAttestations(UnixTime now, std::chrono::days key_idle_max) override;

  Result<std::vector<ExportConfig>> ExportConfigs() override;
  Result<std::int64_t> AddExportConfig(const ExportConfig& config) override;
  Status UpdateExportConfig(const ExportConfig& config) override;
  Status RemoveExportConfig(std::int64_t id) override;

  Result<std::optional<UnixTime>> NewestBatchEnd(std::int64_t config_id) override;
  Result<std::vector<ExportBatch>> Batches(std::int64_t config_id, UnixTime since) override;
  Result<std::vector<ExportPlace>> PlacesOfBatches(UnixTime since) override;
  Result<std::vector<ExportBatch>> BatchesIn(exposure::Window window) override;
  Status CreateBatches(std::int64_t config_id, std::optional<UnixTime> expected_last_end,
                       const std::vector<exposure::Window>& windows) override;

  Result<std::optional<ExportBatch>> LeaseBatch(UnixTime now,
                                                std::chrono::seconds duration) override;
  Status RenewLease(const ExportBatch& batch, UnixTime now, std::chrono::seconds duration) override;
  Status ReleaseBatch(const ExportBatch& batch) override;
  Status AddPadding(const ExportBatch& batch, const std::vector<PaddingKeys>& padding) override;
  Status CompleteBatch(const ExportBatch& batch, const std::vector<ExportFile>& files) override;

  Result<std::vector<ExportFile>> FilesOfBatch(std::int64_t batch_id) override;
  Result<std::optional<ExportFile>> FindFile(std::string_view bucket,
                                             std::string_view name) override;
  Result<std::vector<ExportFile>> IndexedFiles(const ExportPlace& place,
                                               UnixTime oldest_start) override;
  Result<std::vector<ExportFile>> FilesToDelete(std::size_t count_max) override;
  Result<std::int64_t> ExpireFiles(UnixTime cutoff) override;
  Status MarkFileDeleted(const ExportFile& file) override;

  void SubmitUpload(KeyUpload upload, UploadDone done) override;
  Status ForEachKey(exposure::Window window, KeyPass pass, const exposure::KeySelection& selection,
                    const std::function<Status(const ExportedKey&)>& visit) override;
  Result<KeyHistory> Explain(const exposure::KeyData& key) override;
  Result<std::int64_t> CountKeys() override;
  Result<std::int64_t> DeleteKeysBefore(UnixTime cutoff) override;

  Result<std::vector<Recall>> Recalls() override;
  Result<RecallForecast> ForecastRecall(const RecallSelection& selection) override;
  Result<std::int64_t> AddRecall(const Recall& recall) override;
  Status CarryOutRecall(const Recall& recall, UnixTime release_at,
                        const RecallProgress& progress) override;
  Status FinishRecall(std::int64_t id, UnixTime at) override;

 private:
  SqlStore(std::unique_ptr<Database> database, const StoreLimits& limits, base::Log& log);

  // Runs `body` in a transaction on a connection of the pool.
  Status Read(const std::function<Status(Connection&)>& body);
  Status Write(const std::function<Status(Connection&)>& body);

  const std::unique_ptr<Database> database_;
  const StoreLimits limits_;
  base::Log& log_;
  ConnectionPool pool_;
  std::unique_ptr<runs::KeyWriter> key_writer_;  // first to go: it finishes what is queued
};

}  // namespace enks::store::sql
