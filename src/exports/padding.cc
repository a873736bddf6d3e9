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

// Makes the keys of one file. Lives as long as GeneratePadding() runs.
class Generator {
 public:
  Generator(const PaddingModel& model, base::Random& random)
      : model_(model), random_(random), window_end_(exposure::IntervalAt(model.window.end).number) {
    // The mean of two draws: rarely near either end, where the share would tell most.
    constexpr std::uint64_t kWidth = kInventedPermilleMax - kInventedPermilleMin;
    invented_permille_ =
        kInventedPermilleMin + (random_.Below(kWidth + 1) + random_.Below(kWidth + 1)) / 2;
    InventOnsets();
    CountPeriods();
    for (const ReleaseShare& share : model_.shares) released_ += share.keys;
  }

  exposure::AcceptedKey Next() {
    exposure::AcceptedKey key;
    key.key = DrawKeyData();
    DrawLifeAndOnset(key);
    const PackedKey& diagnosed = AnyOriginal();
    key.report_type = diagnosed.report_type;
    key.transmission_risk = diagnosed.transmission_risk;
    key.release_at = DrawRelease();
    return key;
  }

 private:
  static std::int32_t DayOf(std::int32_t interval) { return interval / kIntervalsPerDay; }

  // The day on which the person behind `key` fell ill, counted from 1970.
  static std::int32_t OnsetDayOf(const PackedKey& key) {
    const bool known = key.days_since_onset != PackedKey::kNoOnset;
    return DayOf(key.rolling_start) - (known ? key.days_since_onset : 0);
  }

  const PackedKey& AnyOriginal() {
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
    const std::int32_t today = DayOf(window_end_);
    const std::uint64_t count =
        kInventedOnsetsMin + random_.Below(kInventedOnsetsMax - kInventedOnsetsMin + 1);
    for (std::uint64_t i = 0; i < count; ++i) {
      invented_onsets_.push_back(Between(today - kKeyDaysMax, today));
    }
  }

  void CountPeriods() {
    for (const PackedKey& key : model_.originals) ++period_counts_[key.rolling_period];
  }

  exposure::KeyData DrawKeyData() {
    std::array<std::uint8_t, exposure::KeyData::kSize> bytes{};
    random_.Fill(bytes);
    return exposure::KeyData(bytes);
  }

  void DrawLifeAndOnset(exposure::AcceptedKey& key) {
    // Once for both parts: drawn apart, more keys than the share would have an invented part.
    const Source source = DrawSource();
    for (int draw = 0; draw < kDrawsMax; ++draw) {
      const PackedKey& lived = AnyOriginal();
      key.rolling_start.number = DrawStart(lived, source);
      key.rolling_period = DrawPeriod(lived);
      key.days_since_onset = DayOf(key.rolling_start.number) - DrawOnsetDay(source);
      if (std::abs(key.days_since_onset) <= kOnsetDaysMax) return;
    }
    const PackedKey& whole = AnyOriginal();
    key.rolling_start.number = whole.rolling_start;
    key.rolling_period = DrawPeriod(whole);
    key.days_since_onset = DayOf(whole.rolling_start) - OnsetDayOf(whole);
  }

  // Shortened keys belong to the day of the upload and stay there; whole days may be any day.
  std::int32_t DrawStart(const PackedKey& original, Source source) {
    const bool shortened = original.rolling_period < exposure::kRollingPeriodMax;
    if (shortened || source == Source::kOriginals) return original.rolling_start;
    const std::int32_t newest = window_end_ - exposure::kRollingPeriodMax;
    const std::int32_t time_of_day = original.rolling_start % kIntervalsPerDay;
    const std::int32_t last_day = DayOf(newest - time_of_day);
    return Between(last_day - kKeyDaysMax + 1, last_day) * kIntervalsPerDay + time_of_day;
  }

  std::int32_t DrawPeriod(const PackedKey& original) {
    const std::int32_t period = original.rolling_period;
    if (period >= exposure::kRollingPeriodMax || period_counts_[original.rolling_period] > 1) {
      return period;
    }
    const std::int32_t longest =
        std::min(exposure::kRollingPeriodMax - 1, window_end_ - original.rolling_start);
    return longest < 1 ? period : Between(1, longest);
  }

  std::int32_t DrawOnsetDay(Source source) {
    if (source == Source::kOriginals) return OnsetDayOf(AnyOriginal());
    return invented_onsets_[static_cast<std::size_t>(random_.Below(invented_onsets_.size()))];
  }

  // As the real keys were, hour for hour: an export of a shorter window inside this one then finds
  // its share of padding. Anywhere if there is no real key.
  base::UnixTime DrawRelease() {
    if (released_ == 0) {
      return model_.shares[static_cast<std::size_t>(random_.Below(model_.shares.size()))]
          .release_at;
    }
    auto ticket = static_cast<std::int64_t>(random_.Below(static_cast<std::uint64_t>(released_)));
    auto share = model_.shares.begin();
    while (ticket >= share->keys) ticket -= (share++)->keys;
    return share->release_at;
  }

  const PaddingModel& model_;
  base::Random& random_;
  const std::int32_t window_end_;
  std::uint64_t invented_permille_ = 0;
  std::vector<std::int32_t> invented_onsets_;  // days from 1970
  std::array<std::int64_t, 256> period_counts_{};
  std::int64_t released_ = 0;
};

}  // namespace

std::int64_t PaddingCount(std::int64_t primary, std::int64_t revised, const PaddingLimits& limits,
                          base::Random& random) {
  const std::int64_t least = std::min(limits.records_min, kPaddedRecordsMax);
  if (primary + revised == 0 || primary >= least) return 0;
  const auto jitter = static_cast<std::uint64_t>(std::max<std::int64_t>(limits.jitter, 0));
  const std::int64_t target = least + static_cast<std::int64_t>(random.Below(jitter + 1));
  const std::int64_t files = (primary + revised + limits.records_max - 1) / limits.records_max;
  const std::int64_t room = files * limits.records_max - revised;
  return std::min(target, room) - primary;
}

std::vector<PackedKey> AsFirstPublished(std::vector<PackedKey> revised) {
  for (PackedKey& key : revised) {
    if (key.report_type != exposure::ReportType::kNegative) continue;
    // Only a likely diagnosis can be revised to a negative one.
    key.report_type = exposure::ReportType::kLikely;
    key.transmission_risk = static_cast<std::uint8_t>(
        exposure::BackfillTransmissionRisk(0, exposure::ReportType::kLikely));
  }
  return revised;
}

std::vector<exposure::AcceptedKey> GeneratePadding(std::int64_t count, const PaddingModel& model,
                                                   base::Random& random) {
  ENKS_CHECK(!model.originals.empty() && !model.shares.empty());
  Generator generator(model, random);
  std::vector<exposure::AcceptedKey> keys;
  keys.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) keys.push_back(generator.Next());
  return keys;
}

}  // namespace enks::exports
