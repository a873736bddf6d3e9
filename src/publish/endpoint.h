#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "attestation/gate.h"
#include "authority/directory.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "http/message.h"
#include "metrics/metrics.h"
#include "publish/options.h"
#include "publish/upload_request.h"
#include "store/store.h"
#include "tokens/revision_tokens.h"

namespace enks::publish {

// The body limit of the route (spec/publish.md section 2, "Header check first"): 64,000 bytes, not
// 64 KiB.
inline constexpr std::size_t kBodyBytesMax = 64'000;

// What an endpoint works with. All of it outlives the endpoint; `tokens` lives on in answers that
// wait for the store, which may be given after the endpoint is gone.
struct PublishParts {
  authority::Directory& directory;
  store::Store& store;
  std::shared_ptr<const tokens::RevisionTokens> tokens;
  const base::Clock& clock;
  base::Random& random;  // thread-safe
  base::Log& log;
  metrics::Metrics& metrics;
  // Asked about uploads of apps that attest their devices. Null: none does.
  attestation::Gate* gate;
  // Whether uploads are to be told to come later, asked for each; thread-safe. Empty: never.
  std::function<bool()> in_maintenance;
};

// POST /v1/publish, or v1alpha1 at `/`: bytes to an upload, its outcome to bytes.
std::unique_ptr<http::Handler> MakePublishEndpoint(const PublishOptions& options,
                                                   const PublishParts& parts, Api api = Api::kV1);

}  // namespace enks::publish
