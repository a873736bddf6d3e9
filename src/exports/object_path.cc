#include "exports/object_path.h"

#include <fmt/core.h>

#include "base/bytes.h"

namespace enks::exports {
namespace {

bool IsHiddenSeparator(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '/' || c == '\\' || byte < 0x20 || byte == 0x7f;
}

std::optional<std::string> DecodePercent(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      // A separator as it stands is one; what is refused when hidden is refused in the open, too.
      if (text[i] != '/' && IsHiddenSeparator(text[i])) return std::nullopt;
      decoded.push_back(text[i]);
      continue;
    }
    const auto byte = base::FromHex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1) return std::nullopt;
    const char c = static_cast<char>(byte->front());
    if (IsHiddenSeparator(c)) return std::nullopt;
    decoded.push_back(c);
    i += 2;
  }
  return decoded;
}

// RFC 3986 section 2.3, "Unreserved Characters", and the slash between segments.
bool NeedsNoEscape(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~/").find(c) != std::string_view::npos;
}

std::string EncodePercent(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (NeedsNoEscape(c)) {
      encoded.push_back(c);
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace

std::optional<ObjectPath> ReadObjectPath(std::string_view path) {
  if (!path.starts_with(kFilesPrefix)) return std::nullopt;
  path.remove_prefix(kFilesPrefix.size());
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto bucket = DecodePercent(path.substr(0, slash));
  auto name = DecodePercent(path.substr(slash + 1));
  if (!bucket || !name) return std::nullopt;
  return ObjectPath{*std::move(bucket), *std::move(name)};
}

std::string WriteObjectPath(const ObjectPath& object) {
  return fmt::format("{}{}/{}", kFilesPrefix, EncodePercent(object.bucket),
                     EncodePercent(object.name));
}

}  // namespace enks::exports
