#include "store/runs/run_codec.h"

#include <zlib.h>

#include <algorithm>
#include <compare>
#include <cstring>
#include <limits>
#include <utility>

#include "base/check.h"

namespace enks::store::runs {
namespace {

using base::Bytes;
using base::ByteView;
using exposure::KeyData;
using exposure::ReportType;

// Where the fields of a record begin. All numbers are little-endian.
constexpr std::size_t kRollingStart = 16;
constexpr std::size_t kRollingPeriod = 20;
constexpr std::size_t kTransmissionRisk = 21;
constexpr std::size_t kReportType = 22;
constexpr std::size_t kOriginalReportType = 23;
constexpr std::size_t kDaysSinceOnset = 24;
constexpr std::size_t kOriginId = 26;
static_assert(kOriginId + sizeof(std::uint32_t) == kRecordBytes);

constexpr std::int16_t kNoOnset = std::numeric_limits<std::int16_t>::min();

template <typename Unsigned>
Unsigned LoadLittle(const std::uint8_t* from) {
  Unsigned value = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    value = static_cast<Unsigned>(value | static_cast<Unsigned>(from[i]) << (8 * i));
  }
  return value;
}

template <typename Unsigned>
void StoreLittle(Unsigned value, std::uint8_t* to) {
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    to[i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

std::uint64_t LoadBig(const std::uint8_t* from) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i) value = value << 8 | from[i];
  return value;
}

// Orders key data bytewise: the first eight bytes as one number decide nearly always, without the
// call of memcmp. Records begin with their key data.
std::strong_ordering CompareKeys(const std::uint8_t* a, const std::uint8_t* b) {
  const auto first = LoadBig(a) <=> LoadBig(b);
  return first != 0 ? first : LoadBig(a + 8) <=> LoadBig(b + 8);
}

void Encode(const KeyRecord& record, std::uint8_t* to) {
  std::memcpy(to, record.key.bytes().data(), KeyData::kSize);
  StoreLittle(static_cast<std::uint32_t>(record.rolling_start.number), to + kRollingStart);
  to[kRollingPeriod] = static_cast<std::uint8_t>(record.rolling_period);
  to[kTransmissionRisk] = static_cast<std::uint8_t>(record.transmission_risk);
  to[kReportType] = static_cast<std::uint8_t>(record.report_type);
  to[kOriginalReportType] = static_cast<std::uint8_t>(record.original_report_type);
  const auto days = static_cast<std::int16_t>(record.days_since_onset.value_or(kNoOnset));
  StoreLittle(static_cast<std::uint16_t>(days), to + kDaysSinceOnset);
  StoreLittle(record.origin_id, to + kOriginId);
}

KeyRecord Decode(ByteView from) {
  KeyRecord record;
  record.key = *KeyData::From(from.first(KeyData::kSize));
  record.rolling_start.number =
      static_cast<std::int32_t>(LoadLittle<std::uint32_t>(&from[kRollingStart]));
  record.rolling_period = from[kRollingPeriod];
  record.transmission_risk = from[kTransmissionRisk];
  record.report_type = static_cast<ReportType>(from[kReportType]);
  record.original_report_type = static_cast<ReportType>(from[kOriginalReportType]);
  const auto days = static_cast<std::int16_t>(LoadLittle<std::uint16_t>(&from[kDaysSinceOnset]));
  if (days != kNoOnset) record.days_since_onset = days;
  record.origin_id = LoadLittle<std::uint32_t>(&from[kOriginId]);
  return record;
}

bool IsInRange(const std::uint8_t* record) {
  constexpr auto kReportTypeMax = static_cast<std::uint8_t>(ReportType::kNegative);
  return record[kRollingPeriod] >= 1 && record[kRollingPeriod] <= exposure::kRollingPeriodMax &&
         record[kTransmissionRisk] <= exposure::kTransmissionRiskMax &&
         record[kReportType] <= kReportTypeMax && record[kOriginalReportType] <= kReportTypeMax;
}

// CRC-32 as zip and gzip use it: any one flipped byte, and nearly anything else a disk does, shows.
std::uint32_t ChecksumOf(ByteView records) {
  return static_cast<std::uint32_t>(crc32_z(0, records.data(), records.size()));
}

}  // namespace

