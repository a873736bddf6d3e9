#include "secrets/key_paths.h"

#include <algorithm>
#include <string>
#include <utility>

namespace enks::secrets {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScheme = "file://";

// Shorter than any private key written as text (a P-256 key takes 164 characters of base64), so
// that none can pass for a name and be repeated by the message "no such file".
constexpr std::size_t kNameSizeMax = 128;

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsName(std::string_view name) {
  char before = '/';
  for (const char c : name) {
    const bool is_mark = c == '/' || c == '.' || c == '_' || c == '-';
    if (!IsLetterOrDigit(c) && (before == '/' || !is_mark)) return false;
    before = c;
  }
  return before != '/' && name.size() <= kNameSizeMax;
}

Status NotAReference() {
  return absl::InvalidArgumentError(
      "not a key reference: expected file://NAME with a name below the key folder of at most 128 "
      "letters, digits and . _ - / (not shown here, lest it is a key)");
}

}  // namespace

KeyPaths::KeyPaths(fs::path key_folder, std::vector<fs::path> outside)
    : folder_(fs::absolute(key_folder).lexically_normal()), outside_(std::move(outside)) {}

Result<fs::path> KeyPaths::Resolve(std::string_view reference) const {
  if (reference.starts_with(kScheme)) reference.remove_prefix(kScheme.size());
  if (reference.starts_with("/")) return ResolveAbsolute(reference);
  if (!IsName(reference)) return NotAReference();
  return folder_ / reference;
}

Result<fs::path> KeyPaths::ResolveAbsolute(std::string_view path) const {
  if (std::find(outside_.begin(), outside_.end(), fs::path(path)) != outside_.end()) {
    return fs::path(path);
  }
  const std::string folder = (folder_ / "").string();
  if (!path.starts_with(folder)) {
    return absl::InvalidArgumentError(
        "a key reference with an absolute path outside the key folder " + folder_.string() +
        " that the settings do not name");
  }
  path.remove_prefix(folder.size());
  if (!IsName(path)) return NotAReference();
  return folder_ / path;
}

}  // namespace enks::secrets
