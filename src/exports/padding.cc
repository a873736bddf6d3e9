#include "exports/padding.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace enks::exports {
namespace {

constexpr std::int32_t kIntervalsPerDay = 144;
// Phones keep and upload keys of 14 days, and publish drops keys further than that from the onset.
constexpr std::int32_t kKeyDaysMax = 14;
constexpr std::int32_t kOnsetDaysMax = 14;
// Drawing a day and an onset day that lie too far apart is likely enough to try again a few times.
constexpr int kDrawsMax = 8;

enum class Source { kOriginals, kInvented };

// Makes the keys of one cell. Lives as long as GeneratePadding() runs.
class Generator {
 public:
  Generator(const PaddingModel& model, base::Random& random) : model_(model), random_(random) {
    // The mean of two draws: rarely near either end, where the share would tell most.
    constexpr std::uint64_t kWidth = kInventedPermilleMax - kInventedPermilleMin;
    invented_permille_ =
        kInventedPermilleMin + (random_.Below(kWidth + 1) + random_.Below(kWidth + 1)) / 2;
    InventOnsets();
    CountPeriods();
  }

  GeneratedKey Next() {
    const Original& diagnosed = Any();
    GeneratedKey made;
    made.group = diagnosed.group;
    made.key.key = DrawKeyData();
    made.key.report_type = diagnosed.key.report_type;
    made.key.transmission_risk = diagnosed.key.transmission_risk;
    made.key.release_at = model_.groups[diagnosed.group].release_at;
    DrawLifeAndOnset(diagnosed.key, made.key);
    return made;
  }

 private:
  static std::int32_t DayOf(std::int32_t interval) { return interval / kIntervalsPerDay; }

  // The day on which the person behind `key` fell ill, counted from 1970.
  static std::int32_t OnsetDayOf(const PackedKey& key) {
    const bool known = key.days_since_onset != PackedKey::kNoOnset;
    return DayOf(key.rolling_start) - (known ? key.days_since_onset : 0);
  }

  // The first interval in which a key of this release time is not in use any more, or later.
  static std::int32_t EndMax(const exposure::AcceptedKey& key) {
    return exposure::IntervalAt(key.release_at).number;
  }

  const Original& Any() {
    return model_.originals[static_cast<std::size_t>(random_.Below(model_.originals.size()))];
  }

  Source DrawSource() {
    return random_.Below(1000) < invented_permille_ ? Source::kInvented : Source::kOriginals;
  }

  // Uniform from `first` to `last`, both included.
  std::int32_t Between(std::int32_t first, std::int32_t last) {
    return first +
           static_cast<std::int32_t>(random_.Below(static_cast<std::uint64_t>(last - first) + 1));
  }

  void InventOnsets() {
    base::UnixTime newest{};
    for (const Original& original : model_.originals) {
      newest = std::max(newest, model_.groups[original.group].release_at);
    }
    const std::int32_t today = DayOf(exposure::IntervalAt(newest).number);
    const std::uint64_t count =
        kInventedOnsetsMin + random_.Below(kInventedOnsetsMax - kInventedOnsetsMin + 1);
    for (std::uint64_t i = 0; i < count; ++i) {
      invented_onsets_.push_back(Between(today - kKeyDaysMax, today));
    }
  }

  void CountPeriods() {
    for (const Original& original : model_.originals) {
      ++period_counts_[original.key.rolling_period];
    }
  }

  exposure::KeyData DrawKeyData() {
    std::array<std::uint8_t, exposure::KeyData::kSize> bytes{};
    random_.Fill(bytes);
    return exposure::KeyData(bytes);
  }

  // A key is released once it has expired, so one that had not would be known as generated.
  void DrawLifeAndOnset(const PackedKey& diagnosed, exposure::AcceptedKey& key) {
    // Once for both parts: drawn apart, more keys than the share would have an invented part.
    const Source source = DrawSource();
    for (int draw = 0; draw < kDrawsMax; ++draw) {
      DrawLife(Any().key, source, key);
      key.days_since_onset = DayOf(key.rolling_start.number) - DrawOnsetDay(source);
      const bool expired = key.rolling_start.number + key.rolling_period <= EndMax(key);
      if (expired && std::abs(key.days_since_onset) <= kOnsetDaysMax) return;
    }
    DrawLife(diagnosed, Source::kOriginals, key);
    key.days_since_onset = DayOf(diagnosed.rolling_start) - OnsetDayOf(diagnosed);
  }

  void DrawLife(const PackedKey& lived, Source source, exposure::AcceptedKey& key) {
    key.rolling_start.number = DrawStart(lived, source, EndMax(key));
    key.rolling_period = DrawPeriod(lived, EndMax(key));
  }

  // Shortened keys belong to the day of the upload and stay there; whole days may be any day.
  std::int32_t DrawStart(const PackedKey& original, Source source, std::int32_t end_max) {
    const bool shortened = original.rolling_period < exposure::kRollingPeriodMax;
    if (shortened || source == Source::kOriginals) return original.rolling_start;
    const std::int32_t newest = end_max - exposure::kRollingPeriodMax;
    const std::int32_t time_of_day = original.rolling_start % kIntervalsPerDay;
    const std::int32_t last_day = DayOf(newest - time_of_day);
    return Between(last_day - kKeyDaysMax + 1, last_day) * kIntervalsPerDay + time_of_day;
  }

  std::int32_t DrawPeriod(const PackedKey& original, std::int32_t end_max) {
    const std::int32_t period = original.rolling_period;
    if (period >= exposure::kRollingPeriodMax || period_counts_[original.rolling_period] > 1) {
      return period;
    }
    const std::int32_t longest =
        std::min(exposure::kRollingPeriodMax - 1, end_max - original.rolling_start);
    return longest < 1 ? period : Between(1, longest);
  }

  std::int32_t DrawOnsetDay(Source source) {
    if (source == Source::kOriginals) return OnsetDayOf(Any().key);
    return invented_onsets_[static_cast<std::size_t>(random_.Below(invented_onsets_.size()))];
  }

  const PaddingModel& model_;
  base::Random& random_;
  std::uint64_t invented_permille_ = 0;
  std::vector<std::int32_t> invented_onsets_;  // days from 1970
  std::array<std::int64_t, 256> period_counts_{};
};

}  // namespace

std::int64_t PaddingCount(std::int64_t primary, std::int64_t cells, const PaddingLimits& limits,
                          base::Random& random) {
  const std::int64_t most = kPaddedRecordsMax / std::max<std::int64_t>(cells, 1);
  const std::int64_t least = std::min(limits.records_min, most);
  if (primary >= least) return 0;
  const std::int64_t jitter = std::clamp<std::int64_t>(limits.jitter, 0, most);
  return least - primary +
         static_cast<std::int64_t>(random.Below(static_cast<std::uint64_t>(jitter) + 1));
}

PackedKey AsFirstPublished(PackedKey revised) {
  if (revised.report_type != exposure::ReportType::kNegative) return revised;
  // Only a likely diagnosis can be revised to a negative one.
  revised.report_type = exposure::ReportType::kLikely;
  revised.transmission_risk = static_cast<std::uint8_t>(
      exposure::BackfillTransmissionRisk(0, exposure::ReportType::kLikely));
  return revised;
}

std::vector<GeneratedKey> GeneratePadding(std::int64_t count, const PaddingModel& model,
                                          base::Random& random) {
  ENKS_CHECK(!model.originals.empty());
  Generator generator(model, random);
  std::vector<GeneratedKey> keys;
  keys.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) keys.push_back(generator.Next());
  return keys;
}

}  // namespace enks::exports
