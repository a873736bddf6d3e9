#pragma once

#include <string>

#include "conformance/members.h"
#include "conformance/setup.h"
#include "conformance/story.h"

// Signed tokens as cases describe them: certificates and the tokens for statistics.
namespace enks::conformance {

// Header and claims of a token that is right, before a case spoils it.
struct TokenDraft {
  Members header;
  Members claims;
};

// A token of the authority that is valid from a minute ago, so that the clocks of the kit and the
// server may differ a little, for five minutes.
TokenDraft DraftToken(const AuthoritySetup& authority, const std::string& audience,
                      const Story& story);

// The members that say of a token how it differs from its draft.
inline constexpr const char* kTokenMembers[] = {
    "claims", "omit_claims", "rename_claims", "header", "omit_header", "signed_by", "form", "text"};

// Applies those members of `description`, which may not exist, and signs. `text` replaces the whole
// token.
Result<std::string> MakeToken(TokenDraft draft, json::Value description, const ServerSetup& setup,
                              Story& story);

}  // namespace enks::conformance
