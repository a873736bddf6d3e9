#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace enks::store::testing {

// A store that does nothing: every call is kUnimplemented. Unit tests whose code asks little of a
// store derive from it and answer that.
class RefusingStore : public Store {
 public:
  Result<std::vector<HealthAuthority>> HealthAuthorities() override { return Unused(); }
  Result<std::vector<AuthorizedApp>> AuthorizedApps() override { return Unused(); }
  void SubmitUpload(KeyUpload, UploadDone done) override { done(Unused()); }
  Status Ping() override { return Unused(); }
  Result<bool> InMaintenance() override { return Unused(); }
  Status SetMaintenance(bool) override { return Unused(); }
  Result<std::vector<SignatureInfo>> SignatureInfos() override { return Unused(); }
  Result<std::vector<RevisionKey>> RevisionKeys() override { return Unused(); }
  Result<std::vector<AuthorityHour>> Statistics(std::int64_t) override { return Unused(); }
  Result<std::int64_t> DeleteStatisticsBefore(UnixTime) override { return Unused(); }
  Result<std::vector<ExportConfig>> ExportConfigs() override { return Unused(); }
  Result<std::optional<UnixTime>> NewestBatchEnd(std::int64_t) override { return Unused(); }
  Result<std::vector<ExportBatch>> Batches(std::int64_t, UnixTime) override { return Unused(); }
  Result<std::vector<ExportBatch>> BatchesIn(exposure::Window) override { return Unused(); }
  Result<std::vector<ExportFile>> FilesOfBatch(std::int64_t) override { return Unused(); }
  Result<std::vector<ExportPlace>> PlacesOfBatches(UnixTime) override { return Unused(); }
  Result<std::optional<ExportFile>> FindFile(std::string_view, std::string_view) override {
    return Unused();
  }
  Result<std::vector<ExportFile>> IndexedFiles(const ExportPlace&, UnixTime) override {
    return Unused();
  }
  Result<std::vector<ExportFile>> FilesToDelete(std::size_t) override { return Unused(); }
  Status ForEachKey(exposure::Window, KeyPass, const exposure::KeySelection&,
                    const std::function<Status(const ExportedKey&)>&) override {
    return Unused();
  }
  Result<KeyHistory> Explain(const exposure::KeyData&) override { return Unused(); }
  Result<std::int64_t> CountKeys() override { return Unused(); }
  Result<std::int64_t> AddHealthAuthority(const HealthAuthority&) override { return Unused(); }
  Status UpdateHealthAuthority(const HealthAuthority&) override { return Unused(); }
  Status RemoveHealthAuthority(std::int64_t) override { return Unused(); }
  Status SaveHealthAuthorityKey(std::int64_t, const HealthAuthorityKey&) override {
    return Unused();
  }
  Status RemoveHealthAuthorityKey(std::int64_t, std::string_view) override { return Unused(); }
  Status ReplaceHealthAuthorityKeys(const HealthAuthority&,
                                    const std::vector<HealthAuthorityKey>&) override {
    return Unused();
  }
  Status AddAuthorizedApp(const AuthorizedApp&) override { return Unused(); }
  Status UpdateAuthorizedApp(const AuthorizedApp&) override { return Unused(); }
  Status RemoveAuthorizedApp(std::string_view) override { return Unused(); }
  Result<std::int64_t> AddRevisionKey(const RevisionKey&, std::int64_t) override {
    return Unused();
  }
  Status DestroyRevisionKey(std::int64_t) override { return Unused(); }
  Result<std::int64_t> AddSignatureInfo(const SignatureInfo&) override { return Unused(); }
  Status UpdateSignatureInfo(const SignatureInfo&) override { return Unused(); }
  Status RemoveSignatureInfo(std::int64_t) override { return Unused(); }
  Result<std::int64_t> AddExportConfig(const ExportConfig&) override { return Unused(); }
  Status UpdateExportConfig(const ExportConfig&) override { return Unused(); }
  Status RemoveExportConfig(std::int64_t) override { return Unused(); }
  Status CreateBatches(std::int64_t, std::optional<UnixTime>,
                       const std::vector<exposure::Window>&) override {
    return Unused();
  }
  Result<std::optional<ExportBatch>> LeaseBatch(UnixTime, std::chrono::seconds) override {
    return Unused();
  }
  Status RenewLease(const ExportBatch&, UnixTime, std::chrono::seconds) override {
    return Unused();
  }
  Status ReleaseBatch(const ExportBatch&) override { return Unused(); }
  Status AddPadding(const ExportBatch&, const std::vector<PaddingKeys>&) override {
    return Unused();
  }
  Status CompleteBatch(const ExportBatch&, const std::vector<ExportFile>&) override {
    return Unused();
  }
  Result<std::int64_t> ExpireFiles(UnixTime) override { return Unused(); }
  Status MarkFileDeleted(const ExportFile&) override { return Unused(); }
  Result<std::int64_t> DeleteKeysBefore(UnixTime) override { return Unused(); }
  Result<HeldMark> RememberAttestation(const AttestationMark&) override { return Unused(); }
  Status ForgetAttestation(base::ByteView) override { return Unused(); }
  Result<base::Bytes> AttestationSecret(std::int64_t, const base::Bytes&) override {
    return Unused();
  }
  Result<std::optional<AttestedKey>> FindAttestedKey(base::ByteView) override { return Unused(); }
  Status AddAttestedKey(const AttestedKey&) override { return Unused(); }
  Status AdvanceAttestedKey(base::ByteView, std::uint32_t, std::int64_t) override {
    return Unused();
  }
  Result<std::int64_t> DeleteOldAttestations(UnixTime, std::chrono::days) override {
    return Unused();
  }
  Result<std::vector<Recall>> Recalls() override { return Unused(); }
  Result<RecallForecast> ForecastRecall(const RecallSelection&) override { return Unused(); }
  Result<std::int64_t> AddRecall(const Recall&) override { return Unused(); }
  Status CarryOutRecall(const Recall&, UnixTime, const RecallProgress&) override {
    return Unused();
  }
  Status FinishRecall(std::int64_t, UnixTime) override { return Unused(); }

 private:
  static Status Unused() { return absl::UnimplementedError("the test's store does not do this"); }
};

}  // namespace enks::store::testing
