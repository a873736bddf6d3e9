#pragma once

#include <cstddef>
#include <memory>

#include "authority/directory.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "http/message.h"
#include "publish/options.h"
#include "store/store.h"

namespace enks::publish {

// The body limit of the route (spec/publish.md section 2, "Header check first"): 64,000 bytes, not
// 64 KiB.
inline constexpr std::size_t kBodyBytesMax = 64'000;

// POST /v1/publish: bytes to an upload, its outcome to bytes. Everything it is handed outlives it;
// answers that wait for the store may be given after the endpoint is gone. `random` is thread-safe.
std::unique_ptr<http::Handler> MakePublishEndpoint(const PublishOptions& options,
                                                   authority::Directory& directory,
                                                   store::Store& store, const base::Clock& clock,
                                                   base::Random& random, base::Log& log);

}  // namespace enks::publish
