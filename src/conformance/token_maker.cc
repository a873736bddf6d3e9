#include "conformance/token_maker.h"

#include <fmt/format.h>

#include "authority/jwt.h"
#include "conformance/json_access.h"

namespace enks::conformance {
namespace {

constexpr std::int64_t kIssuedSecondsAgo = 60;
constexpr std::int64_t kLifetimeSeconds = 300;

// signed_by: the authority (as a rule), or somebody whose key the server does not know.
Result<std::string> Sign(const TokenDraft& draft, json::Value description,
                         const ServerSetup& setup) {
  const json::Value signer = Find(description, "signed_by");
  const std::string header = draft.header.ToJson();
  const std::string claims = draft.claims.ToJson();
  if (!signer.Exists()) return authority::SignJwt(header, claims, setup.authority_key);
  if (IsText(signer) && signer.Text() == "a stranger") {
    return authority::SignJwt(header, claims, crypto::EcdsaPrivateKey::Generate());
  }
  return absl::InvalidArgumentError("\"signed_by\" knows \"a stranger\" only");
}

Result<std::string> Reshape(std::string token, json::Value form) {
  if (!form.Exists()) return token;
  const std::string name = IsText(form) ? form.Text() : "";
  const std::size_t last_dot = token.rfind('.');
  if (name == "two segments") return token.substr(0, last_dot);
  if (name == "four segments") return token + ".e30";
  if (name == "empty signature") return token.substr(0, last_dot + 1);
  if (name == "padded") return token + "==";
  if (name == "short signature") return token.substr(0, token.size() - 4);
  return absl::InvalidArgumentError(fmt::format("\"{}\" is no form of a token", name));
}

}  // namespace

TokenDraft DraftToken(const AuthoritySetup& authority, const std::string& audience,
                      const Story& story) {
  const std::int64_t issued = story.now().time_since_epoch().count() - kIssuedSecondsAgo;
  TokenDraft draft;
  draft.header.SetText("alg", "ES256");
  draft.header.SetText("kid", authority.keys.empty() ? "" : authority.keys.front().kid);
  draft.header.SetText("typ", "JWT");
  draft.claims.SetText("iss", authority.issuer);
  draft.claims.SetText("aud", audience);
  draft.claims.SetInt("iat", issued);
  draft.claims.SetInt("nbf", issued);
  draft.claims.SetInt("exp", issued + kLifetimeSeconds);
  return draft;
}

Result<std::string> MakeToken(TokenDraft draft, json::Value description, const ServerSetup& setup,
                              Story& story) {
  if (const json::Value text = Find(description, "text"); text.Exists()) {
    return ResolveText(text, story);
  }
  ENKS_TRY(draft.claims.Adjust(Find(description, "claims"), Find(description, "omit_claims"),
                               Find(description, "rename_claims"), story));
  ENKS_TRY(draft.header.Adjust(Find(description, "header"), Find(description, "omit_header"), {},
                               story));
  ENKS_ASSIGN(std::string token, Sign(draft, description, setup));
  return Reshape(std::move(token), Find(description, "form"));
}

}  // namespace enks::conformance
