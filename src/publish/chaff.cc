#include "publish/chaff.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "publish/upload_answer.h"

namespace enks::publish {
namespace {

constexpr std::string_view kUsualAnswer = R"({"insertedExposures":14,"padding":""})";
constexpr std::string_view kBeforePadding = R"({"padding":)";
constexpr std::string_view kEmptyAnswer = R"({"padding":""})";

// A decoy's body of exactly that many bytes beyond those of `padding_bytes` in base64. Base64 grows
// in steps of four characters, so spaces, which JSON allows before a value, make up the rest:
// otherwise the length modulo four would tell decoys from real answers.
std::string MakeChaffBody(std::size_t unpadded_bytes, std::size_t padding_bytes,
                          base::Random& random) {
  const std::size_t missing = std::max(unpadded_bytes, kEmptyAnswer.size()) - kEmptyAnswer.size();
  std::string body(kBeforePadding);
  body.append(missing % 4, ' ');
  body += '"';
  body += http::MakePadding(padding_bytes + missing / 4 * 3, random);
  body += "\"}";
  return body;
}

}  // namespace

void AnswerSizes::Note(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes_[noted_++ % kSamplesMax] = bytes;
}

std::size_t AnswerSizes::Draw(base::Random& random) const {
  const std::lock_guard lock(mutex_);
  if (noted_ == 0) return kUsualAnswer.size();
  return bytes_[static_cast<std::size_t>(random.Below(std::min(noted_, kSamplesMax)))];
}

bool IsChaff(const http::Request& request) {
  return !request.Header("X-Chaff").empty();
}

http::Response MakeChaffAnswer(std::size_t unpadded_bytes, const http::PaddingSize& padding,
                               base::Random& random) {
  http::Response response = MakeAnswerHead(200);
  response.body = MakeChaffBody(unpadded_bytes, http::DrawPaddingBytes(padding, random), random);
  return response;
}

}  // namespace enks::publish
