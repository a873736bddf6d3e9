#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "crypto/ecdsa.h"
#include "store/store.h"

// What a server has to know before the cases are run against it: tests/conformance/setup.json.
namespace enks::conformance {

struct AuthorityKeySetup {
  std::string kid;
  std::string from;  // RFC 3339
  std::string thru;  // empty: no end
};

struct AuthoritySetup {
  std::string label;  // what cases call it
  std::string issuer;
  std::string audience;
  std::string name;
  bool stats = false;
  std::vector<AuthorityKeySetup> keys;
};

struct AppSetup {
  std::string label;
  std::string name;
  std::vector<std::string> regions;
  std::vector<std::string> authorities;  // labels
  bool bypass_certificate = false;
  bool bypass_revision_token = false;
};

struct ServerSetup {
  std::vector<AuthoritySetup> authorities;
  std::vector<AppSetup> apps;
  // Signs for all of the authorities. Everybody has it: it must never vouch for real people.
  crypto::EcdsaPrivateKey authority_key;

  // Null if no authority or app has the label.
  const AuthoritySetup* FindAuthority(std::string_view label) const;
  const AppSetup* FindApp(std::string_view label) const;
};

// Reads setup.json and authority.pem of the folder `kit`.
Result<ServerSetup> ReadSetup(base::Files& files, const std::filesystem::path& kit);

// Registers the authorities and apps in an installation of enks. kFailedPrecondition unless the
// installation knows no others: the authorities' private key lies in the open, and where real
// people upload, anybody could certify a diagnosis with it.
Status RegisterSetup(const ServerSetup& setup, store::Store& store);

}  // namespace enks::conformance
