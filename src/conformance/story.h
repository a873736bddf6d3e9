#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "json/document.h"

namespace enks::conformance {

// What one run of a case has made and seen so far. Every run makes its keys anew, so that no run
// finds what an earlier one left in the server. Not thread-safe.
class Story {
 public:
  Story(base::UnixTime now, base::Random& random) : now_(now), random_(random) {}

  base::UnixTime now() const { return now_; }
  // The key with that label, in standard base64: drawn the first time, the same ever after.
  const std::string& Tek(const std::string& label);
  // Random bytes whose base64 begins with "+/+/", so that each of the kit's keys shows which
  // alphabet a server reads, and can be told from a phone's in a database.
  base::Bytes DrawBytes(std::size_t size);

  void AddToken(std::string token) { tokens_.push_back(std::move(token)); }
  // The revision token that the answer of step `step`, counted from 1, brought.
  Result<std::string> Token(std::int64_t step) const;

 private:
  const base::UnixTime now_;
  base::Random& random_;
  std::map<std::string, std::string> teks_;
  std::vector<std::string> tokens_;
};

// A value of a case as JSON text, with each object whose first member begins with `$` replaced by
// what it stands for at this moment of the story (tests/conformance/README.md lists them).
Result<std::string> ResolveJson(json::Value value, Story& story);
Result<std::int64_t> ResolveInteger(json::Value value, Story& story);
Result<std::string> ResolveText(json::Value value, Story& story);

}  // namespace enks::conformance
