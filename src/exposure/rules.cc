#include "exposure/rules.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "exposure/key_check.h"
#include "exposure/onset.h"
#include "exposure/overlap.h"

namespace enks::exposure {
namespace {

Assessment Refuse(std::string refusal) {
  Assessment assessment;
  assessment.refused = true;
  assessment.refusal = std::move(refusal);
  return assessment;
}

// Why the upload is refused before any key is looked at, or an empty text.
std::string CountFault(std::size_t count, int keys_max) {
  if (count == 0) return "no exposure keys in the request";
  if (std::cmp_less_equal(count, keys_max)) return {};
  return fmt::format("too many exposure keys in the request: {}, at most {} are allowed", count,
                     keys_max);
}

// The reference's words, in which clients look for the index.
std::string KeyError(std::size_t index, std::string_view fault) {
  return fmt::format("key {} cannot be imported: {}", index, fault);
}

// The reference's words; it says "without this key" because the others are saved.
std::string OnsetWarning(std::size_t index, std::int32_t days, std::int32_t days_max) {
  return fmt::format("key {} symptom onset is too large, {} > {} - saving without this key", index,
                     days, days_max);
}

// Takes the keys of one upload one by one and keeps those that pass.
class Sieve {
 public:
  Sieve(std::int32_t request_onset, const std::optional<Diagnosis>& diagnosis, UnixTime now,
        const UploadRules& rules)
      : rules_(rules),
        now_(now),
        limits_(LimitsAt(now, rules)),
        onset_(ChooseOnset(request_onset, diagnosis, now, rules)),
        report_type_(diagnosis ? diagnosis->report_type : ReportType::kUnspecified) {
    if (!onset_.is_assumed) assessment_.onset_days_ago = DaysBetween(onset_.at, IntervalAt(now));
  }

  void Take(std::size_t index, const SubmittedKey& key) {
    const KeyCheck check = CheckKey(key, limits_);
    if (!check.data) {
      assessment_.errors.push_back(KeyError(index, check.fault));
      return;
    }
    const Interval start{key.rolling_start};
    const std::int32_t since_onset = DaysBetween(onset_.at, start);
    if (std::abs(since_onset) > rules_.onset_days_max) {
      assessment_.warnings.push_back(
          OnsetWarning(index, std::abs(since_onset), rules_.onset_days_max));
      return;
    }
    spans_.push_back({index, start, key.rolling_period});
    Keep({*check.data, start, key.rolling_period,
          BackfillTransmissionRisk(static_cast<std::int32_t>(key.transmission_risk), report_type_),
          report_type_, since_onset, ReleaseTime(start, key.rolling_period, now_, rules_)});
  }

  // The verdict on the upload. Ends the sieve's use.
  Assessment Finish() && {
    if (assessment_.accepted.empty()) {
      // With nothing but warnings the upload counts as taken (divergence P10 keeps this).
      assessment_.refused = !assessment_.errors.empty();
      return std::move(assessment_);
    }
    assessment_.refusal = SpanFault(std::move(spans_), rules_.same_start_max);
    if (assessment_.refusal.empty()) return std::move(assessment_);
    assessment_.refused = true;
    assessment_.accepted.clear();
    return std::move(assessment_);
  }

 private:
  // The last of equal keys wins. The search is linear: an upload has a few dozen keys at most.
  void Keep(const AcceptedKey& key) {
    auto& accepted = assessment_.accepted;
    const auto same = std::find_if(accepted.begin(), accepted.end(),
                                   [&](const AcceptedKey& other) { return other.key == key.key; });
    if (same == accepted.end()) {
      accepted.push_back(key);
    } else {
      *same = key;
    }
  }

  const UploadRules& rules_;
  const UnixTime now_;
  const KeyLimits limits_;
  const Onset onset_;
  const ReportType report_type_;
  std::vector<KeySpan> spans_;  // equal keys count each: they are told apart only when stored
  Assessment assessment_;
};

}  // namespace

Assessment Assess(const std::vector<SubmittedKey>& keys, std::int32_t request_onset,
                  const std::optional<Diagnosis>& diagnosis, UnixTime now,
                  const UploadRules& rules) {
  std::string refusal = CountFault(keys.size(), rules.keys_max);
  if (!refusal.empty()) return Refuse(std::move(refusal));
  Sieve sieve(request_onset, diagnosis, now, rules);
  for (std::size_t i = 0; i < keys.size(); ++i) sieve.Take(i, keys[i]);
  return std::move(sieve).Finish();
}

std::string FormatErrorList(const std::vector<std::string>& errors) {
  std::string list =
      fmt::format("{} {} occurred:\n", errors.size(), errors.size() == 1 ? "error" : "errors");
  for (const std::string& error : errors) list += fmt::format("\t* {}\n", error);
  return list + "\n";
}

std::int32_t BackfillTransmissionRisk(std::int32_t provided, ReportType report_type) {
  if (provided != 0) return provided;
  switch (report_type) {
    case ReportType::kConfirmed:
      return 2;
    case ReportType::kLikely:
      return 4;
    case ReportType::kNegative:
      return 6;
    case ReportType::kUserReport:
    case ReportType::kUnspecified:
      return 0;
  }
  return 0;
}

}  // namespace enks::exposure
