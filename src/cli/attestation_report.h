#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "attestation/checks.h"
#include "attestation/policy.h"
#include "cli/attestation_words.h"

// What `enks attestation verify` tells.
namespace enks::cli {

enum class Outcome : std::uint8_t { kAccepted, kRefused, kUndecided };

// Something that cannot be told here.
struct OpenQuestion {
  enum class Weight : std::uint8_t {
    kDecides,  // without an answer nothing is accepted
    kNote,     // the server asks its database; what was verified stands
  };
  std::string step;
  std::string explanation;
  Weight weight = Weight::kDecides;
};

// What a server would do with the upload.
struct Consequence {
  std::string text;
  int status = 0;    // 0: the upload is taken, or nobody can say
  std::string body;  // of that answer, its padding left out
};

struct Report {
  std::string app;
  attestation::Scheme scheme = attestation::Scheme::kSafetyNet;
  base::UnixTime now;
  std::vector<attestation::Step> steps;
  attestation::Reason reason = attestation::Reason::kNone;
  std::vector<OpenQuestion> questions;
  NamedValues binding;
  Consequence consequence;

  Outcome outcome() const;
};

// For people: a line a step with a mark, then the binding, the outcome and the consequence.
std::string ReportText(const Report& report);
// For programs: one object.
std::string ReportJson(const Report& report);

// What a phone is told under the policy.
Consequence ConsequenceOf(const attestation::Policy& policy, const Report& report,
                          bool is_v1alpha1);

}  // namespace enks::cli
