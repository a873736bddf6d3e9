#include "attestation/play_decoder.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "attestation/json_answer.h"
#include "attestation/strict_json.h"
#include "attestation/upstream_judgement.h"
#include "json/writer.h"

namespace enks::attestation {
namespace {

constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;

// It becomes part of a path.
bool IsPackageName(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) || c == '.' || c == '_');
  });
}

// The member tokenPayloadExternal as it stands in the answer.
std::optional<std::string> ReadVerdict(const http::Response& response) {
  if (!IsJson(response)) return std::nullopt;
  const json::Document document(response.body);
  if (!CheckStrictObject(document).ok()) return std::nullopt;
  for (auto name = document.Root().First(); name.Exists(); name = name.Next().Next()) {
    if (name.Text() != "tokenPayloadExternal") continue;
    const json::Value verdict = name.Next();
    if (verdict.kind() != json::Kind::kObject) return std::nullopt;
    return std::string(verdict.Raw());
  }
  return std::nullopt;
}

std::string Body(const std::string& integrity_token) {
  json::Writer writer;
  writer.BeginObject().Name("integrityToken").Text(integrity_token).EndObject();
  return std::move(writer).Take();
}

// Shared with the calls under way, since a policy may be replaced meanwhile.
class GoogleDecoder final : public std::enable_shared_from_this<GoogleDecoder> {
 public:
  using Done = PlayDecoder::Done;

  GoogleDecoder(std::string name, std::shared_ptr<AccessTokens> tokens, Upstream& google,
                Alarms& alarms)
      : name_(std::move(name)), tokens_(std::move(tokens)), google_(google), alarms_(alarms) {}

  void Decode(std::string path, std::string integrity_token, Done done) {
    tokens_->Get([self = shared_from_this(), path = std::move(path),
                  integrity_token = std::move(integrity_token),
                  done = std::move(done)](std::string access_token) mutable {
      if (access_token.empty()) return done({Reason::kUnavailable, ""});
      self->Ask(std::move(path), std::move(integrity_token), std::move(access_token),
                std::move(done));
    });
  }

 private:
  void Ask(std::string path, std::string integrity_token, std::string access_token, Done done) {
    UpstreamCall call{.path = std::move(path),
                      .headers = {{"Authorization", "Bearer " + access_token},
                                  {"Content-Type", "application/json"}},
                      .make_body = [integrity_token = std::move(integrity_token)] {
                        return Body(integrity_token);
                      }};
    google_.Post(std::move(call),
                 [self = shared_from_this(), access_token = std::move(access_token),
                  done = std::move(done)](const http::CallResult& result) mutable {
                   done(self->Conclude(result, access_token));
                 });
  }

  PlayDecoder::Decoded Conclude(const http::CallResult& result, std::string_view access_token) {
    Judgement judgement = JudgeDecoding(result);
    std::optional<std::string> verdict;
    if (judgement.reason == Reason::kNone) {
      verdict = ReadVerdict(result.response);
      if (!verdict) judgement = {Reason::kUnavailable, AlarmCause::kUpstreamDown};
    }
    const bool is_answer = result.outcome == http::CallOutcome::kAnswered;
    const int status = is_answer ? result.response.status : 0;
    if (status == kUnauthorized || status == kForbidden) tokens_->Drop(access_token);
    if (judgement.alarm) alarms_.Raise(*judgement.alarm, google_.name(), name_, status);
    return {judgement.reason, verdict ? *std::move(verdict) : ""};
  }

  const std::string name_;
  const std::shared_ptr<AccessTokens> tokens_;
  Upstream& google_;
  Alarms& alarms_;
};

class HttpPlayDecoder final : public PlayDecoder {
 public:
  explicit HttpPlayDecoder(std::shared_ptr<GoogleDecoder> decoder) : decoder_(std::move(decoder)) {}

  void Decode(std::string_view package, std::string_view token, Done done) override {
    if (!IsPackageName(package)) return done({Reason::kConfigError, ""});
    decoder_->Decode(fmt::format("/v1/{}:decodeIntegrityToken", package), std::string(token),
                     std::move(done));
  }

 private:
  const std::shared_ptr<GoogleDecoder> decoder_;
};

}  // namespace

std::unique_ptr<PlayDecoder> PlayDecoder::Create(std::string name,
                                                 std::shared_ptr<AccessTokens> tokens,
                                                 Upstream& google, Alarms& alarms) {
  return std::make_unique<HttpPlayDecoder>(
      std::make_shared<GoogleDecoder>(std::move(name), std::move(tokens), google, alarms));
}

}  // namespace enks::attestation
