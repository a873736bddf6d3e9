#include "json/utf8.h"

#include <cstdint>

namespace enks::json {
namespace {

// What the first byte of a sequence says: its length and the range of the second byte, which is
// narrower than 80..BF where overlong forms, surrogates or too large numbers would begin
// (The Unicode Standard, table 3-7).
struct Lead {
  std::size_t bytes;
  std::uint8_t second_min;
  std::uint8_t second_max;
};

Lead LeadOf(std::uint8_t first) {
  if (first >= 0xC2 && first <= 0xDF) return {2, 0x80, 0xBF};
  if (first == 0xE0) return {3, 0xA0, 0xBF};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first >= 0xE1 && first <= 0xEF) return {3, 0x80, 0xBF};
  if (first == 0xF0) return {4, 0x90, 0xBF};
  if (first >= 0xF1 && first <= 0xF3) return {4, 0x80, 0xBF};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

DecodedCharacter DecodeUtf8(std::string_view text) {
  const auto first = static_cast<std::uint8_t>(text[0]);
  if (first < 0x80) return {first, 1, true};
  const Lead lead = LeadOf(first);
  if (lead.bytes == 0 || text.size() < lead.bytes) return {};

  char32_t code = first & (0xFFU >> (lead.bytes + 1));
  for (std::size_t i = 1; i < lead.bytes; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    const std::uint8_t min = i == 1 ? lead.second_min : 0x80;
    const std::uint8_t max = i == 1 ? lead.second_max : 0xBF;
    if (byte < min || byte > max) return {};
    code = (code << 6) | (byte & 0x3FU);
  }
  return {code, lead.bytes, true};
}

void AppendUtf8(char32_t code, std::string& out) {
  const auto append = [&out](char32_t byte) { out += static_cast<char>(byte); };
  const auto append_tail = [&append](char32_t bits) { append(0x80 | (bits & 0x3F)); };
  if (code < 0x80) {
    append(code);
  } else if (code < 0x800) {
    append(0xC0 | (code >> 6));
    append_tail(code);
  } else if (code < 0x10000) {
    append(0xE0 | (code >> 12));
    append_tail(code >> 6);
    append_tail(code);
  } else {
    append(0xF0 | (code >> 18));
    append_tail(code >> 12);
    append_tail(code >> 6);
    append_tail(code);
  }
}

}  // namespace enks::json
