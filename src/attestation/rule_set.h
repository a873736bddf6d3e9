#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "attestation/alarms.h"
#include "attestation/examiner.h"
#include "attestation/policy.h"
#include "attestation/trust.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "metrics/metrics.h"

namespace enks::attestation {

// What rule sets are made with. All of it outlives them.
struct RuleSetParts {
  TokenMemory& memory;
  Challenges& challenges;
  store::AttestationRecords& records;
  const base::Clock& clock;
  base::Random& random;
  base::Files& files;
  metrics::Metrics& metrics;
  Alarms& alarms;
  RevocationLists& revocations;  // used, and brought up to date, by Make() only
  std::function<bool(absl::AnyInvocable<void()>)> run_blocking;
};

// One reading of a policy file and of all it names: an examiner for each app whose policy is on,
// with connections of its own to Apple and Google, so that one authority's trouble is not
// another's. Thread-safe. Must not be destroyed on a thread of its upstreams.
class RuleSet {
 public:
  static Result<std::shared_ptr<RuleSet>> Make(const PolicyBook& book, const RuleSetParts& parts);
  virtual ~RuleSet() = default;

  // Null: the app has no policy, or it is off.
  virtual const Examiner* Find(std::string_view app) const = 0;
  // Lines for the log at start: whom the operator trusts, and what he should look at.
  virtual const std::vector<std::string>& descriptions() const = 0;
  virtual const std::vector<std::string>& warnings() const = 0;
  // Gives up all questions to Apple and Google. Idempotent.
  virtual void Stop() = 0;
};

}  // namespace enks::attestation
