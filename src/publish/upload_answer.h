#pragma once

#include <string_view>

#include "http/message.h"
#include "publish/receipt.h"

// The answer of /v1/publish: spec/publish.md section 3.
namespace enks::publish {

// Turns what became of an upload into bytes: the one place where an ending gets its HTTP status,
// its code and its words. `padding` is base64 text.
http::Response MakeAnswer(const Receipt& receipt, std::string_view padding);

// The head that every answer to an upload has, real or decoy, so that the two look alike.
http::Response MakeAnswerHead(int status);

// 429 to an upload in maintenance mode (section 4).
http::Response MakeMaintenanceAnswer();

}  // namespace enks::publish
