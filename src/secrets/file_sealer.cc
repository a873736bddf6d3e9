#include "secrets/file_sealer.h"

#include <fmt/core.h>

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "crypto/aes.h"
#include "secrets/key_file.h"

namespace enks::secrets {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeySize = 32;
constexpr std::size_t kVersionsMax = 1000;

// The reference names versions by their time of creation in unix nanoseconds, 19 digits until the
// year 2286. Ours count from one with as many digits, so one kind can follow the other.
constexpr std::string_view kFirstVersion = "0000000000000000001";
constexpr std::size_t kVersionNameMax = 20;

bool IsVersionName(std::string_view name) {
  return !name.empty() && name.size() <= kVersionNameMax &&
         name.find_first_not_of("0123456789") == std::string_view::npos;
}

// Sorted, so the newest is the last.
Result<std::vector<std::string>> ListVersions(base::Files& files, const fs::path& folder) {
  ENKS_ASSIGN(std::vector<std::string> names, files.List(folder));
  std::erase_if(names, [](const std::string& name) { return !IsVersionName(name); });
  if (names.empty()) {
    return absl::NotFoundError(fmt::format("no sealing key in {}", folder.string()));
  }
  if (names.size() > kVersionsMax) {
    return absl::ResourceExhaustedError(
        fmt::format("more than {} sealing key versions in {}", kVersionsMax, folder.string()));
  }
  return names;
}

// The next decimal number in as many digits; the empty string after 99…9.
std::string NameAfter(std::string name) {
  for (auto digit = name.rbegin(); digit != name.rend(); ++digit) {
    if (*digit != '9') {
      ++*digit;
      return name;
    }
    *digit = '0';
  }
  return {};
}

Status WriteVersion(base::Files& files, base::Random& random, const fs::path& path) {
  base::Bytes drawn(kKeySize);
  random.Fill(drawn);
  const base::SecretBytes key(std::move(drawn));
  return WriteKeyFile(files, path, key.Expose());
}

class FileSealer final : public Sealer {
 public:
  using Versions = std::map<std::string, base::SecretBytes, std::less<>>;

  FileSealer(Versions versions, base::Random& random)
      : versions_(std::move(versions)), random_(random) {}

  Result<base::Bytes> Seal(base::ByteView plaintext, base::ByteView additional) override {
    const auto& [name, key] = *versions_.rbegin();
    std::array<std::uint8_t, 12> nonce;
    random_.Fill(nonce);
    base::Bytes sealed(name.begin(), name.end());
    sealed.push_back(':');
    const base::Bytes box = crypto::Aes256GcmSeal(key.Expose(), nonce, plaintext, additional);
    sealed.insert(sealed.end(), box.begin(), box.end());
    return sealed;
  }

  Result<base::SecretBytes> Open(base::ByteView sealed, base::ByteView additional) override {
    const std::string_view text = base::AsText(sealed);
    const std::string_view name = text.substr(0, text.find(':'));
    if (name.size() == text.size() || !IsVersionName(name)) {
      return absl::InvalidArgumentError("not in sealed form: no key version in front");
    }
    const auto version = versions_.find(name);
    if (version == versions_.end()) {
      return absl::NotFoundError(fmt::format("sealed with version {}, which is gone", name));
    }
    auto plaintext = crypto::Aes256GcmOpen(version->second.Expose(),
                                           sealed.subspan(name.size() + 1), additional);
    if (!plaintext) return absl::UnauthenticatedError("sealed bytes or their context were changed");
    return base::SecretBytes(*std::move(plaintext));
  }

 private:
  const Versions versions_;  // never empty
  base::Random& random_;
};

}  // namespace

Result<std::unique_ptr<Sealer>> OpenFileSealer(base::Files& files, base::Random& random,
                                               const fs::path& folder) {
  ENKS_ASSIGN(const std::vector<std::string> names, ListVersions(files, folder));
  FileSealer::Versions versions;
  for (const std::string& name : names) {
    ENKS_ASSIGN(base::SecretBytes key, ReadKeyFile(files, folder / name));
    if (key.size() != kKeySize) {
      return absl::InvalidArgumentError(fmt::format("the key file {} has {} bytes instead of {}",
                                                    (folder / name).string(), key.size(),
                                                    kKeySize));
    }
    versions.emplace(name, std::move(key));
  }
  return std::make_unique<FileSealer>(std::move(versions), random);
}

Status CreateSealingKeyFolder(base::Files& files, base::Random& random, const fs::path& folder) {
  const Result<std::vector<std::string>> names = ListVersions(files, folder);
  if (names.ok()) {
    return absl::AlreadyExistsError(fmt::format("a sealing key is in {}", folder.string()));
  }
  if (!absl::IsNotFound(names.status())) return names.status();
  return WriteVersion(files, random, folder / kFirstVersion);
}

Status AddSealingKeyVersion(base::Files& files, base::Random& random, const fs::path& folder) {
  ENKS_ASSIGN(const std::vector<std::string> names, ListVersions(files, folder));
  const std::string next = NameAfter(names.back());
  if (next.empty()) {
    return absl::ResourceExhaustedError(
        fmt::format("no version name follows {} in {}", names.back(), folder.string()));
  }
  return WriteVersion(files, random, folder / next);
}

}  // namespace enks::secrets
