#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "attestation/alarms.h"
#include "attestation/challenge.h"
#include "attestation/gate.h"
#include "attestation/secrets_of_days.h"
#include "attestation/token_memory.h"
#include "attestation/trust.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "base/worker_pool.h"
#include "metrics/metrics.h"
#include "store/attestations.h"

namespace enks::attestation {

struct GateOptions {
  std::filesystem::path policy_file;
  std::size_t workers = 2;         // threads that verify, and wait for the database
  std::size_t waiting_max = 1024;  // inquiries that wait for one; beyond: kUnavailable
};

// What a gate works with. All of it outlives the gate; `random` is thread-safe and fit for secrets.
struct GateParts {
  store::AttestationRecords& records;
  const base::Clock& clock;
  base::Random& random;
  base::Files& files;
  base::Log& log;
  metrics::Metrics& metrics;
};

class RuleSet;

// The gate that a policy file describes. The file, and every file that it names, is read anew when
// one of them has changed; what cannot be read then changes nothing, loudly.
class PolicyGate final : public Gate {
  struct OpenOnly {};

 public:
  PolicyGate(OpenOnly, const GateOptions& options, const GateParts& parts);  // Open() calls it
  // kInvalidArgument and others name the file and what is wrong with it: then nothing may start.
  static Result<std::unique_ptr<PolicyGate>> Open(const GateOptions& options,
                                                  const GateParts& parts);
  ~PolicyGate() override;

  bool Concerns(std::string_view app) const override;
  void Ask(Inquiry inquiry, Done done) override;

  // For phones whose health authority wants one.
  Challenges& challenges() { return challenges_; }

  // Reads what has changed and the secrets of new days. Blocks; to be called every minute or so,
  // by one thread.
  Status Refresh();

  // Ends everything under way with kUnavailable. Idempotent.
  void Stop();

 private:
  Status Load();
  Result<std::string> ReadFingerprint() const;
  std::shared_ptr<const RuleSet> Current() const;
  void Examine(Inquiry inquiry, std::shared_ptr<const RuleSet> rules, Done done);
  void Count(std::string_view scheme, Reason reason);

  const GateOptions options_;
  const GateParts parts_;
  SecretsOfDays secrets_;
  TokenMemory memory_;
  Challenges challenges_;
  Alarms alarms_;
  std::atomic<bool> is_stopping_{false};
  mutable std::mutex mutex_;
  std::shared_ptr<RuleSet> current_;               // guarded by mutex_
  std::vector<std::shared_ptr<RuleSet>> retired_;  // guarded by mutex_; still asked, perhaps
  std::string fingerprint_;      // of the files that current_ was made of; the refresher's
  RevocationLists revocations_;  // the refresher's
  base::WorkerPool workers_;     // first to go: its tasks use the rest
};

}  // namespace enks::attestation
