#include "authority/directory.h"

#include <absl/strings/ascii.h>

#include <utility>

#include "base/check.h"

namespace enks::authority {
namespace {

template <typename Row>
const Row* Find(const std::unordered_map<std::string, Row>& rows, const std::string& name) {
  const auto found = rows.find(name);
  return found == rows.end() ? nullptr : &found->second;
}

}  // namespace

DirectorySnapshot::DirectorySnapshot(std::vector<store::AuthorizedApp> apps,
                                     std::vector<store::HealthAuthority> authorities) {
  for (store::AuthorizedApp& app : apps) {
    std::string name = absl::AsciiStrToLower(app.name);
    apps_.insert_or_assign(std::move(name), std::move(app));
  }
  for (store::HealthAuthority& authority : authorities) {
    ParseKeysOf(authority);
    std::string issuer = authority.issuer;
    authorities_.insert_or_assign(std::move(issuer), std::move(authority));
  }
}

void DirectorySnapshot::ParseKeysOf(const store::HealthAuthority& authority) {
  for (const store::HealthAuthorityKey& key : authority.keys) {
    if (public_keys_.contains(key.public_key_pem)) continue;
    public_keys_.emplace(key.public_key_pem, crypto::EcdsaPublicKey::FromPem(key.public_key_pem));
  }
}

const store::AuthorizedApp* DirectorySnapshot::FindApp(std::string_view name) const {
  std::string lower(name);
  absl::AsciiStrToLower(&lower);
  return Find(apps_, lower);
}

const store::HealthAuthority* DirectorySnapshot::FindIssuer(std::string_view issuer) const {
  return Find(authorities_, std::string(issuer));
}

const Result<crypto::EcdsaPublicKey>& DirectorySnapshot::PublicKeyOf(
    const store::HealthAuthorityKey& key) const {
  const auto found = public_keys_.find(key.public_key_pem);
  ENKS_CHECK(found != public_keys_.end());
  return found->second;
}

Directory::Directory(store::ReadOnlyStore& store) : store_(store) {}

Status Directory::Refresh() {
  ENKS_ASSIGN(std::vector<store::AuthorizedApp> apps, store_.AuthorizedApps());
  ENKS_ASSIGN(std::vector<store::HealthAuthority> authorities, store_.HealthAuthorities());
  auto snapshot =
      std::make_shared<const DirectorySnapshot>(std::move(apps), std::move(authorities));
  const std::lock_guard lock(mutex_);
  current_.swap(snapshot);  // the old one is freed after the lock, or by its last reader
  return absl::OkStatus();
}

std::shared_ptr<const DirectorySnapshot> Directory::Current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

}  // namespace enks::authority
