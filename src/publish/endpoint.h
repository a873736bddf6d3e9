#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "authority/certificate.h"
#include "authority/directory.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "http/message.h"
#include "store/store.h"

namespace enks::publish {

struct PublishOptions {
  exposure::UploadRules rules;
  authority::CertificateRules certificates;
  std::string default_region;              // DEFAULT_REGION; empty: none
  bool allow_partial_revisions = false;    // ALLOW_PARTIAL_REVISIONS
  std::size_t padding_bytes_min = 1024;    // RESPONSE_PADDING_MIN_BYTES, raw bytes
  std::size_t padding_bytes_range = 1024;  // RESPONSE_PADDING_RANGE
  bool maintenance = false;                // MAINTENANCE_MODE: 429 to every upload
};

// POST /v1/publish: bytes to an upload, its outcome to bytes. Everything it is handed outlives it.
std::unique_ptr<http::Handler> MakePublishEndpoint(const PublishOptions& options,
                                                   authority::Directory& directory,
                                                   store::Store& store, const base::Clock& clock,
                                                   base::Random& random, base::Log& log);

}  // namespace enks::publish
