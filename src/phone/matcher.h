#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "exportfile/reader.h"
#include "phone/crypto.h"

// Does a published key belong to somebody this phone was near? Everything here happens on the
// phone: the server never learns what was heard.
namespace enks::phone {

// What a phone hears when another one broadcasts.
struct Beacon {
  ProximityId identifier;
  Metadata metadata;
};

struct Sighting {
  Beacon beacon;
  Interval at;  // by the clock of the phone that heard it
};

// How far the clocks of two phones may be apart: an identifier counts only if it was heard at most
// this many intervals before or after the one it belongs to. Two hours, as in the framework; it
// bounds for how long a recorded identifier can be replayed.
inline constexpr std::int32_t kToleranceIntervals = 12;

// Whether an identifier of interval `sent` may have been heard at `heard`.
bool WithinTolerance(Interval sent, Interval heard);

// Which list of an export file a key stands in.
enum class KeyList { kPrimary, kRevised };

// A published key whose identifiers this phone heard.
struct Exposure {
  exportfile::WireReportType report_type = exportfile::WireReportType::kUnknown;
  bool revised = false;
  Interval first_heard;
  Interval last_heard;
};

// What one phone knows about its exposures, by key. Not thread-safe.
class ExposureBook {
 public:
  // Notes that a published key was heard. What a revised list says of a key is final: a primary
  // entry that arrives later (from a file that could not be fetched at first) changes nothing.
  void Note(const exportfile::WireKey& key, KeyList list, Interval heard);

  // Applies a revised entry to a key that was noted before, even if what was heard of it is long
  // forgotten: a revoked diagnosis must take its warning back. Nothing happens to other keys.
  void Revise(const exportfile::WireKey& key);

  // Whether the user is to be warned: some exposure is to a key that was not revoked.
  bool Notifies() const;

  std::size_t size() const { return exposures_.size(); }
  const std::map<KeyData, Exposure>& exposures() const { return exposures_; }
  // Null if this key was never heard.
  const Exposure* Find(const KeyData& key) const;

 private:
  std::map<KeyData, Exposure> exposures_;
};

// All identifiers of a number of published keys, ready to be looked up: made once, used for any
// number of phones. Keys with a rolling period outside 1..144 or a negative start are left out, as
// phones ignore them. Immutable, so any thread may read it.
class IdentifierTable {
 public:
  // Bounds the memory of one table: about 30 MB. Longer lists are matched in several tables.
  static constexpr std::size_t kKeysMax = 8192;

  // `keys` outlives the table and holds at most kKeysMax keys.
  explicit IdentifierTable(std::span<const exportfile::WireKey> keys);

  struct Hit {
    const exportfile::WireKey* key = nullptr;
    Interval sent;
  };
  // The key that broadcasts `identifier`, and in which interval.
  std::optional<Hit> Find(const ProximityId& identifier) const;

 private:
  void Add(std::uint32_t entry);
  std::size_t SlotOf(const ProximityId& identifier) const;

  struct Run {
    std::size_t begin = 0;  // of the key's identifiers
    const exportfile::WireKey* key = nullptr;
  };
  std::vector<ProximityId> identifiers_;
  std::vector<Run> runs_;             // by begin
  std::vector<std::uint32_t> slots_;  // open addressing: index into identifiers_ plus 1, 0 is free
};

// One phone's part in matching.
struct MatchTarget {
  std::span<const Sighting> sightings;
  ExposureBook* book = nullptr;
};

// Notes in each phone's book which keys of the file it heard, within the tolerance. Derives each
// identifier of the file once, whatever the number of phones. The file must have been verified.
void MatchFile(const exportfile::ExportFileContent& file, std::span<const MatchTarget> phones);

}  // namespace enks::phone
