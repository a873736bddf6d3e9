#pragma once

#include <algorithm>
#include <vector>

#include "store/testing/refusing_store.h"

namespace enks::jwks::testing {

// Health authorities in memory, with the little of store.h that a sync asks for. What the real
// stores promise of it is tested in store/authorities_contract_test.cc.
class AuthorityStore final : public store::testing::RefusingStore {
 public:
  std::vector<store::HealthAuthority> authorities;
  Status reading;  // of HealthAuthorities()
  int writes = 0;  // that were asked for
  Status writing;  // of ReplaceHealthAuthorityKeys()

  Result<std::vector<store::HealthAuthority>> HealthAuthorities() override {
    if (!reading.ok()) return reading;
    return authorities;
  }
  Status ReplaceHealthAuthorityKeys(const store::HealthAuthority& as_read,
                                    const std::vector<store::HealthAuthorityKey>& keys) override {
    ++writes;
    if (!writing.ok()) return writing;
    const auto found = std::ranges::find(authorities, as_read);
    if (found == authorities.end()) return absl::AbortedError("changed meanwhile");
    found->keys = keys;
    return absl::OkStatus();
  }
};

}  // namespace enks::jwks::testing
