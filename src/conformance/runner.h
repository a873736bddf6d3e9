#pragma once

#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "conformance/case_file.h"
#include "conformance/matcher.h"
#include "conformance/setup.h"
#include "http/client.h"

namespace enks::conformance {

class Story;

// Whose answers are expected where the two differ on purpose.
enum class Server { kEnks, kReference };

enum class Verdict {
  kPassed,
  kFailed,
  kKnownFailure,  // fails, as its case says
  kFixed,         // passes although its case says it fails: the remark has to go
};
const char* VerdictName(Verdict verdict);  // pass, FAIL, known failure, FIXED

// Whether the verdict lets the run as a whole pass.
bool IsGood(Verdict verdict);

struct Outcome {
  Verdict verdict = Verdict::kFailed;
  Differences differences;
};

// Runs cases against one server. Not thread-safe. What it is handed outlives it.
class Runner {
 public:
  // `url` is http://HOST:PORT, with or without a slash at its end.
  Runner(http::Client& client, std::string url, Server server, const ServerSetup& setup,
         const base::Clock& clock, base::Random& random);

  // A server that does not answer is a difference; a case that makes no sense is a failure.
  Outcome Run(const CaseFile& file, const Case& one);

 private:
  Result<Differences> RunSteps(const CaseFile& file, const Case& one);
  Result<Differences> RunStep(const CaseFile& file, const Step& step, Story& story);

  http::Client& client_;
  const std::string url_;
  const Server server_;
  const ServerSetup& setup_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace enks::conformance
