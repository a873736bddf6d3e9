#include "jwks/key_plan.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "crypto/ecdsa.h"

namespace enks::jwks {
namespace {

using authority::PublishedKey;

// An operator's PEM may be spelled in other ways than ours.
bool IsSameMaterial(const std::string& operators_pem, const std::string& published_pem) {
  const auto key = crypto::EcdsaPublicKey::FromPem(operators_pem);
  return key.ok() && key->ToPem() == published_pem;
}

// Ended, but not because it was missing: whoever did that did not mean it to come back.
bool WasEndedByOperator(const HealthAuthorityKey& key) {
  return key.thru && !key.missing_since;
}

class Planner {
 public:
  Planner(const std::vector<HealthAuthorityKey>& stored, const std::vector<PublishedKey>& published,
          const SyncRules& rules, UnixTime now)
      : keys_(stored), published_(published), rules_(rules), now_(now) {}

  KeyPlan Run() && {
    DeleteOld();
    for (const PublishedKey& published : published_) Follow(published);
    RevokeConfirmed(MarkMissing());
    std::ranges::sort(keys_, {}, &HealthAuthorityKey::version);
    return {std::move(keys_), std::move(findings_)};
  }

 private:
  bool IsPublished(const HealthAuthorityKey& key) const {
    return std::ranges::find(published_, key.version, &PublishedKey::kid) != published_.end();
  }

  void Note(FindingKind kind, const std::string& version, UnixTime at) {
    findings_.push_back({kind, version, at});
  }
  void Note(FindingKind kind, const std::string& version) { Note(kind, version, now_); }

  void DeleteOld() {
    std::erase_if(keys_, [&](const HealthAuthorityKey& key) {
      const bool is_old = key.from_jwks && key.missing_since && key.thru &&
                          *key.thru < now_ - rules_.cleanup_ttl && !IsPublished(key);
      if (is_old) Note(FindingKind::kDeleted, key.version);
      return is_old;
    });
  }

  void Follow(const PublishedKey& published) {
    const auto stored = std::ranges::find(keys_, published.kid, &HealthAuthorityKey::version);
    if (stored == keys_.end()) {
      Add(published);
    } else if (stored->from_jwks) {
      Update(*stored, published);
    } else if (!IsSameMaterial(stored->public_key_pem, published.public_key_pem)) {
      Note(FindingKind::kOperators, published.kid);
    }
  }

  void Add(const PublishedKey& published) {
    if (keys_.size() >= kAuthorityKeysMax) return Note(FindingKind::kTooMany, published.kid);
    HealthAuthorityKey key;
    key.version = published.kid;
    key.from = now_;
    key.public_key_pem = published.public_key_pem;
    key.from_jwks = true;
    keys_.push_back(std::move(key));
    Note(FindingKind::kAdded, published.kid);
  }

  void Update(HealthAuthorityKey& key, const PublishedKey& published) {
    if (WasEndedByOperator(key)) return;
    const bool is_other = key.public_key_pem != published.public_key_pem;
    if (!is_other && !key.missing_since) return;
    if (is_other) {
      key.public_key_pem = published.public_key_pem;
      key.from = now_;
    }
    key.thru.reset();
    key.missing_since.reset();
    Note(is_other ? FindingKind::kReplaced : FindingKind::kBack, key.version);
  }

  // Returns the keys that have been missing for long enough.
  std::vector<HealthAuthorityKey*> MarkMissing() {
    std::vector<HealthAuthorityKey*> confirmed;
    for (HealthAuthorityKey& key : keys_) {
      if (!key.from_jwks || key.thru || IsPublished(key)) continue;
      const bool is_first = !key.missing_since;
      if (is_first) key.missing_since = now_;
      if (!is_first && now_ - *key.missing_since >= rules_.confirm_after) {
        confirmed.push_back(&key);
      } else {
        Note(FindingKind::kMissing, key.version, *key.missing_since + rules_.confirm_after);
      }
    }
    return confirmed;
  }

  // The oldest first, so that should all of them have vanished the newest one is left.
  void RevokeConfirmed(std::vector<HealthAuthorityKey*> confirmed) {
    std::ranges::sort(confirmed, {}, [](const HealthAuthorityKey* key) {
      return std::tie(key->from, key->version);
    });
    for (HealthAuthorityKey* key : confirmed) {
      if (!HasLastingKeyBeside(*key)) {
        Note(FindingKind::kLast, key->version, *key->missing_since);
        continue;
      }
      // A key that was never valid never becomes so (spec/verification-certificate.md section 3).
      key->thru = std::max(now_, key->from);
      Note(FindingKind::kRevoked, key->version);
    }
  }

  // A key that an operator has given an end does not count: it will be gone when nobody looks.
  bool HasLastingKeyBeside(const HealthAuthorityKey& other) const {
    return std::ranges::any_of(keys_, [&](const HealthAuthorityKey& key) {
      return &key != &other && !key.thru && key.from <= now_;
    });
  }

  std::vector<HealthAuthorityKey> keys_;
  const std::vector<PublishedKey>& published_;
  const SyncRules& rules_;
  const UnixTime now_;
  std::vector<Finding> findings_;
};

}  // namespace

KeyPlan PlanKeys(const std::vector<HealthAuthorityKey>& stored,
                 const std::vector<PublishedKey>& published, const SyncRules& rules, UnixTime now) {
  return Planner(stored, published, rules, now).Run();
}

std::string_view Meaning(FindingKind kind) {
  switch (kind) {
    case FindingKind::kAdded:
      return "was added";
    case FindingKind::kBack:
      return "is in the document again and stays valid";
    case FindingKind::kReplaced:
      return "has other material in the document, which has replaced the former";
    case FindingKind::kMissing:
      return "is missing from the document and will be revoked";
    case FindingKind::kRevoked:
      return "was missing from the document for long enough and is revoked";
    case FindingKind::kLast:
      return "is missing from the document but not revoked: it is the last one that stays valid";
    case FindingKind::kDeleted:
      return "was revoked long ago and is deleted";
    case FindingKind::kOperators:
      return "is kept by an operator and stays, although the document has other material for it";
    case FindingKind::kTooMany:
      return "was not added: the health authority has too many keys";
  }
  return "";
}

std::string_view TimeName(FindingKind kind) {
  if (kind == FindingKind::kMissing) return "revoked_at";
  return kind == FindingKind::kLast ? "missing_since" : "at";
}

bool IsAlarm(FindingKind kind) {
  return kind == FindingKind::kReplaced || kind == FindingKind::kMissing ||
         kind == FindingKind::kLast || kind == FindingKind::kOperators ||
         kind == FindingKind::kTooMany;
}

}  // namespace enks::jwks
