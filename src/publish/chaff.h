#pragma once

#include <cstddef>

#include "base/random.h"
#include "http/message.h"
#include "publish/upload_answer.h"

// Decoy uploads: phones send requests with an X-Chaff header at random times, so that an observer
// of the network cannot tell by traffic who has a diagnosis (spec/publish.md section 4, "Chaff").
namespace enks::publish {

// Whether a request is a decoy.
bool IsChaff(const http::Request& request);

// The padding that makes an answer of status `status`, whose body has `own_bytes` without it, as
// long on the wire, head included, as a successful answer of `target_bytes` with `padding_bytes`
// raw bytes. An answer that is longer without any padding gets none.
Padding MatchingPadding(int status, std::size_t own_bytes, std::size_t target_bytes,
                        std::size_t padding_bytes, base::Random& random);

}  // namespace enks::publish
