#include "conformance/upload_maker.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>
#include <vector>

#include "authority/tek_mac.h"
#include "base/base64.h"
#include "conformance/json_access.h"
#include "conformance/members.h"
#include "conformance/text_form.h"
#include "conformance/token_maker.h"
#include "crypto/digest.h"
#include "exposure/tek.h"

namespace enks::conformance {
namespace {

using exposure::SubmittedKey;
using json::Value;

constexpr std::int64_t kHmacKeyBytes = 16;
constexpr std::int64_t kManyMax = 1000;

// The keys of an upload: as the HMAC sees them, and as they stand in the body.
struct KeyList {
  std::vector<SubmittedKey> keys;
  std::vector<std::string> json;

  std::string ToJson() const { return fmt::format("[{}]", fmt::join(json, ",")); }
};

struct HmacKey {
  base::Bytes bytes;
  std::string sent;
};

Result<std::int64_t> IntegerMember(Value object, std::string_view name, std::int64_t otherwise,
                                   Story& story) {
  const Value value = Find(object, name);
  if (!value.Exists()) return otherwise;
  return ResolveInteger(value, story);
}

// The HMAC covers 32-bit numbers; larger ones are sent by `members`.
Result<std::int32_t> Narrow(std::int64_t number) {
  if (std::in_range<std::int32_t>(number)) return static_cast<std::int32_t>(number);
  return absl::InvalidArgumentError(fmt::format("{} does not fit into 32 bits", number));
}

// `key` says literally what is sent; `bytes` draws as many; `tek` names one that may come again.
Result<std::string> KeyText(Value description, Story& story) {
  if (const Value text = Find(description, "key"); text.Exists()) return ResolveText(text, story);
  std::string text;
  if (const auto bytes = IntegerOf(Find(description, "bytes"))) {
    text = base::ToBase64(story.DrawBytes(static_cast<std::size_t>(*bytes)));
  } else {
    ENKS_ASSIGN(const std::string label, ResolveText(Find(description, "tek"), story));
    text = story.Tek(label);
  }
  return InForm(std::move(text), Find(description, "form"));
}

Status AddKey(Value description, std::int64_t shift, Story& story, KeyList& list) {
  SubmittedKey key;
  ENKS_ASSIGN(key.key_base64, KeyText(description, story));
  ENKS_ASSIGN(const std::int64_t start, ResolveInteger(Find(description, "start"), story));
  ENKS_ASSIGN(const std::int64_t period,
              IntegerMember(description, "period", exposure::kRollingPeriodMax, story));
  ENKS_ASSIGN(key.transmission_risk, IntegerMember(description, "risk", 0, story));
  ENKS_ASSIGN(key.rolling_start, Narrow(start + shift));
  ENKS_ASSIGN(key.rolling_period, Narrow(period));
  Members members;
  members.SetText("key", key.key_base64);
  members.SetInt("rollingStartNumber", key.rolling_start);
  members.SetInt("rollingPeriod", key.rolling_period);
  members.SetInt("transmissionRisk", key.transmission_risk);
  ENKS_TRY(members.Adjust(Find(description, "members"), Find(description, "omit"),
                          Find(description, "rename"), story));
  list.json.push_back(members.ToJson());
  list.keys.push_back(std::move(key));
  return absl::OkStatus();
}

// `many` stands for so many keys without labels, each starting where the one before it ends.
Status AddKeys(Value description, Story& story, KeyList& list) {
  ENKS_TRY(AllowMembers(description, {"tek", "key", "bytes", "form", "start", "period", "risk",
                                      "many", "members", "omit", "rename"}));
  if (!Find(description, "start").Exists()) {
    return absl::InvalidArgumentError("a key needs a \"start\"");
  }
  const Value many = Find(description, "many");
  if (!many.Exists()) return AddKey(description, 0, story, list);
  const auto count = IntegerOf(many);
  if (!count || *count < 1 || *count > kManyMax) {
    return absl::InvalidArgumentError("\"many\" has to be a number of keys");
  }
  ENKS_ASSIGN(const std::int64_t period,
              IntegerMember(description, "period", exposure::kRollingPeriodMax, story));
  for (std::int64_t i = 0; i < *count; ++i) {
    ENKS_TRY(AddKey(description, i * period, story, list));
  }
  return absl::OkStatus();
}

Result<HmacKey> MakeHmacKey(Value description, Story& story) {
  ENKS_TRY(AllowMembers(description, {"bytes", "form", "text"}));
  ENKS_ASSIGN(const std::int64_t size, IntegerMember(description, "bytes", kHmacKeyBytes, story));
  HmacKey key{.bytes = story.DrawBytes(static_cast<std::size_t>(size)), .sent = {}};
  if (const Value text = Find(description, "text"); text.Exists()) {
    ENKS_ASSIGN(key.sent, ResolveText(text, story));
    return key;
  }
  ENKS_ASSIGN(key.sent, InForm(base::ToBase64(key.bytes), Find(description, "form")));
  return key;
}

Result<std::string> MakeTekMac(Value description, const KeyList& list, const HmacKey& hmac_key,
                               Story& story) {
  ENKS_TRY(AllowMembers(description, {"entries", "of", "form", "text"}));
  if (const Value text = Find(description, "text"); text.Exists()) return ResolveText(text, story);
  const Value entries = Find(description, "entries");
  const bool is_short = entries.Exists() && entries.Text() == "short";
  std::string covered = authority::TekMacText(
      list.keys, is_short ? authority::TekMacForm::kShort : authority::TekMacForm::kLong);
  if (Find(description, "of").Exists()) covered += ",other keys";
  const auto mac = crypto::HmacSha256(hmac_key.bytes, base::AsBytes(covered));
  return InForm(base::ToBase64(mac), Find(description, "form"));
}

Result<const AuthoritySetup*> FindAuthority(Value certificate, const ServerSetup& setup) {
  const Value label = Find(certificate, "authority");
  const std::string name = label.Exists() ? label.Text() : "main";
  const AuthoritySetup* authority = setup.FindAuthority(name);
  if (authority != nullptr) return authority;
  return absl::NotFoundError("setup.json has no authority " + name);
}

Result<std::string> MakeCertificate(Value description, const KeyList& list, const HmacKey& hmac_key,
                                    const ServerSetup& setup, Story& story) {
  std::vector<std::string_view> allowed(std::begin(kTokenMembers), std::end(kTokenMembers));
  allowed.insert(allowed.end(), {"authority", "report_type", "tekmac"});
  ENKS_TRY(AllowMembers(description, allowed));
  ENKS_ASSIGN(const AuthoritySetup* authority, FindAuthority(description, setup));
  TokenDraft draft = DraftToken(*authority, authority->audience, story);
  const Value type = Find(description, "report_type");
  draft.claims.SetText("reportType", type.Exists() ? type.Text() : "confirmed");
  ENKS_ASSIGN(const std::string mac,
              MakeTekMac(Find(description, "tekmac"), list, hmac_key, story));
  draft.claims.SetText("tekmac", mac);
  return MakeToken(std::move(draft), description, setup, story);
}

// An app's label in setup.json, or any other text as it is.
std::string AppName(Value description, const ServerSetup& setup) {
  const Value value = Find(description, "app");
  const std::string label = value.Exists() ? value.Text() : "normal";
  const AppSetup* app = setup.FindApp(label);
  return app == nullptr ? label : app->name;
}

}  // namespace

bool IsOlderApi(Value description) {
  const Value api = Find(description, "api");
  return IsText(api) && api.Text() == "v1alpha1";
}

Result<std::string> MakeUploadBody(Value description, const ServerSetup& setup, Story& story) {
  ENKS_TRY(AllowMembers(
      description, {"api", "app", "keys", "certificate", "hmac_key", "members", "omit", "rename"}));
  KeyList list;
  for (const Value key : ElementsOf(Find(description, "keys"))) {
    ENKS_TRY(AddKeys(key, story, list));
  }
  ENKS_ASSIGN(const HmacKey hmac_key, MakeHmacKey(Find(description, "hmac_key"), story));
  const bool is_older = IsOlderApi(description);
  Members members;
  members.SetJson("temporaryExposureKeys", list.ToJson());
  members.SetText(is_older ? "appPackageName" : "healthAuthorityID", AppName(description, setup));
  ENKS_ASSIGN(const std::string certificate,
              MakeCertificate(Find(description, "certificate"), list, hmac_key, setup, story));
  members.SetText("verificationPayload", certificate);
  members.SetText(is_older ? "hmackey" : "hmacKey", hmac_key.sent);
  ENKS_TRY(members.Adjust(Find(description, "members"), Find(description, "omit"),
                          Find(description, "rename"), story));
  return members.ToJson();
}

}  // namespace enks::conformance
