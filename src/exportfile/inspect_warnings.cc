#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "exportfile/inspect.h"

namespace enks::exportfile {
namespace {

using Sentences = std::vector<std::string>;

// A window is at most a day, and file n of a split ends n seconds later (spec/export-file.md
// section 5); nobody splits a window into more files than a day's minutes.
constexpr std::chrono::seconds kWindowMax = std::chrono::hours(24) + std::chrono::seconds(24 * 60);

constexpr std::int32_t kOnsetDaysMax = 14;
constexpr std::chrono::hours kMatchedAge{14 * 24};

// In 64 bits: a stranger's file may hold any 32-bit numbers.
base::UnixTime EndOf(const WireKey& key) {
  const std::int64_t interval = std::int64_t{key.rolling_start.number} + key.rolling_period;
  return base::UnixTime(exposure::kIntervalLength * interval);
}

void WarnAboutLimits(const ExportFileContent& content, std::uint64_t zip_bytes, Sentences& out) {
  if (zip_bytes > kPhoneZipBytesMax) {
    out.push_back(fmt::format("The file has {} bytes; phones take {} at most.", zip_bytes,
                              kPhoneZipBytesMax));
  }
  const auto keys = static_cast<std::int64_t>(content.keys.size() + content.revised_keys.size());
  if (keys > kPhoneKeysMax) {
    out.push_back(
        fmt::format("The file has {} keys; phones take {} at most.", keys, kPhoneKeysMax));
  }
  if (content.signatures.size() > kPhoneSignaturesMax) {
    out.push_back(fmt::format("The file has {} signatures; phones look at the first {}.",
                              content.signatures.size(), kPhoneSignaturesMax));
  }
}

void WarnAboutHeader(const ExportFileContent& content, Sentences& out) {
  const ExportHeader& header = content.header;
  if (header.end <= header.start) {
    out.push_back("The window ends before it has begun; phones may take the file for one seen.");
  } else if (header.end - header.start > kWindowMax) {
    out.push_back("The window is longer than a day.");
  }
  if (header.region.empty()) out.push_back("The file names no region.");
  if (header.batch_num != 1 || header.batch_size != 1) {
    out.push_back(fmt::format("The file is number {} of {}; phones wait for all of them.",
                              header.batch_num, header.batch_size));
  }
  if (content.signatures.empty()) out.push_back("The file is not signed; phones refuse it.");
  const bool same =
      std::equal(content.signatures.begin(), content.signatures.end(),
                 header.signature_infos.begin(), header.signature_infos.end(),
                 [](const WireSignature& a, const WireSignatureInfo& b) { return a.info == b; });
  if (!same) out.push_back("export.bin names other signatures than export.sig holds.");
}

// One sentence for all keys of a list to which something applies.
template <typename Predicate>
void WarnIfAny(const std::vector<WireKey>& keys, std::string_view list, std::string_view what,
               Predicate applies, Sentences& out) {
  const auto count = std::count_if(keys.begin(), keys.end(), applies);
  if (count > 0) out.push_back(fmt::format("{} of {} {} {}.", count, keys.size(), list, what));
}

void WarnAboutKeys(const std::vector<WireKey>& keys, std::string_view list,
                   const ExportHeader& header, Sentences& out) {
  const auto not_ascending = [](const WireKey& a, const WireKey& b) { return !(a.key < b.key); };
  if (std::adjacent_find(keys.begin(), keys.end(), not_ascending) != keys.end()) {
    out.push_back(fmt::format(
        "The {} do not ascend strictly; their order may show which of them belong together.",
        list));
  }
  const auto warn = [&](std::string_view what, auto applies) {
    WarnIfAny(keys, list, what, applies, out);
  };
  warn("have a rolling period outside 1 to 144", [](const WireKey& key) {
    return key.rolling_period < 1 || key.rolling_period > exposure::kRollingPeriodMax;
  });
  warn("have a transmission risk outside 0 to 8", [](const WireKey& key) {
    return key.transmission_risk < 0 || key.transmission_risk > exposure::kTransmissionRiskMax;
  });
  warn("have symptoms beginning more than 14 days away", [](const WireKey& key) {
    const std::int32_t days = key.days_since_onset.value_or(0);
    return days < -kOnsetDaysMax || days > kOnsetDaysMax;
  });
  warn("could still be in use at the end of the window, so that others can pose as their owners",
       [&](const WireKey& key) { return EndOf(key) > header.end; });
  warn("ended more than 14 days before the window, so that phones match them no more",
       [&](const WireKey& key) { return EndOf(key) < header.start - kMatchedAge; });
}

}  // namespace

std::vector<std::string> Warnings(const ExportFileContent& content, std::uint64_t zip_bytes) {
  Sentences sentences;
  WarnAboutLimits(content, zip_bytes, sentences);
  WarnAboutHeader(content, sentences);
  WarnAboutKeys(content.keys, "keys", content.header, sentences);
  WarnAboutKeys(content.revised_keys, "revised keys", content.header, sentences);
  return sentences;
}

}  // namespace enks::exportfile
