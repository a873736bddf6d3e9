#include <fmt/core.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/time_text.h"
#include "exportfile/format.h"
#include "exports/conditions.h"
#include "exports/endpoints.h"
#include "exports/etag_cache.h"
#include "exports/file_plan.h"
#include "exports/index.h"
#include "exports/object_path.h"
#include "json/writer.h"
#include "secrets/public_key.h"

namespace enks::exports {
namespace {

constexpr std::string_view kAlgorithmName = "ECDSA P-256 with SHA-256";
constexpr int kMaxAgeSeconds = 300;

void WriteTime(std::optional<base::UnixTime> time, json::Writer& writer) {
  if (time) {
    writer.Text(base::FormatTime(*time));
  } else {
    writer.Null();
  }
}

bool Uses(const store::ExportConfig& config, const store::SignatureInfo& info) {
  const auto& ids = config.signature_info_ids;
  return std::find(ids.begin(), ids.end(), info.id) != ids.end();
}

void WriteConfig(const store::ExportConfig& config, json::Writer& writer) {
  const std::string index = ObjectName(config.filename_root, kIndexLeaf);
  writer.BeginObject();
  writer.Name("region").Text(config.output_region);
  writer.Name("bucket").Text(config.bucket);
  writer.Name("filenameRoot").Text(config.filename_root);
  writer.Name("indexPath").Text(WriteObjectPath({config.bucket, index}));
  writer.EndObject();
}

Status WriteKey(const store::SignatureInfo& info, std::string_view pem,
                const std::vector<store::ExportConfig>& configs, base::UnixTime now,
                json::Writer& writer) {
  ENKS_ASSIGN(const std::string one_line, secrets::PublicKeyOneLine(pem));
  writer.BeginObject();
  writer.Name("keyId").Text(info.key_id);
  writer.Name("keyVersion").Text(info.key_version);
  writer.Name("algorithm").BeginObject();
  writer.Name("name").Text(kAlgorithmName);
  writer.Name("oid").Text(exportfile::kSignatureAlgorithm);
  writer.EndObject();
  writer.Name("validFrom");
  WriteTime(info.from, writer);
  writer.Name("validThru");
  WriteTime(info.thru, writer);
  writer.Name("publicKeyPem").Text(pem);
  writer.Name("publicKeyDerBase64").Text(one_line);
  writer.Name("exports").BeginArray();
  for (const store::ExportConfig& config : configs) {
    const bool ended = config.thru && *config.thru < now;
    if (!ended && Uses(config, info)) WriteConfig(config, writer);
  }
  writer.EndArray();
  writer.EndObject();
  return absl::OkStatus();
}

// What the endpoint answers with; never changed once made.
struct Document {
  std::string json;
  std::string etag;
};

class PublicKeysEndpointImpl final : public PublicKeysEndpoint {
 public:
  PublicKeysEndpointImpl(store::ReadOnlyStore& store, secrets::KeyManager& keys,
                         const base::Clock& clock)
      : store_(store), keys_(keys), clock_(clock) {}

  Status Refresh() override {
    ENKS_ASSIGN(std::string json, PublicKeysJson(store_, keys_, clock_.Now()));
    std::string etag = ETagOf(base::AsBytes(json));
    auto document = std::make_shared<const Document>(Document{std::move(json), std::move(etag)});
    const std::lock_guard lock(mutex_);
    document_ = std::move(document);
    return absl::OkStatus();
  }

  void Handle(http::Request request, http::Reply reply) override { reply(Answer(request)); }

 private:
  http::Response Answer(const http::Request& request) const {
    http::Response response;
    if (request.method != "GET" && request.method != "HEAD") {
      response.status = 405;
      response.headers.emplace_back("Allow", "GET, HEAD");
      return response;
    }
    const auto document = Current();
    if (!document) {
      response.status = 503;
      return response;
    }
    response.headers = {{"ETag", document->etag},
                        {"Cache-Control", fmt::format("public, max-age={}", kMaxAgeSeconds)}};
    if (NamesETag(request.Header("If-None-Match"), document->etag)) {
      response.status = 304;
      response.declared_length = document->json.size();
      return response;
    }
    response.headers.emplace_back("Content-Type", "application/json");
    if (request.method == "HEAD") {
      response.declared_length = document->json.size();
    } else {
      response.body = document->json;
    }
    return response;
  }

  std::shared_ptr<const Document> Current() const {
    const std::lock_guard lock(mutex_);
    return document_;
  }

  store::ReadOnlyStore& store_;
  secrets::KeyManager& keys_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Document> document_;  // guarded by mutex_; null before the first Refresh()
};

}  // namespace

std::unique_ptr<PublicKeysEndpoint> MakePublicKeysEndpoint(store::ReadOnlyStore& store,
                                                           secrets::KeyManager& keys,
                                                           const base::Clock& clock) {
  return std::make_unique<PublicKeysEndpointImpl>(store, keys, clock);
}

Result<std::string> PublicKeysJson(store::ReadOnlyStore& store, secrets::KeyManager& keys,
                                   base::UnixTime now) {
  ENKS_ASSIGN(const auto infos, store.SignatureInfos());
  ENKS_ASSIGN(const auto configs, store.ExportConfigs());
  json::Writer writer;
  writer.BeginObject().Name("keys").BeginArray();
  for (const store::SignatureInfo& info : infos) {
    if (info.thru && *info.thru < now) continue;
    // One key that cannot be read fails the whole: an app that is built with a list that lacks a
    // key refuses that key's files.
    ENKS_ASSIGN(const auto signer, keys.OpenSigner(info.signing_key));
    ENKS_TRY(WriteKey(info, signer->PublicKeyPem(), configs, now, writer));
  }
  writer.EndArray().EndObject();
  return std::move(writer).Take();
}

}  // namespace enks::exports
