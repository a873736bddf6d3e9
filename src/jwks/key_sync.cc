#include "jwks/key_sync.h"

#include <utility>

#include "authority/jwk_set.h"

namespace enks::jwks {

using store::HealthAuthority;

Result<std::vector<HealthAuthority>> KeySync::Authorities() {
  ENKS_ASSIGN(std::vector<HealthAuthority> authorities, store_.HealthAuthorities());
  std::erase_if(authorities,
                [](const HealthAuthority& authority) { return !authority.jwks_uri.has_value(); });
  return authorities;
}

AuthoritySync KeySync::Sync(const HealthAuthority& as_read) {
  AuthoritySync outcome;
  outcome.authority_id = as_read.id;
  outcome.name = as_read.name;
  outcome.status = Change(as_read, outcome);
  if (!outcome.status.ok()) outcome.findings.clear();
  return outcome;
}

Status KeySync::Change(const HealthAuthority& as_read, AuthoritySync& outcome) {
  if (!as_read.jwks_uri) {
    return absl::FailedPreconditionError("the health authority has no JWKS address");
  }
  ENKS_ASSIGN(const std::string document, fetcher_.Fetch(*as_read.jwks_uri));
  ENKS_ASSIGN(authority::JwkSet set, authority::ReadJwkSet(document));
  outcome.skipped = std::move(set.skipped);
  KeyPlan plan = PlanKeys(as_read.keys, set.keys, rules_, clock_.Now());
  outcome.findings = std::move(plan.findings);
  if (plan.keys == as_read.keys) return absl::OkStatus();
  return store_.ReplaceHealthAuthorityKeys(as_read, plan.keys);
}

}  // namespace enks::jwks
