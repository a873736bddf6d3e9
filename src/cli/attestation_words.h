#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attestation/binding.h"
#include "attestation/policy.h"
#include "attestation/reason.h"

// Attestation policies, reasons and bindings in words, for people.
namespace enks::cli {

// What a reason means, as a phrase.
std::string_view MeaningOf(attestation::Reason reason);

// What the policy asks for, a sentence a line.
std::vector<std::string> PolicyInWords(const attestation::Policy& policy);

// What an operator should know of a policy that can be carried out.
std::vector<std::string> Doubts(const attestation::Policy& policy);

// A name and a value a row.
using NamedValues = std::vector<std::pair<std::string, std::string>>;

// What an attestation of that scheme must carry to be for the upload, in all its spellings. Empty
// if nothing can be bound to it.
NamedValues BindingInWords(attestation::Scheme scheme, const attestation::BoundUpload& upload);

// The table of docs/attestation.md, "All knobs".
std::string KnobTable();

}  // namespace enks::cli
