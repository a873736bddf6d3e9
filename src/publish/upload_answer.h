#pragma once

#include <cstddef>
#include <string>

#include "http/message.h"
#include "publish/receipt.h"
#include "publish/upload_request.h"

// The answers of /v1/publish and of v1alpha1: spec/publish.md sections 3 and 11.
namespace enks::publish {

// Random text that hides an answer's length.
struct Padding {
  std::string text;        // base64
  std::size_t blanks = 0;  // before the text, where base64's steps of four are too coarse
};

// Turns what became of an upload into bytes: the one place where an ending gets its HTTP status,
// its code and its words. A decoy's answer is that to an upload of which nothing can be told.
http::Response MakeAnswer(const Receipt& receipt, const Padding& padding, Api api = Api::kV1);

// 429 to an upload in maintenance mode (section 4).
http::Response MakeMaintenanceAnswer();

}  // namespace enks::publish
