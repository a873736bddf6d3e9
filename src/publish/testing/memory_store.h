#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exposure/revision.h"
#include "store/store.h"

// A store in memory for unit tests of the endpoint, where the outcome of an upload must be forced
// or held back. It decides uploads by the same exposure/revision.h as the real stores do; whatever
// an endpoint does not call answers kUnimplemented. Everything else is tested on a real store.
namespace enks::publish {

class MemoryStore final : public store::Store {
 public:
  // What the directory reads.
  std::vector<store::HealthAuthority> authorities;
  std::vector<store::AuthorizedApp> apps;

  // Ends all uploads from now on in this way, storing nothing.
  void EndUploadsWith(Result<store::UploadOutcome> outcome) { forced_ = std::move(outcome); }
  // Keeps uploads waiting until Release().
  void HoldUploads() { holding_ = true; }
  void Release() {
    holding_ = false;
    for (auto& [upload, done] : std::exchange(held_, {})) SubmitUpload(upload, std::move(done));
  }

  // Changes a stored key into one that a partner published.
  void MakeForeign(const exposure::KeyData& key) { states_.at(key).local = false; }
  // The newest upload that was stored.
  const store::KeyUpload& last_upload() const { return last_upload_; }
  int uploads_submitted() const { return uploads_submitted_; }

  void SubmitUpload(store::KeyUpload upload, UploadDone done) override {
    if (holding_) {
      held_.emplace_back(std::move(upload), std::move(done));
      return;
    }
    ++uploads_submitted_;
    if (forced_) return done(*forced_);
    done(Decided(std::move(upload)));
  }

  Result<std::vector<store::HealthAuthority>> HealthAuthorities() override { return authorities; }
  Result<std::vector<store::AuthorizedApp>> AuthorizedApps() override { return apps; }

