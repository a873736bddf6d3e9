#pragma once

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
  bool maintenance = false;                // MAINTENANCE_MODE: 429 to every upload
};

}  // namespace enks::publish
