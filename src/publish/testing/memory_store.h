#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exposure/revision.h"
#include "store/testing/refusing_store.h"

// A store in memory for unit tests of the endpoint, where the outcome of an upload must be forced
// or held back. It decides uploads by the same exposure/revision.h as the real stores do; whatever
// an endpoint does not call answers kUnimplemented. Everything else is tested on a real store.
namespace enks::publish {

class MemoryStore final : public store::testing::RefusingStore {
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

  Result<std::vector<store::RevisionKey>> RevisionKeys() override { return revision_keys_; }
  Result<std::int64_t> AddRevisionKey(const store::RevisionKey& key, std::int64_t) override {
    revision_keys_.push_back(key);
    return key.id;
  }
  Result<std::int64_t> CountKeys() override { return static_cast<std::int64_t>(states_.size()); }

 private:
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