  Status Ping() override { return Unused(); }
  Result<std::vector<store::SignatureInfo>> SignatureInfos() override { return Unused(); }
  Result<std::vector<store::RevisionKey>> RevisionKeys() override { return revision_keys_; }
  Result<std::vector<store::AuthorityHour>> Statistics(std::int64_t) override { return Unused(); }
  Result<std::int64_t> DeleteStatisticsBefore(store::UnixTime) override { return Unused(); }
  Result<std::vector<store::ExportConfig>> ExportConfigs() override { return Unused(); }
  Result<std::optional<base::UnixTime>> NewestBatchEnd(std::int64_t) override { return Unused(); }
  Result<std::vector<store::ExportBatch>> Batches(std::int64_t, base::UnixTime) override {
    return Unused();
  }
  Result<std::vector<store::ExportBatch>> BatchesIn(exposure::Window) override { return Unused(); }
  Result<std::vector<store::ExportFile>> FilesOfBatch(std::int64_t) override { return Unused(); }
  Result<std::vector<store::ExportPlace>> PlacesOfBatches(base::UnixTime) override {
    return Unused();
  }
  Result<std::optional<store::ExportFile>> FindFile(std::string_view, std::string_view) override {
    return Unused();
  }
  Result<std::vector<store::ExportFile>> IndexedFiles(const store::ExportPlace&,
                                                      base::UnixTime) override {
    return Unused();
  }
  Result<std::vector<store::ExportFile>> FilesToDelete(std::size_t) override { return Unused(); }
  Status ForEachKey(exposure::Window, store::KeyPass, const exposure::KeySelection&,
                    const std::function<Status(const store::ExportedKey&)>&) override {
    return Unused();
  }
  Result<store::KeyHistory> Explain(const exposure::KeyData&) override { return Unused(); }
  Result<std::int64_t> CountKeys() override { return static_cast<std::int64_t>(states_.size()); }
  Result<std::int64_t> AddHealthAuthority(const store::HealthAuthority&) override {
    return Unused();
  }
  Status UpdateHealthAuthority(const store::HealthAuthority&) override { return Unused(); }
  Status RemoveHealthAuthority(std::int64_t) override { return Unused(); }
  Status SaveHealthAuthorityKey(std::int64_t, const store::HealthAuthorityKey&) override {
    return Unused();
  }
  Status RemoveHealthAuthorityKey(std::int64_t, std::string_view) override { return Unused(); }
  Status AddAuthorizedApp(const store::AuthorizedApp&) override { return Unused(); }
  Status UpdateAuthorizedApp(const store::AuthorizedApp&) override { return Unused(); }
  Status RemoveAuthorizedApp(std::string_view) override { return Unused(); }
  Result<std::int64_t> AddRevisionKey(const store::RevisionKey& key, std::int64_t) override {
    revision_keys_.push_back(key);
    return key.id;
  }
  Status DestroyRevisionKey(std::int64_t) override { return Unused(); }
  Result<std::int64_t> AddSignatureInfo(const store::SignatureInfo&) override { return Unused(); }
  Status UpdateSignatureInfo(const store::SignatureInfo&) override { return Unused(); }
  Status RemoveSignatureInfo(std::int64_t) override { return Unused(); }
  Result<std::int64_t> AddExportConfig(const store::ExportConfig&) override { return Unused(); }
  Status UpdateExportConfig(const store::ExportConfig&) override { return Unused(); }
  Status RemoveExportConfig(std::int64_t) override { return Unused(); }
  Status CreateBatches(std::int64_t, std::optional<base::UnixTime>,
                       const std::vector<exposure::Window>&) override {
    return Unused();
  }
  Result<std::optional<store::ExportBatch>> LeaseBatch(base::UnixTime,
                                                       std::chrono::seconds) override {
    return Unused();
  }
  Status RenewLease(const store::ExportBatch&, base::UnixTime, std::chrono::seconds) override {
    return Unused();
  }
  Status ReleaseBatch(const store::ExportBatch&) override { return Unused(); }
  Status AddPadding(const store::ExportBatch&, const std::vector<store::PaddingKeys>&) override {
    return Unused();
  }
  Status CompleteBatch(const store::ExportBatch&, const std::vector<store::ExportFile>&) override {
    return Unused();
  }
  Result<std::int64_t> ExpireFiles(base::UnixTime) override { return Unused(); }
  Status MarkFileDeleted(const store::ExportFile&) override { return Unused(); }
  Result<std::int64_t> DeleteKeysBefore(base::UnixTime) override { return Unused(); }

 private:
  static Status Unused() { return absl::UnimplementedError("not for endpoints"); }

  store::UploadOutcome Decided(store::KeyUpload upload) {
    std::vector<std::optional<exposure::StoredState>> known;
    for (const exposure::AcceptedKey& key : upload.keys) {
      const auto found = states_.find(key.key);
      known.emplace_back();
      if (found != states_.end()) known.back() = found->second;
    }
    exposure::Decision decision = exposure::Decide(upload.keys, known, upload.policy);
    for (std::size_t i = 0; i < decision.actions.size(); ++i) {
      Apply(decision.actions[i], upload.keys[i]);
    }
    if (decision.refusal == exposure::Refusal::kNone) last_upload_ = std::move(upload);
    return {decision.refusal,
            decision.from,
            decision.to,
            decision.inserted,
            decision.revised,
            decision.dropped,
            std::move(decision.token_entries)};
  }

  void Apply(exposure::KeyAction action, const exposure::AcceptedKey& key) {
    if (action == exposure::KeyAction::kInsert) {
      exposure::StoredState& state = states_[key.key];
      state.rolling_start = key.rolling_start;
      state.rolling_period = key.rolling_period;
      state.report_type = key.report_type;
    }
    if (action == exposure::KeyAction::kRevise) states_.at(key.key).revised_to = key.report_type;
  }

  std::map<exposure::KeyData, exposure::StoredState> states_;
  store::KeyUpload last_upload_;
  std::optional<Result<store::UploadOutcome>> forced_;
  bool holding_ = false;
  std::vector<std::pair<store::KeyUpload, UploadDone>> held_;
  std::vector<store::RevisionKey> revision_keys_;
  int uploads_submitted_ = 0;
};

}  // namespace enks::publish
