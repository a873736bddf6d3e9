#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "base/virtual_clock.h"
#include "jwks/key_sync.h"
#include "jwks/testing/authority_store.h"
#include "jwks/testing/listed_documents.h"
#include "jwks/testing/test_keys.h"
#include "store/testing/sample_records.h"

// Whatever documents, failures and times come in whatever order.
namespace enks::jwks {
namespace {

using std::chrono::seconds;
using testing::Document;
using testing::Jwk;
using testing::Pem;

constexpr UnixTime kStart{seconds(1606003200)};
constexpr char kUrl[] = "https://health.example/jwks";
const std::vector<std::string> kKids = {"a", "b", "c", "d"};
constexpr int kMaterials = 3;

// The kids of a document with the number of each one's material.
using Listed = std::map<std::string, std::size_t>;

rc::Gen<Listed> AnyListed() {
  // A number for each kid; below zero: not there.
  const auto choice =
      rc::gen::container<std::vector<int>>(kKids.size(), rc::gen::inRange(-1, kMaterials));
  const auto listed = rc::gen::map(choice, [](const std::vector<int>& materials) {
    Listed all;
    for (std::size_t i = 0; i < materials.size(); ++i) {
      if (materials[i] >= 0) all.emplace(kKids[i], static_cast<std::size_t>(materials[i]));
    }
    return all;
  });
  return rc::gen::suchThat(listed, [](const Listed& all) { return !all.empty(); });
}

std::string DocumentOf(const Listed& listed) {
  std::vector<std::string> jwks;
  for (const auto& [kid, material] : listed) jwks.push_back(Jwk(kid, Pem(material)));
  return Document(jwks);
}

bool IsLasting(const HealthAuthorityKey& key, UnixTime now) {
  return !key.thru && key.from <= now;
}

// One authority and what is known of its documents.
class World {
 public:
  World() {
    store::HealthAuthority authority = store::testing::SampleAuthority();
    authority.id = 1;
    authority.jwks_uri = kUrl;
    for (const std::string& kid : kKids) {
      if (*rc::gen::arbitrary<bool>()) authority.keys.push_back(*AnyOperatorsKey(kid));
    }
    store_.authorities = {authority};
  }

  void Step() {
    clock_.Advance(seconds(*rc::gen::element(0, 1, 120, 1799, 3600, 40 * 86400)));
    switch (*rc::gen::weightedElement<int>({{6, 0}, {3, 1}, {1, 2}})) {
      case 0:
        return ReadGoodDocument(*AnyListed());
      case 1:
        return FailToRead();
      default:
        return RevokeByHand();
    }
  }

 private:
  static rc::Gen<HealthAuthorityKey> AnyOperatorsKey(const std::string& kid) {
    return rc::gen::map(
        rc::gen::pair(rc::gen::inRange<std::size_t>(0, kMaterials), rc::gen::inRange(0, 4)),
        [kid](const std::pair<std::size_t, int>& choice) {
          HealthAuthorityKey key{.version = kid,
                                 .from = kStart,
                                 .thru = std::nullopt,
                                 .public_key_pem = Pem(choice.first)};
          if (choice.second == 1) key.from = kStart + seconds(7200);  // not yet valid
          if (choice.second == 2) key.thru = kStart + seconds(1);     // ended, or soon
          if (choice.second == 3) key.thru = kStart + seconds(86400);
          return key;
        });
  }

  std::vector<HealthAuthorityKey>& Keys() { return store_.authorities.at(0).keys; }
  AuthoritySync Sync() { return sync_.Sync(store_.authorities.at(0)); }

  void ReadGoodDocument(const Listed& listed) {
    const auto before = Keys();
    const UnixTime now = clock_.Now();
    for (const std::string& kid : kKids) {
      auto& missing = missing_[kid];
      missing = listed.contains(kid) ? Missing{} : Missing{missing.documents + 1, missing.since};
      if (missing.documents == 1) missing.since = now;
    }
    fetcher_.documents.insert_or_assign(kUrl, DocumentOf(listed));
    const AuthoritySync outcome = Sync();
    RC_ASSERT(outcome.status.ok());
    CheckNoLastKeyWasLost(before);
    for (const HealthAuthorityKey& key : before) CheckKey(key);
    for (const auto& [kid, material] : listed) CheckPublished(kid, material);
  }

  void CheckNoLastKeyWasLost(const std::vector<HealthAuthorityKey>& before) {
    const auto is_lasting = [now = clock_.Now()](const HealthAuthorityKey& key) {
      return IsLasting(key, now);
    };
    if (std::ranges::any_of(before, is_lasting)) {
      RC_ASSERT(std::ranges::any_of(Keys(), is_lasting));
    }
  }

  // What a key may become.
  void CheckKey(const HealthAuthorityKey& before) {
    const auto after = std::ranges::find(Keys(), before.version, &HealthAuthorityKey::version);
    if (!before.from_jwks) {
      RC_ASSERT(after != Keys().end());
      RC_ASSERT(*after == before);
    } else if (after == Keys().end()) {
      RC_ASSERT(before.thru && *before.thru < clock_.Now() - rules_.cleanup_ttl);
    } else if (after->thru && !before.thru) {
      const Missing missing = missing_[before.version];
      RC_ASSERT(missing.documents >= 2);
      RC_ASSERT(clock_.Now() - missing.since >= rules_.confirm_after);
    } else if (after->thru) {
      RC_ASSERT(after->thru == before.thru);
    } else if (before.thru) {
      RC_ASSERT(missing_[before.version].documents == 0);
    }
  }

  // A listed key that is no operator's is valid without end, with the material of the document.
  void CheckPublished(const std::string& kid, std::size_t material) {
    const auto key = std::ranges::find(Keys(), kid, &HealthAuthorityKey::version);
    RC_ASSERT(key != Keys().end());
    if (!key->from_jwks) return;
    RC_ASSERT(IsLasting(*key, clock_.Now()));
    RC_ASSERT(key->public_key_pem == Pem(material));
    RC_ASSERT(!key->missing_since);
  }

  void FailToRead() {
    const auto before = Keys();
    const std::string whole = DocumentOf(*AnyListed());
    fetcher_.documents.insert_or_assign(
        kUrl, *rc::gen::element<Result<std::string>>(absl::UnavailableError("away"), std::string(),
                                                     std::string("[]"), std::string("<html>"),
                                                     whole.substr(0, whole.size() / 2)));
    RC_ASSERT(Sync().Failed());
    RC_ASSERT(Keys() == before);
  }

  // As `enks authority revoke-key` does it.
  void RevokeByHand() {
    if (Keys().empty()) return;
    auto& key = Keys().at(*rc::gen::inRange<std::size_t>(0, Keys().size()));
    if (key.thru) return;
    key.thru = std::max(clock_.Now(), key.from);
    key.from_jwks = false;
    key.missing_since.reset();
  }

  struct Missing {
    int documents = 0;  // good ones in a row without the key
    UnixTime since;     // the first of them
  };

  const SyncRules rules_;
  base::VirtualClock clock_{kStart};
  testing::AuthorityStore store_;
  testing::ListedDocuments fetcher_;
  KeySync sync_{rules_, store_, fetcher_, clock_};
  std::map<std::string, Missing> missing_;
};

RC_GTEST_PROP(KeySyncPropertyTest, NoDocumentTakesTheLastKeyOrAnOperatorsKeyAway, ()) {
  World world;
  const int steps = *rc::gen::inRange(1, 30);
  for (int i = 0; i < steps; ++i) world.Step();
}

}  // namespace
}  // namespace enks::jwks
