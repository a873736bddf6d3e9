#include "uploads.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "exposure/interval.h"
#include "phone/upload.h"
#include "scenario/installation.h"

namespace enks::bench {
namespace {

using exposure::Interval;

std::string Request(std::string_view extra_headers, const std::string& body) {
  return fmt::format(
      "POST /v1/publish HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{}"
      "Content-Length: {}\r\n\r\n{}",
      extra_headers, body.size(), body);
}

// A key a day; yesterday's is the newest, so that all are over and come out at once.
std::vector<phone::Tek> PastKeys(base::UnixTime now, base::Random& random) {
  const Interval today = exposure::IntervalAt(exposure::UtcMidnight(now));
  std::vector<phone::Tek> keys;
  for (int days = 1; days <= kKeysOfUpload; ++days) {
    std::array<std::uint8_t, exposure::KeyData::kSize> data{};
    random.Fill(data);
    keys.push_back({.key = exposure::KeyData(data),
                    .start = Interval{today.number - days * exposure::kRollingPeriodMax}});
  }
  return keys;
}

template <typename Make>
std::vector<std::string> Repeat(std::size_t count, Make make) {
  std::vector<std::string> made;
  made.reserve(count);
  for (std::size_t i = 0; i < count; ++i) made.push_back(make());
  return made;
}

}  // namespace

std::string UploadMaker::Make(Ending ending) {
  const base::UnixTime now = clock_.Now();
  phone::UploadContent content = phone::PrepareUpload(scenario::kApp, PastKeys(now, random_), {},
                                                      "", authority_, now, random_);
  if (ending == Ending::kRefused) content.keys.back().transmission_risk = 1;
  return Request("", phone::UploadBody(content, random_));
}

std::vector<std::string> UploadMaker::Accepted(std::size_t count) {
  return Repeat(count, [this] { return Make(Ending::kAccepted); });
}

std::vector<std::string> UploadMaker::RefusedAtLast(std::size_t count) {
  return Repeat(count, [this] { return Make(Ending::kRefused); });
}

std::vector<std::string> UploadMaker::Cover(std::size_t count) {
  return Repeat(count, [this] { return Request("X-Chaff: 1\r\n", phone::CoverBody(random_)); });
}

}  // namespace enks::bench
