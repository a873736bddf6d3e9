#include "authority/jwk_set.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/base64.h"
#include "crypto/ecdsa.h"
#include "json/document.h"
#include "json/read.h"

namespace enks::authority {

// The members of a JWK that say whether and how it can be used; `alg`, `x5c` and others are not
// looked at, as in the reference.
struct JwkMembers {
  std::string kid;
  std::string kind;
  std::string use;
  std::string curve;
  std::string x;
  std::string y;
};

static auto JsonMembers(const JwkMembers*) {
  using json::Member;
  return std::array{
      Member<&JwkMembers::kid>("kid"), Member<&JwkMembers::kind>("kty"),
      Member<&JwkMembers::use>("use"), Member<&JwkMembers::curve>("crv"),
      Member<&JwkMembers::x>("x"),     Member<&JwkMembers::y>("y"),
  };
}

namespace {

// 32 bytes in unpadded base64url (RFC 7518 section 6.2.1.2: "the full size of a coordinate").
constexpr std::size_t kCoordinateLength = 43;

// The value of the last member of that name; does not exist if there is none.
json::Value FindMember(json::Value object, std::string_view wanted) {
  json::Value found, value;
  for (json::Value name = object.First(); name.Exists(); name = value.Next()) {
    value = name.Next();
    if (json::EqualFolded(wanted, name.Text())) found = value;
  }
  return found;
}

Result<json::Value> FindKeys(const json::Document& document) {
  if (document.outcome() == json::ParseOutcome::kEmpty) {
    return absl::InvalidArgumentError("the document is empty");
  }
  if (document.outcome() != json::ParseOutcome::kOk || document.HasMore()) {
    return absl::InvalidArgumentError("the document is not JSON");
  }
  json::Value keys = document.Root();
  if (keys.kind() == json::Kind::kObject) keys = FindMember(keys, "keys");
  if (!keys.Exists() || keys.kind() != json::Kind::kArray) {
    return absl::InvalidArgumentError("the document is neither a JWK set nor an array of JWKs");
  }
  return keys;
}

// Control characters have no place in logs, lists and the database.
bool IsUsableKid(std::string_view kid) {
  return !kid.empty() && kid.size() <= kKidBytesMax &&
         std::ranges::none_of(kid, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; });
}

std::optional<base::Bytes> ReadCoordinate(std::string_view text) {
  if (text.size() != kCoordinateLength) return std::nullopt;
  return base::FromBase64UrlUnpadded(text);
}

Result<std::string> ReadPublicKey(const JwkMembers& jwk) {
  if (jwk.kind != "EC") return absl::InvalidArgumentError("is not an elliptic curve key");
  if (jwk.curve != "P-256") return absl::InvalidArgumentError("is not on the curve P-256");
  if (jwk.use == "enc") return absl::InvalidArgumentError("is for encryption");
  const auto x = ReadCoordinate(jwk.x), y = ReadCoordinate(jwk.y);
  if (!x || !y) return absl::InvalidArgumentError("has a coordinate that is not 32 bytes");
  const auto key = crypto::EcdsaPublicKey::FromCoordinates(*x, *y);
  if (!key.ok()) return absl::InvalidArgumentError("is not a point on P-256");
  return key->ToPem();
}

// Collects the keys of a document one by one.
class SetReader {
 public:
  void Add(json::Value jwk) {
    ++position_;
    JwkMembers members;
    if (jwk.kind() != json::Kind::kObject ||
        !json::Read(jwk, json::UnknownMembers::kIgnore, members).ok()) {
      return Skip(fmt::format("key number {} is not a JWK", position_));
    }
    if (!IsUsableKid(members.kid)) {
      return Skip(fmt::format("key number {} has no kid, or one that is too long or not printable",
                              position_));
    }
    AddNamed(jwk, std::move(members));
  }

  JwkSet Take() && { return std::move(set_); }

 private:
  void AddNamed(json::Value jwk, JwkMembers members) {
    const auto has_kid = [&](const PublishedKey& key) { return key.kid == members.kid; };
    // Never taken, although its public half could be: whoever has read the document can sign.
    if (FindMember(jwk, "d").Exists()) {
      return Skip(fmt::format("key {} is a private key, which nobody may see", members.kid));
    }
    auto pem = ReadPublicKey(members);
    if (!pem.ok()) return Skip(fmt::format("key {} {}", members.kid, MessageOf(pem.status())));
    if (std::ranges::any_of(set_.keys, has_kid)) {
      return Skip(fmt::format("key {} is there more than once; the first counts", members.kid));
    }
    set_.keys.push_back({std::move(members.kid), *std::move(pem)});
  }

  void Skip(std::string reason) { set_.skipped.push_back(std::move(reason)); }

  int position_ = 0;
  JwkSet set_;
};

}  // namespace

Result<JwkSet> ReadJwkSet(std::string_view text) {
  const json::Document document(text);
  ENKS_ASSIGN(const json::Value keys, FindKeys(document));
  SetReader reader;
  std::size_t count = 0;
  for (json::Value jwk = keys.First(); jwk.Exists(); jwk = jwk.Next()) {
    if (++count > kJwkSetKeysMax) {
      return absl::InvalidArgumentError(
          fmt::format("the document lists more than {} keys", kJwkSetKeysMax));
    }
    reader.Add(jwk);
  }
  JwkSet set = std::move(reader).Take();
  if (set.keys.empty()) {
    return absl::InvalidArgumentError(
        fmt::format("the document has no usable key (of {} listed)", count));
  }
  return set;
}

}  // namespace enks::authority
