#pragma once

#include "conformance/case_file.h"
#include "conformance/matcher.h"
#include "http/message.h"

namespace enks::conformance {

// In what an answer differs from what a step of `file` expects. `padding` of a JSON answer is
// expected to be there and in the file's range, or in case of an error just there, unless
// `expected` names it. Fails if the expectation makes no sense.
Result<Differences> CheckAnswer(json::Value expected, const CaseFile& file,
                                const http::Response& answer);

// The revision token that an answer brought; empty if none.
std::string RevisionTokenOf(const http::Response& answer);

}  // namespace enks::conformance
