#include "attestation/rule_set.h"

#include <fmt/format.h>

#include <utility>

#include "attestation/access_tokens.h"
#include "attestation/device_check.h"
#include "attestation/play_decoder.h"
#include "attestation/upstream.h"
#include "secrets/file_key_manager.h"
#include "secrets/service_account.h"

namespace enks::attestation {
namespace {

Status Named(const std::string& app, const Status& status) {
  return {status.code(), fmt::format("the policy of {}: {}", app, MessageOf(status))};
}

// What an examiner asks others with. Members go in reverse: who asks before whom is asked.
struct Questions {
  std::unique_ptr<Upstream> apple;
  std::unique_ptr<DeviceCheck> device_check;
  std::unique_ptr<Upstream> google_tokens;
  std::unique_ptr<Upstream> google;
  std::shared_ptr<AccessTokens> access_tokens;
  std::unique_ptr<PlayDecoder> decoder;
};

class RuleSetImpl final : public RuleSet {
 public:
  RuleSetImpl(Trust trust, const RuleSetParts& parts) : trust_(std::move(trust)), parts_(parts) {
    warnings_ = trust_.warnings;
  }
  ~RuleSetImpl() override { Stop(); }

  Status Add(const std::string& app, const Policy& policy) {
    ENKS_ASSIGN(LoadedPolicy loaded, LoadPolicy(app, policy, parts_.files, warnings_));
    if (policy.Takes(Scheme::kAndroidKeyAttestation)) KeepRevocations(loaded);
    auto questions = std::make_unique<Questions>();
    if (policy.Takes(Scheme::kDeviceCheck)) ENKS_TRY(PrepareApple(app, policy, *questions));
    if (policy.Takes(Scheme::kPlayIntegrity) &&
        policy.play_integrity.decoding != IntegrityDecoding::kLocal) {
      ENKS_TRY(PrepareGoogle(app, policy, *questions));
    }
    const ExaminerParts examiner_parts{trust_, parts_.memory, parts_.challenges, parts_.records,
                                       parts_.run_blocking};
    examiners_.emplace(app,
                       std::make_unique<Examiner>(std::move(loaded), questions->device_check.get(),
                                                  questions->decoder.get(), examiner_parts));
    questions_.push_back(std::move(questions));
    return absl::OkStatus();
  }

  const Examiner* Find(std::string_view app) const override {
    const auto found = examiners_.find(app);
    return found == examiners_.end() ? nullptr : found->second.get();
  }
  const std::vector<std::string>& descriptions() const override { return trust_.descriptions; }
  const std::vector<std::string>& warnings() const override { return warnings_; }

  void Stop() override {
    for (const auto& questions : questions_) {
      for (Upstream* upstream :
           {questions->apple.get(), questions->google_tokens.get(), questions->google.get()}) {
        if (upstream != nullptr) upstream->Stop();
      }
    }
  }

 private:
  // A file that was spoilt in fetching does not take away the list before it, which serves until it
  // is too old.
  void KeepRevocations(LoadedPolicy& loaded) {
    const std::filesystem::path& file = loaded.policy.android_key_attestation.revocation_file;
    if (loaded.revocations) {
      parts_.revocations.insert_or_assign(file, *loaded.revocations);
      return;
    }
    const auto before = parts_.revocations.find(file);
    if (before == parts_.revocations.end()) return;
    loaded.revocations = before->second;
    warnings_.push_back(fmt::format(
        "the revocation list for {} that was read before is used until it is too old", loaded.app));
  }

  // Named after the app as well, since each app has its own.
  Result<std::unique_ptr<Upstream>> Connect(std::string_view name, const std::string& app,
                                            const std::string& base_url,
                                            std::chrono::seconds timeout) {
    UpstreamOptions options;
    options.name = fmt::format("{}/{}", name, app);
    options.base_url = base_url;
    options.timeout = timeout;
    return Upstream::Create(std::move(options), parts_.clock, parts_.metrics);
  }

  Status PrepareApple(const std::string& app, const Policy& policy, Questions& questions) {
    const DeviceCheckKnobs& knobs = policy.devicecheck;
    std::string base_url = knobs.base_url;
    if (base_url.empty()) {
      base_url = knobs.production ? kDeviceCheckProduction : kDeviceCheckDevelopment;
    }
    ENKS_ASSIGN(questions.apple, Connect("devicecheck", app, base_url, knobs.timeout));
    // Absolute, or the key manager would look for it below its own folder.
    const std::filesystem::path file = std::filesystem::absolute(knobs.private_key_file);
    const auto keys =
        secrets::MakeFileKeyManager(file.parent_path(), parts_.files, parts_.random, {file});
    ENKS_ASSIGN(std::unique_ptr<secrets::Signer> signer,
                keys->OpenSigner("file://" + file.string()));
    DeviceCheckPolicy asked{app, {knobs.team_id, knobs.key_id, std::move(signer)}};
    ENKS_ASSIGN(questions.device_check,
                DeviceCheck::Create(std::move(asked), *questions.apple, parts_.alarms, parts_.clock,
                                    parts_.random));
    return absl::OkStatus();
  }

  Status PrepareGoogle(const std::string& app, const Policy& policy, Questions& questions) {
    const PlayIntegrityKnobs& knobs = policy.play_integrity;
    ENKS_ASSIGN(auto account,
                secrets::ServiceAccount::Read(parts_.files, knobs.service_account_file));
    ENKS_ASSIGN(questions.google_tokens,
                Connect("google-tokens", app, account.token_uri(), knobs.timeout));
    ENKS_ASSIGN(questions.google, Connect("play-integrity", app, knobs.base_url, knobs.timeout));
    questions.access_tokens =
        AccessTokens::Create(app, std::string(kPlayIntegrityScope), std::move(account),
                             *questions.google_tokens, parts_.alarms, parts_.clock);
    questions.decoder =
        PlayDecoder::Create(app, questions.access_tokens, *questions.google, parts_.alarms);
    return absl::OkStatus();
  }

  const Trust trust_;
  const RuleSetParts parts_;
  std::vector<std::string> warnings_;
  std::vector<std::unique_ptr<Questions>> questions_;
  std::map<std::string, std::unique_ptr<Examiner>, std::less<>> examiners_;
};

}  // namespace

Result<std::shared_ptr<RuleSet>> RuleSet::Make(const PolicyBook& book, const RuleSetParts& parts) {
  ENKS_ASSIGN(Trust trust, ReadTrust(book, parts.clock.Now(), parts.files));
  auto rules = std::make_shared<RuleSetImpl>(std::move(trust), parts);
  for (const auto& [app, policy] : book.policies) {
    if (policy.mode == Mode::kOff) continue;
    const Status added = rules->Add(app, policy);
    if (!added.ok()) return Named(app, added);
  }
  return std::shared_ptr<RuleSet>(std::move(rules));
}

}  // namespace enks::attestation
