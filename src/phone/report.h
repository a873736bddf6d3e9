#pragma once

#include <absl/functional/any_invocable.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "phone/ledger.h"
#include "phone/population.h"

namespace enks::phone {

struct SeenFile {
  std::string name;
  std::int64_t keys = 0;  // padding included
  std::int64_t revised_keys = 0;
  std::uint64_t zip_bytes = 0;
};

// How a simulation went. Phones are named by their index in the plan.
struct Report {
  int phones = 0;
  std::int64_t encounters = 0;
  int diagnoses = 0;

  // Uploads
  int uploads = 0;    // taken in full
  int revisions = 0;  // likewise
  int partial = 0;    // must be 0: these phones share nothing but valid keys
  int stored_earlier = 0;
  int unavailable = 0;                 // must be 0
  std::map<std::string, int> refused;  // by error code: must be empty
  int forged_refused = 0;
  int forged_accepted = 0;  // must be 0
  // Where devices are attested: uploads of genuine apps that were taken, and what others tried.
  int attested = 0;
  int pretences_refused = 0;
  int pretences_not_refused = 0;  // must be 0
  int cover_sent = 0;
  int cover_failed = 0;  // must be 0
  std::int64_t keys_shared = 0;

  // Export files
  std::vector<SeenFile> files;  // each once, in the order they were first seen
  int downloads = 0;            // by any phone, shared fetches counted
  int index_failures = 0;       // must be 0; that there is no index before the first file is none
  // What became of index lines; each must be 0.
  int files_missing = 0;
  int files_refused = 0;
  int files_unavailable = 0;
  int files_duplicate = 0;  // the same window and number under another name
  int late_lines = 0;       // came too late to be followed
  int malformed_lines = 0;
  std::int64_t never_exported = 0;            // must be 0
  std::int64_t revisions_never_exported = 0;  // must be 0
  std::int64_t exported_twice = 0;            // must be 0
  std::int64_t embargo_breaches = 0;          // must be 0
  std::int64_t exported_altered = 0;          // must be 0

  // Warnings
  int expected = 0;   // phones that must be warned: must not be 0, for then nothing was proved
  int undecided = 0;  // phones that may be
  int notified = 0;
  std::vector<int> missing;  // must be warned and were not
  std::vector<int> surplus;  // were warned and must not be

  // Whether the server did all it should, to the last phone.
  bool Passed() const;
};

// The report for people, a few lines, ending in what is wrong.
std::string FormatReport(const Report& report);

// Compares what each phone shows with the truth and takes over the ledger's counts.
void Judge(Population& population, const Ledger& ledger, std::chrono::seconds delivery_max,
           Report& report);

// Told of progress each virtual hour, or after each look at the index in real time. May throw to
// end the story.
using Progress = absl::AnyInvocable<void(UnixTime now, const Report& so_far)>;

}  // namespace enks::phone
