#include "exportfile/encoder.h"

#include <algorithm>
#include <string_view>

#include "base/check.h"

namespace enks::exportfile {
namespace {

using base::AsBytes;
using base::Bytes;
using base::ByteView;

// Protocol Buffers, "Encoding", "Message structure": the low three bits of a tag.
enum class WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kLength = 2 };

constexpr std::uint8_t Tag(int field, WireType type) {
  return static_cast<std::uint8_t>(field << 3 | static_cast<int>(type));
}

// Negative int32 are sign-extended to 64 bits and take ten bytes ("Signed integers").
constexpr std::uint64_t AsInt32(std::int32_t value) {
  return static_cast<std::uint64_t>(std::int64_t{value});
}

// sint32 is zig-zag coded, so that small negative numbers stay short.
constexpr std::uint64_t AsSint32(std::int32_t value) {
  const auto bits = static_cast<std::uint32_t>(value);
  return (bits << 1) ^ (value < 0 ? 0xffffffffu : 0u);
}

std::uint8_t* PutVarint(std::uint64_t value, std::uint8_t* out) {
  while (value >= 0x80) {
    *out++ = static_cast<std::uint8_t>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<std::uint8_t>(value);
  return out;
}

std::uint8_t* PutField(int field, std::uint64_t value, std::uint8_t* out) {
  *out++ = Tag(field, WireType::kVarint);
  return PutVarint(value, out);
}

void AppendVarint(std::uint64_t value, Bytes& out) {
  std::uint8_t buffer[10];
  out.insert(out.end(), buffer, PutVarint(value, buffer));
}

void AppendInt32(int field, std::int32_t value, Bytes& out) {
  out.push_back(Tag(field, WireType::kVarint));
  AppendVarint(AsInt32(value), out);
}

void AppendBytes(int field, ByteView value, Bytes& out) {
  out.push_back(Tag(field, WireType::kLength));
  AppendVarint(value.size(), out);
  out.insert(out.end(), value.begin(), value.end());
}

void AppendTime(int field, base::UnixTime time, Bytes& out) {
  out.push_back(Tag(field, WireType::kFixed64));
  const auto seconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
  for (int shift = 0; shift < 64; shift += 8) {
    out.push_back(static_cast<std::uint8_t>(seconds >> shift));
  }
}

Bytes EncodeSignatureInfo(const WireSignatureInfo& info) {
  Bytes out;
  if (!info.key_version.empty()) AppendBytes(3, AsBytes(info.key_version), out);
  if (!info.key_id.empty()) AppendBytes(4, AsBytes(info.key_id), out);
  AppendBytes(5, AsBytes(kSignatureAlgorithm), out);
  return out;
}

}  // namespace

std::size_t EncodeKey(KeyList list, ByteView key_data, const WireKey& key,
                      std::span<std::uint8_t, kEncodedKeyBytesMax> out) {
  ENKS_CHECK(key_data.size() <= exposure::KeyData::kSize);
  // The entry is shorter than 128 bytes, so its length is one byte, filled in at the end.
  static_assert(kEncodedKeyBytesMax < 128);
  std::uint8_t* const body = out.data() + 2;
  std::uint8_t* end = body;
  *end++ = Tag(1, WireType::kLength);
  *end++ = static_cast<std::uint8_t>(key_data.size());
  end = std::copy(key_data.begin(), key_data.end(), end);
  end = PutField(2, AsInt32(key.transmission_risk), end);
  if (key.rolling_start.number != 0) end = PutField(3, AsInt32(key.rolling_start.number), end);
  if (key.rolling_period != exposure::kRollingPeriodMax) {
    end = PutField(4, AsInt32(key.rolling_period), end);
  }
  if (key.report_type != WireReportType::kUnknown) {
    end = PutField(5, AsInt32(static_cast<std::int32_t>(key.report_type)), end);
  }
  if (key.days_since_onset) end = PutField(6, AsSint32(*key.days_since_onset), end);
  out[0] = Tag(static_cast<int>(list), WireType::kLength);
  out[1] = static_cast<std::uint8_t>(end - body);
  return static_cast<std::size_t>(end - out.data());
}

Bytes EncodeHeader(const ExportHeader& header) {
  Bytes out;
  AppendTime(1, header.start, out);
  AppendTime(2, header.end, out);
  AppendBytes(3, AsBytes(header.region), out);
  AppendInt32(4, header.batch_num, out);
  AppendInt32(5, header.batch_size, out);
  for (const WireSignatureInfo& info : header.signature_infos) {
    AppendBytes(6, EncodeSignatureInfo(info), out);
  }
  return out;
}

Bytes EncodeSignatures(const std::vector<WireSignature>& signatures) {
  Bytes out;
  for (const WireSignature& signature : signatures) {
    Bytes entry;
    AppendBytes(1, EncodeSignatureInfo(signature.info), entry);
    AppendInt32(2, signature.batch_num, entry);
    AppendInt32(3, signature.batch_size, entry);
    AppendBytes(4, signature.signature, entry);
    AppendBytes(1, entry, out);
  }
  return out;
}

}  // namespace enks::exportfile
