#pragma once

#include <memory>

#include "attestation/challenge.h"
#include "base/clock.h"
#include "base/random.h"
#include "http/message.h"
#include "http/padding.h"

namespace enks::attestation {

// GET /v1/attestation-challenge: `{"challenge":"…","padding":"…"}`. Every request is answered
// alike and at once, so apps can and should ask as cover, too: who asked only before an upload
// would tell that there is a diagnosis. 503 while there is no secret to make one with. All that is
// referred to outlives the handler; `random` is thread-safe.
std::unique_ptr<http::Handler> MakeChallengeEndpoint(Challenges& challenges,
                                                     const http::PaddingSize& padding,
                                                     const base::Clock& clock,
                                                     base::Random& random);

}  // namespace enks::attestation
