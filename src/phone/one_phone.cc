#include "phone/one_phone.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "phone/state_text.h"

namespace enks::phone {
namespace {

std::vector<Sighting> HearEachKeyOnce(const std::vector<Tek>& keys, base::Random& random) {
  std::vector<Sighting> heard;
  for (const Tek& tek : keys) {
    const auto offset = static_cast<std::int32_t>(
        random.Below(static_cast<std::uint64_t>(std::max(tek.period, 1))));
    const Interval at{tek.start.number + offset};
    const ProximityId identifier = IdentifierAt(DeriveKeys(tek.key), at);
    heard.push_back({.beacon = {.identifier = identifier, .metadata = {}}, .at = at});
  }
  return heard;
}

template <std::size_t kSize>
bool TakeHex(std::string_view text, std::array<std::uint8_t, kSize>& out) {
  const auto bytes = base::FromHex(text);
  if (!bytes || bytes->size() != kSize) return false;
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return true;
}

bool ParseSighting(std::string_view line, Sighting& out) {
  const std::vector<std::string_view> words = SplitAt(' ', line);
  return words.size() == 3 && TakeHex(words[0], out.beacon.identifier) &&
         TakeHex(words[1], out.beacon.metadata) && ReadNumber(words[2], out.at.number);
}

}  // namespace

OneUploadResult UploadAsOnePhone(const OneUpload& options, const HealthAuthority& authority,
                                 Uploader& uploader, UnixTime now, base::Random& random) {
  KeyRing ring(random);
  for (int day = options.days; day >= 0; --day) {
    ring.KeyAt(exposure::IntervalAt(now - std::chrono::days(day)));
  }
  OneUploadResult result{.receipt = {}, .keys = ring.Share(now, options.todays_key), .heard = {}};
  result.receipt = uploader.Upload(
      PrepareUpload(options.app_name, result.keys, options.disclosure, "", authority, now, random));
  result.heard = HearEachKeyOnce(result.keys, random);
  return result;
}

Result<OneDownloadResult> DownloadAsOnePhone(Feed& feed, IndexFollower& follower,
                                             std::span<const Sighting> sightings) {
  OneDownloadResult result;
  ENKS_ASSIGN(result.round, DownloadNew(feed, follower));
  ExposureBook book;
  const MatchTarget target{.sightings = sightings, .book = &book};
  for (const auto& [name, file] : result.round.files) MatchFile(file->content, {&target, 1});
  for (const auto& [key, exposure] : book.exposures()) result.exposures.push_back(exposure);
  result.notified = book.Notifies();
  return result;
}

std::string FormatSightings(std::span<const Sighting> sightings) {
  std::string text;
  for (const Sighting& sighting : sightings) {
    fmt::format_to(std::back_inserter(text), "{} {} {}\n", base::ToHex(sighting.beacon.identifier),
                   base::ToHex(sighting.beacon.metadata), sighting.at.number);
  }
  return text;
}

Result<std::vector<Sighting>> ParseSightings(std::string_view text) {
  std::vector<Sighting> sightings;
  std::size_t number = 0;
  for (const std::string_view line : SplitAt('\n', text)) {
    ++number;
    if (line.empty()) continue;
    Sighting sighting;
    if (!ParseSighting(line, sighting)) {
      return absl::InvalidArgumentError(fmt::format("line {}: not a sighting", number));
    }
    sightings.push_back(sighting);
  }
  return sightings;
}

}  // namespace enks::phone
