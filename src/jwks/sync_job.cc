#include "jwks/sync_job.h"

#include <fmt/core.h>

#include <string>

#include "base/time_text.h"

namespace enks::jwks {
namespace {

constexpr std::string_view kUnreadable = "unreadable";
constexpr std::string_view kSkipped = "skipped";

base::LogLevel LevelOf(FindingKind kind) {
  if (IsAlarm(kind)) return base::LogLevel::kError;
  return kind == FindingKind::kRevoked ? base::LogLevel::kWarning : base::LogLevel::kInfo;
}

}  // namespace

Status SyncJob::Run() {
  const std::lock_guard lock(mutex_);
  return RunAll();
}

Status SyncJob::RunAll() {
  const auto authorities = sync_.Authorities();
  if (!authorities.ok()) {
    log_.Error("health authorities could not be read, their keys stay as they are",
               {{"error", MessageOf(authorities.status())}});
    return authorities.status();
  }
  int failed = 0;
  std::string first;
  for (const store::HealthAuthority& authority : *authorities) {
    if (is_stopping_) break;
    const AuthoritySync outcome = sync_.Sync(authority);
    Tell(outcome);
    if (outcome.Failed() && failed++ == 0) {
      first = fmt::format("{} ({}): {}", authority.id, authority.name, MessageOf(outcome.status));
    }
  }
  if (failed == 0) return absl::OkStatus();
  return absl::UnavailableError(
      fmt::format("the keys of {} of {} health authorities could not be read anew; first {}",
                  failed, authorities->size(), first));
}

void SyncJob::Tell(const AuthoritySync& outcome) {
  if (outcome.Failed()) return TellFailure(outcome);
  if (!outcome.status.ok()) {
    log_.Info("keys of a health authority were changed by somebody else meanwhile",
              {{"authority", outcome.authority_id}});
    return;
  }
  TellRecovery(outcome);
  for (const Finding& finding : outcome.findings) TellFinding(outcome, finding);
  TellSkipped(outcome);
}

void SyncJob::TellFailure(const AuthoritySync& outcome) {
  const auto since = failing_since_.try_emplace(outcome.authority_id, clock_.Now()).first->second;
  if (!alarms_.IsDue(outcome.authority_id, kUnreadable, "", clock_.Monotonic())) return;
  log_.Error(
      "keys of a health authority could not be kept in step with its document, they stay as they "
      "are",
      {{"authority", outcome.authority_id},
       {"name", outcome.name},
       {"since", base::FormatTime(since)},
       {"error", MessageOf(outcome.status)}});
}

void SyncJob::TellRecovery(const AuthoritySync& outcome) {
  if (failing_since_.erase(outcome.authority_id) == 0) return;
  log_.Info("keys of a health authority are in step with its document again",
            {{"authority", outcome.authority_id}, {"name", outcome.name}});
}

void SyncJob::TellFinding(const AuthoritySync& outcome, const Finding& finding) {
  const std::string_view meaning = Meaning(finding.kind);
  if (IsAlarm(finding.kind) &&
      !alarms_.IsDue(outcome.authority_id, meaning, finding.version, clock_.Monotonic())) {
    return;
  }
  log_.Write(LevelOf(finding.kind), fmt::format("a key of a health authority {}", meaning),
             {{"authority", outcome.authority_id},
              {"name", outcome.name},
              {"key", finding.version},
              {TimeName(finding.kind), base::FormatTime(finding.at)}});
}

void SyncJob::TellSkipped(const AuthoritySync& outcome) {
  for (const std::string& reason : outcome.skipped) {
    if (!alarms_.IsDue(outcome.authority_id, kSkipped, reason, clock_.Monotonic())) continue;
    log_.Warning("a key in the JWKS document of a health authority is not used",
                 {{"authority", outcome.authority_id}, {"name", outcome.name}, {"reason", reason}});
  }
}

}  // namespace enks::jwks
