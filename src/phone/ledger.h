#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "exportfile/format.h"
#include "exportfile/reader.h"
#include "phone/truth.h"
#include "phone/upload.h"

namespace enks::phone {

// What all phones together sent to the server and saw come back: where the laws of the server are
// checked key by key. Not thread-safe.
class Ledger {
 public:
  // An upload of `sender` and how it ended at `now`.
  void NoteUpload(int sender, const std::vector<Tek>& keys, const Disclosure& disclosure,
                  UploadOutcome outcome, UnixTime now);

  // A file that was published at or before `now`. Once for each file.
  void NoteFile(const exportfile::ExportFileContent& file, UnixTime now);

  // The keys that were shared, for FindTruth(). `delivery_max` is how long after its upload, or its
  // end if that is later, a key may take to reach a phone that looks regularly.
  std::vector<SharedKey> SharedKeys(std::chrono::seconds delivery_max) const;

  // Keys the server surely took and never exported as it should have: not at all, not in their
  // revised form, or as primary key more than once.
  std::int64_t NeverExported() const;
  std::int64_t RevisionsNeverExported() const;
  std::int64_t ExportedTwice() const;
  // Keys seen in a file while they were still valid: their owner could have been followed.
  std::int64_t embargo_breaches() const { return embargo_breaches_; }
  // Keys seen in a file with another start, period, report type or transmission risk than they were
  // shared with: they would match at other times, or be weighed wrongly.
  std::int64_t exported_altered() const { return exported_altered_; }

  std::int64_t KeysShared() const { return static_cast<std::int64_t>(entries_.size()); }

 private:
  // What the authority says of a key, as it must be exported.
  struct Weight {
    exposure::ReportType report_type = exposure::ReportType::kUnspecified;
    std::int64_t transmission_risk = 0;
  };
  static Weight WeightOf(const Disclosure& disclosure);

  struct Entry {
    int sender = 0;
    Interval start;
    std::int32_t period = 0;
    Weight first;   // as it was first shared
    Weight latest;  // after a revision
    bool revised = false;
    bool certain = true;
    UnixTime shared_at;
    int primary_seen = 0;
    int revised_seen = 0;

    // A negative result is published for keys that are out already, and for no others.
    bool revoked() const { return latest.report_type == exposure::ReportType::kNegative; }
  };

  void NoteKey(int sender, const Tek& key, const Disclosure& disclosure, bool certain,
               UnixTime now);
  void NotePrimary(const exportfile::WireKey& key);
  void NoteRevised(const exportfile::WireKey& key);
  static bool IsAltered(const exportfile::WireKey& key, const Entry& entry, const Weight& weight);

  std::map<KeyData, Entry> entries_;
  std::int64_t embargo_breaches_ = 0;
  std::int64_t exported_altered_ = 0;
};

}  // namespace enks::phone
