#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "exports/testing/faults.h"
#include "store/store.h"

namespace enks::exports::testing {

// A store whose calls that background jobs make fail as Faults says. The others are passed on.
class FaultyStore : public store::Store {
 public:
  FaultyStore(store::Store& store, Faults& faults) : store_(store), faults_(faults) {}

  Result<std::vector<store::HealthAuthority>> HealthAuthorities() override {
    return faults_.Run([&] { return store_.HealthAuthorities(); });
  }
  Status ReplaceHealthAuthorityKeys(const store::HealthAuthority& as_read,
                                    const std::vector<store::HealthAuthorityKey>& keys) override {
    return faults_.Run([&] { return store_.ReplaceHealthAuthorityKeys(as_read, keys); });
  }
  Result<std::vector<store::SignatureInfo>> SignatureInfos() override {
    return faults_.Run([&] { return store_.SignatureInfos(); });
  }
  Result<std::vector<store::ExportConfig>> ExportConfigs() override {
    return faults_.Run([&] { return store_.ExportConfigs(); });
  }
  Result<std::optional<base::UnixTime>> NewestBatchEnd(std::int64_t config_id) override {
    return faults_.Run([&] { return store_.NewestBatchEnd(config_id); });
  }
  Result<std::vector<store::ExportBatch>> BatchesIn(exposure::Window window) override {
    return faults_.Run([&] { return store_.BatchesIn(window); });
  }
  Result<std::vector<store::ExportPlace>> PlacesOfBatches(base::UnixTime since) override {
    return faults_.Run([&] { return store_.PlacesOfBatches(since); });
  }
  Result<std::optional<store::ExportFile>> FindFile(std::string_view bucket,
                                                    std::string_view name) override {
    return faults_.Run([&] { return store_.FindFile(bucket, name); });
  }
  Result<std::vector<store::ExportFile>> IndexedFiles(const store::ExportPlace& place,
                                                      base::UnixTime oldest_start) override {
    return faults_.Run([&] { return store_.IndexedFiles(place, oldest_start); });
  }
  Result<std::vector<store::ExportFile>> FilesToDelete(std::size_t count_max) override {
    return faults_.Run([&] { return store_.FilesToDelete(count_max); });
  }
  Status ForEachKey(exposure::Window window, store::KeyPass pass,
                    const exposure::KeySelection& selection,
                    const std::function<Status(const store::ExportedKey&)>& visit) override {
    return faults_.Run([&] { return store_.ForEachKey(window, pass, selection, visit); });
  }
  Status CreateBatches(std::int64_t config_id, std::optional<base::UnixTime> expected_last_end,
                       const std::vector<exposure::Window>& windows) override {
    return faults_.Run([&] { return store_.CreateBatches(config_id, expected_last_end, windows); });
  }
  Result<std::optional<store::ExportBatch>> LeaseBatch(base::UnixTime now,
                                                       std::chrono::seconds duration) override {
    return faults_.Run([&] { return store_.LeaseBatch(now, duration); });
  }
  Status RenewLease(const store::ExportBatch& batch, base::UnixTime now,
                    std::chrono::seconds duration) override {
    return faults_.Run([&] { return store_.RenewLease(batch, now, duration); });
  }
  Status ReleaseBatch(const store::ExportBatch& batch) override {
    return faults_.Run([&] { return store_.ReleaseBatch(batch); });
  }
  Status AddPadding(const store::ExportBatch& batch,
                    const std::vector<store::PaddingKeys>& padding) override {
    return faults_.Run([&] { return store_.AddPadding(batch, padding); });
  }
  Status CompleteBatch(const store::ExportBatch& batch,
                       const std::vector<store::ExportFile>& files) override {
    return faults_.Run([&] { return store_.CompleteBatch(batch, files); });
  }
  Result<std::int64_t> ExpireFiles(base::UnixTime cutoff) override {
    return faults_.Run([&] { return store_.ExpireFiles(cutoff); });
  }
  Status MarkFileDeleted(const store::ExportFile& file) override {
    return faults_.Run([&] { return store_.MarkFileDeleted(file); });
  }
  Result<std::int64_t> DeleteKeysBefore(base::UnixTime cutoff) override {
    return faults_.Run([&] { return store_.DeleteKeysBefore(cutoff); });
  }
  Result<store::HeldMark> RememberAttestation(const store::AttestationMark& mark) override {
    return faults_.Run([&] { return store_.RememberAttestation(mark); });
  }
  Status ForgetAttestation(base::ByteView token) override {
    return faults_.Run([&] { return store_.ForgetAttestation(token); });
  }
  Result<base::Bytes> AttestationSecret(std::int64_t day, const base::Bytes& candidate) override {
    return faults_.Run([&] { return store_.AttestationSecret(day, candidate); });
  }
  Result<std::optional<store::AttestedKey>> FindAttestedKey(base::ByteView id) override {
    return faults_.Run([&] { return store_.FindAttestedKey(id); });
  }
  Status AddAttestedKey(const store::AttestedKey& key) override {
    return faults_.Run([&] { return store_.AddAttestedKey(key); });
  }
  Status AdvanceAttestedKey(base::ByteView id, std::uint32_t counter, std::int64_t day) override {
    return faults_.Run([&] { return store_.AdvanceAttestedKey(id, counter, day); });
  }
  Result<std::int64_t> DeleteOldAttestations(base::UnixTime now,
                                             std::chrono::days key_idle_max) override {
    return faults_.Run([&] { return store_.DeleteOldAttestations(now, key_idle_max); });
  }
  Result<std::vector<store::Recall>> Recalls() override {
    return faults_.Run([&] { return store_.Recalls(); });
  }
  Result<store::RecallForecast> ForecastRecall(const store::RecallSelection& selection) override {
    return faults_.Run([&] { return store_.ForecastRecall(selection); });
  }
  Result<std::int64_t> AddRecall(const store::Recall& recall) override {
    return faults_.Run([&] { return store_.AddRecall(recall); });
  }
  Status CarryOutRecall(const store::Recall& recall, base::UnixTime release_at,
                        const store::RecallProgress& progress) override {
    return faults_.Run([&] { return store_.CarryOutRecall(recall, release_at, progress); });
  }
  Status FinishRecall(std::int64_t id, base::UnixTime at) override {
    return faults_.Run([&] { return store_.FinishRecall(id, at); });
  }

