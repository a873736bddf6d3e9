#include "conformance/runner.h"

#include <fmt/format.h>

#include <utility>

#include "conformance/answer_check.h"
#include "conformance/request_maker.h"
#include "conformance/story.h"
#include "exposure/interval.h"

namespace enks::conformance {
namespace {

// How often a case is run anew because a ten-minute interval ended meanwhile. Twice in a row cannot
// happen to a server that answers.
constexpr int kRunsMax = 3;

std::string WithoutSlash(std::string url) {
  if (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

const char* VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed:
      return "pass";
    case Verdict::kFailed:
      return "FAIL";
    case Verdict::kKnownFailure:
      return "known failure";
    case Verdict::kFixed:
      return "FIXED";
  }
  return "";
}

bool IsGood(Verdict verdict) {
  return verdict == Verdict::kPassed || verdict == Verdict::kKnownFailure;
}

Runner::Runner(http::Client& client, std::string url, Server server, const ServerSetup& setup,
               const base::Clock& clock, base::Random& random)
    : client_(client),
      url_(WithoutSlash(std::move(url))),
      server_(server),
      setup_(setup),
      clock_(clock),
      random_(random) {}

Outcome Runner::Run(const CaseFile& file, const Case& one) {
  Result<Differences> differences = Differences();
  for (int run = 0; run < kRunsMax; ++run) {
    const exposure::Interval before = exposure::IntervalAt(clock_.Now());
    differences = RunSteps(file, one);
    // Cases go up to the very interval that a rule allows, which is another one now.
    if (exposure::IntervalAt(clock_.Now()) == before) break;
  }
  if (!differences.ok()) {
    const std::string message(MessageOf(differences.status()));
    return {Verdict::kFailed, {"the case cannot be run: " + message}};
  }
  const bool is_known = server_ == Server::kEnks && !one.known_failure.empty();
  if (differences->empty()) return {is_known ? Verdict::kFixed : Verdict::kPassed, {}};
  return {is_known ? Verdict::kKnownFailure : Verdict::kFailed, *std::move(differences)};
}

Result<Differences> Runner::RunSteps(const CaseFile& file, const Case& one) {
  Story story(clock_.Now(), random_);
  for (std::size_t i = 0; i < one.steps.size(); ++i) {
    ENKS_ASSIGN(Differences differences, RunStep(file, one.steps[i], story));
    if (differences.empty()) continue;
    // What follows stands on a step that went wrong.
    for (std::string& line : differences) line = fmt::format("step {}: {}", i + 1, line);
    return differences;
  }
  return Differences();
}

Result<Differences> Runner::RunStep(const CaseFile& file, const Step& step, Story& story) {
  ENKS_ASSIGN(const OutgoingRequest request, MakeRequest(step.request, setup_, story));
  const auto answer =
      client_.Send(request.method, url_ + request.path, request.headers, request.body);
  if (!answer.ok()) {
    return Differences{fmt::format("no answer: {}", MessageOf(answer.status()))};
  }
  story.AddToken(RevisionTokenOf(*answer));
  const bool as_reference = server_ == Server::kReference && step.reference_answer.Exists();
  return CheckAnswer(as_reference ? step.reference_answer : step.answer, file, *answer);
}

}  // namespace enks::conformance