Result<RunView> RunView::Read(std::int64_t format, ByteView bytes) {
  if (format != kRunFormat) return absl::DataLossError("unknown format");
  if (bytes.size() < kRecordBytes + kChecksumBytes ||
      (bytes.size() - kChecksumBytes) % kRecordBytes != 0) {
    return absl::DataLossError("not a whole number of records");
  }
  const ByteView records = bytes.first(bytes.size() - kChecksumBytes);
  if (LoadLittle<std::uint32_t>(bytes.data() + records.size()) != ChecksumOf(records)) {
    return absl::DataLossError("wrong checksum");
  }
  for (std::size_t at = 0; at < records.size(); at += kRecordBytes) {
    if (!IsInRange(&records[at])) return absl::DataLossError("value out of range");
    if (at > 0 && CompareKeys(&records[at - kRecordBytes], &records[at]) >= 0) {
      return absl::DataLossError("records out of order");
    }
  }
  return RunView(bytes);
}

KeyRecord RunView::At(std::size_t index) const {
  return Decode(RecordAt(index));
}

KeyData RunView::KeyAt(std::size_t index) const {
  return *KeyData::From(RecordAt(index).first(KeyData::kSize));
}

std::optional<KeyRecord> RunView::Find(const KeyData& key) const {
  std::size_t first = 0;
  std::size_t last = size();
  while (first < last) {
    const std::size_t middle = first + (last - first) / 2;
    const auto order = CompareKeys(RecordAt(middle).data(), key.bytes().data());
    if (order == 0) return At(middle);
    (order < 0 ? first : last) = order < 0 ? middle + 1 : middle;
  }
  return std::nullopt;
}

PackedRun::PackedRun(Bytes records) : bytes_(std::move(records)) {
  const std::size_t size = bytes_.size();
  const std::uint32_t checksum = ChecksumOf(bytes_);
  bytes_.resize(size + kChecksumBytes);
  StoreLittle(checksum, bytes_.data() + size);
}

PackedRun PackedRun::Of(std::vector<KeyRecord> records) {
  std::sort(records.begin(), records.end(), [](const KeyRecord& a, const KeyRecord& b) {
    return CompareKeys(a.key.bytes().data(), b.key.bytes().data()) < 0;
  });
  Bytes bytes(records.size() * kRecordBytes);
  for (std::size_t i = 0; i < records.size(); ++i) {
    ENKS_CHECK(i == 0 || records[i - 1].key < records[i].key);
    Encode(records[i], &bytes[i * kRecordBytes]);
    ENKS_CHECK(IsInRange(&bytes[i * kRecordBytes]));
  }
  return PackedRun(std::move(bytes));
}

PackedRun PackedRun::CopyOf(const RunView& run) {
  return PackedRun(Bytes(run.bytes().begin(), run.bytes().end() - kChecksumBytes));
}

PackedRun PackedRun::Merge(const RunView& a, const RunView& b) {
  Bytes bytes((a.size() + b.size()) * kRecordBytes);
  std::uint8_t* to = bytes.data();
  const auto append = [&to](ByteView records) {
    to = std::copy(records.begin(), records.end(), to);
  };
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    const auto order = CompareKeys(a.RecordAt(i).data(), b.RecordAt(j).data());
    ENKS_CHECK(order != 0);
    append(order < 0 ? a.RecordAt(i++) : b.RecordAt(j++));
  }
  append(a.bytes_.subspan(i * kRecordBytes, (a.size() - i) * kRecordBytes));
  append(b.bytes_.subspan(j * kRecordBytes, (b.size() - j) * kRecordBytes));
  return PackedRun(std::move(bytes));
}

std::vector<PackedRun> PackedRun::Deal(std::size_t keys_max) const {
  ENKS_CHECK(keys_max > 0);
  const std::size_t count = (size() + keys_max - 1) / keys_max;
  std::vector<PackedRun> runs;
  runs.reserve(count);
  for (std::size_t first = 0; first < count; ++first) {
    Bytes hand;
    hand.reserve((size() / count + 1) * kRecordBytes + kChecksumBytes);
    for (std::size_t i = first; i < size(); i += count) {
      const ByteView record = view().RecordAt(i);
      hand.insert(hand.end(), record.begin(), record.end());
    }
    runs.push_back(PackedRun(std::move(hand)));
  }
  return runs;
}

}  // namespace enks::store::runs
