#include "publish/upload_counters.h"

#include <string>
#include <utility>

namespace enks::publish {
namespace {

constexpr std::array<std::string_view, kEndingCount> kNames = {
    "accepted",
    "partly_accepted",
    "content_type",
    "body_unreadable",
    "body_too_large",
    "unknown_health_authority_id",
    "directory_unavailable",
    "no_regions",
    "region_not_allowed",
    "certificate_invalid",
    "keys_invalid",
    "missing_revision_token",
    "invalid_revision_token",
    "key_already_revised",
    "invalid_report_type_transition",
    "key_changed",
    "key_not_local",
    "attestation_missing",
    "attestation_invalid",
    "attestation_unavailable",
    "attestation_misconfigured",
    "attestation_hidden",
    "store_unavailable",
    "store_failed",
};

std::string_view ApiName(Api api) {
  return api == Api::kV1 ? "v1" : "v1alpha1";
}

metrics::Counter Uploads(metrics::Metrics& metrics, Api api, std::string_view outcome) {
  return metrics.MakeCounter(
      "enks_uploads_total", "Uploads, by how they ended; without decoys.",
      {{"api", std::string(ApiName(api))}, {"outcome", std::string(outcome)}});
}

template <std::size_t... kEndings>
std::array<metrics::Counter, kEndingCount> AllUploads(metrics::Metrics& metrics, Api api,
                                                      std::index_sequence<kEndings...>) {
  return {Uploads(metrics, api, kNames[kEndings])...};
}

}  // namespace

UploadCounters::UploadCounters(metrics::Metrics& metrics, Api api)
    : uploads_(AllUploads(metrics, api, std::make_index_sequence<kEndingCount>())),
      maintenance_(Uploads(metrics, api, "maintenance")),
      decoys_(metrics.MakeCounter("enks_decoys_total", "Decoys that phones sent as cover.",
                                  {{"api", std::string(ApiName(api))}})),
      keys_(metrics.MakeCounter("enks_keys_inserted_total", "Keys stored for the first time.",
                                {{"api", std::string(ApiName(api))}})) {}

void UploadCounters::Count(const Receipt& receipt) {
  uploads_[static_cast<std::size_t>(receipt.ending)].Add();
  keys_.Add(receipt.inserted);
}

std::string_view EndingName(Ending ending) {
  return kNames[static_cast<std::size_t>(ending)];
}

}  // namespace enks::publish
