#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "phone/download.h"
#include "phone/phone.h"
#include "phone/upload.h"

// One phone by hand, for an operator who tries a server: upload, then download and match.
namespace enks::phone {

struct OneUpload {
  std::string app_name;
  int days = 14;  // of keys before today
  TodaysKey todays_key = TodaysKey::kExclude;
  Disclosure disclosure;
};

struct OneUploadResult {
  UploadReceipt receipt;
  std::vector<Tek> keys;
  // What another phone would have heard of this one: one identifier of each key, in its interval.
  std::vector<Sighting> heard;
};

// A phone that has just been switched on after `days` in a drawer, with keys for each of them,
// shares them at `now`.
OneUploadResult UploadAsOnePhone(const OneUpload& options, const HealthAuthority& authority,
                                 Uploader& uploader, UnixTime now, base::Random& random);

struct OneDownloadResult {
  DownloadRound round;
  std::vector<Exposure> exposures;  // of new files, by key
  bool notified = false;
};

// One look of a phone that heard `sightings`. `follower` remembers what was processed.
Result<OneDownloadResult> DownloadAsOnePhone(Feed& feed, IndexFollower& follower,
                                             std::span<const Sighting> sightings);

// Sightings as text, a line each: identifier and metadata in hexadecimal and the interval number.
std::string FormatSightings(std::span<const Sighting> sightings);
// kInvalidArgument names the line that is not one. Empty lines are skipped.
Result<std::vector<Sighting>> ParseSightings(std::string_view text);

}  // namespace enks::phone
