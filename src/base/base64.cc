#include "base/base64.h"

#include <array>

namespace enks::base {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNone = 0xff;

using Table = std::array<std::uint8_t, 256>;

constexpr Table MakeTable(std::string_view first, std::string_view second) {
  Table table{};
  table.fill(kNone);
  for (std::size_t i = 0; i < 64; ++i) {
    table[static_cast<std::uint8_t>(first[i])] = static_cast<std::uint8_t>(i);
    table[static_cast<std::uint8_t>(second[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}

constexpr Table kAnyTable = MakeTable(kStandard, kUrl);
constexpr Table kUrlTable = MakeTable(kUrl, kUrl);

// Writes into a text of the right size: appending each character took five times as long,
// and every answer to a phone carries a kilobyte or two of this.
std::string Encode(ByteView bytes, std::string_view alphabet, bool padded) {
  const std::size_t rest = bytes.size() % 3;
  std::string text(bytes.size() / 3 * 4, '=');
  char* out = text.data();
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const unsigned group = unsigned{bytes[i]} << 16 | unsigned{bytes[i + 1]} << 8 | bytes[i + 2];
    *out++ = alphabet[group >> 18];
    *out++ = alphabet[group >> 12 & 63];
    *out++ = alphabet[group >> 6 & 63];
    *out++ = alphabet[group & 63];
  }
  if (rest == 0) return text;
  const unsigned group = unsigned{bytes[i]} << 16 | (rest == 2 ? unsigned{bytes[i + 1]} << 8 : 0u);
  text.push_back(alphabet[group >> 18]);
  text.push_back(alphabet[group >> 12 & 63]);
  if (rest == 2) text.push_back(alphabet[group >> 6 & 63]);
  if (padded) text.append(3 - rest, '=');
  return text;
}

// Collects six bits at a time. `text` holds no padding any more.
std::optional<Bytes> Decode(std::string_view text, const Table& table) {
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  unsigned group = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '\r' || c == '\n') continue;
    const std::uint8_t value = table[static_cast<std::uint8_t>(c)];
    if (value == kNone) return std::nullopt;
    group = group << 6 | value;
    if (++count < 4) continue;
    bytes.push_back(static_cast<std::uint8_t>(group >> 16));
    bytes.push_back(static_cast<std::uint8_t>(group >> 8));
    bytes.push_back(static_cast<std::uint8_t>(group));
    group = 0;
    count = 0;
  }
  if (count == 1) return std::nullopt;
  if (count == 2) bytes.push_back(static_cast<std::uint8_t>(group >> 4));
  if (count == 3) {
    bytes.push_back(static_cast<std::uint8_t>(group >> 10));
    bytes.push_back(static_cast<std::uint8_t>(group >> 2));
  }
  return bytes;
}

}  // namespace

std::string ToBase64(ByteView bytes) {
  return Encode(bytes, kStandard, true);
}

std::string ToBase64Url(ByteView bytes) {
  return Encode(bytes, kUrl, false);
}

std::optional<Bytes> FromAnyBase64(std::string_view text) {
  while (!text.empty() && (text.back() == '=' || text.back() == '\r' || text.back() == '\n')) {
    text.remove_suffix(1);
  }
  return Decode(text, kAnyTable);
}

std::optional<Bytes> FromBase64UrlUnpadded(std::string_view text) {
  return Decode(text, kUrlTable);
}

}  // namespace enks::base