  Status Ping() override { return store_.Ping(); }
  Result<bool> InMaintenance() override { return store_.InMaintenance(); }
  Status SetMaintenance(bool on) override { return store_.SetMaintenance(on); }
  Result<std::vector<store::AuthorizedApp>> AuthorizedApps() override {
    return store_.AuthorizedApps();
  }
  Result<std::vector<store::ExportBatch>> Batches(std::int64_t config_id,
                                                  base::UnixTime since) override {
    return store_.Batches(config_id, since);
  }
  Result<std::vector<store::ExportFile>> FilesOfBatch(std::int64_t batch_id) override {
    return store_.FilesOfBatch(batch_id);
  }
  Result<store::KeyHistory> Explain(const exposure::KeyData& key) override {
    return store_.Explain(key);
  }
  Result<std::int64_t> CountKeys() override { return store_.CountKeys(); }

  void SubmitUpload(store::KeyUpload upload, UploadDone done) override {
    store_.SubmitUpload(std::move(upload), std::move(done));
  }
  Result<std::int64_t> AddHealthAuthority(const store::HealthAuthority& authority) override {
    return store_.AddHealthAuthority(authority);
  }
  Status UpdateHealthAuthority(const store::HealthAuthority& authority) override {
    return store_.UpdateHealthAuthority(authority);
  }
  Status RemoveHealthAuthority(std::int64_t id) override {
    return store_.RemoveHealthAuthority(id);
  }
  Status SaveHealthAuthorityKey(std::int64_t authority_id,
                                const store::HealthAuthorityKey& key) override {
    return store_.SaveHealthAuthorityKey(authority_id, key);
  }
  Status RemoveHealthAuthorityKey(std::int64_t authority_id, std::string_view version) override {
    return store_.RemoveHealthAuthorityKey(authority_id, version);
  }
  Status AddAuthorizedApp(const store::AuthorizedApp& app) override {
    return store_.AddAuthorizedApp(app);
  }
  Status UpdateAuthorizedApp(const store::AuthorizedApp& app) override {
    return store_.UpdateAuthorizedApp(app);
  }
  Status RemoveAuthorizedApp(std::string_view name) override {
    return store_.RemoveAuthorizedApp(name);
  }
  Result<std::vector<store::RevisionKey>> RevisionKeys() override { return store_.RevisionKeys(); }
  Result<std::int64_t> AddRevisionKey(const store::RevisionKey& key,
                                      std::int64_t expected_newest) override {
    return store_.AddRevisionKey(key, expected_newest);
  }
  Result<std::vector<store::AuthorityHour>> Statistics(std::int64_t authority_id) override {
    return store_.Statistics(authority_id);
  }
  Result<std::int64_t> DeleteStatisticsBefore(base::UnixTime cutoff) override {
    return store_.DeleteStatisticsBefore(cutoff);
  }
  Status DestroyRevisionKey(std::int64_t id) override { return store_.DestroyRevisionKey(id); }
  Result<std::int64_t> AddSignatureInfo(const store::SignatureInfo& info) override {
    return store_.AddSignatureInfo(info);
  }
  Status UpdateSignatureInfo(const store::SignatureInfo& info) override {
    return store_.UpdateSignatureInfo(info);
  }
  Status RemoveSignatureInfo(std::int64_t id) override { return store_.RemoveSignatureInfo(id); }
  Result<std::int64_t> AddExportConfig(const store::ExportConfig& config) override {
    return store_.AddExportConfig(config);
  }
  Status UpdateExportConfig(const store::ExportConfig& config) override {
    return store_.UpdateExportConfig(config);
  }
  Status RemoveExportConfig(std::int64_t id) override { return store_.RemoveExportConfig(id); }

 private:
  store::Store& store_;
  Faults& faults_;
};

}  // namespace enks::exports::testing
