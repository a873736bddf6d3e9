#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "authority/certificate.h"
#include "exposure/rules.h"

namespace enks::publish {

struct PublishOptions {
  exposure::UploadRules rules;
  authority::CertificateRules certificates;
  std::string default_region;              // DEFAULT_REGION; a valid name, or empty: none
  bool allow_partial_revisions = false;    // ALLOW_PARTIAL_REVISIONS
  std::size_t padding_bytes_min = 1024;    // RESPONSE_PADDING_MIN_BYTES, raw bytes
  std::size_t padding_bytes_range = 1024;  // RESPONSE_PADDING_RANGE
  // CHAFF_REQUEST_MAX_LATENCY_MS: the longest time a decoy or a refusal is held back; 0: any.
  std::chrono::milliseconds decoy_latency_max{1000};
  std::chrono::milliseconds usual_latency{3};  // assumed until the first upload succeeds
  bool maintenance = false;                    // MAINTENANCE_MODE: 429 to every upload
};

}  // namespace enks::publish
