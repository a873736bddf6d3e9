#include "phone/upload.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <string_view>
#include <system_error>

#include "json/document.h"
#include "json/read.h"
#include "phone/state_text.h"

namespace enks::phone {
namespace {

// The members of an answer to /v1/publish (spec/publish.md section 3).
struct Answer {
  std::string revision_token;
  std::int64_t inserted = 0;
  std::string error;
  std::string code;
  std::vector<std::string> warnings;
};

auto JsonMembers(const Answer*) {
  return std::array{json::Member<&Answer::revision_token>("revisionToken"),
                    json::Member<&Answer::inserted>("insertedExposures"),
                    json::Member<&Answer::error>("error"), json::Member<&Answer::code>("code"),
                    json::Member<&Answer::warnings>("warnings")};
}

// An answer that cannot be read counts as one without members: the status decides what to do.
Answer ReadAnswer(const std::string& body) {
  const json::Document document(body);
  Answer answer;
  if (document.outcome() != json::ParseOutcome::kOk ||
      !json::Read(document.Root(), json::UnknownMembers::kIgnore, answer).ok()) {
    return {};
  }
  return answer;
}

std::chrono::seconds RetryAfter(const http::Response& response) {
  for (const auto& [name, value] : response.headers) {
    std::int64_t seconds = 0;
    if (json::EqualFolded("retry-after", name) && ReadNumber(value, seconds)) {
      return std::chrono::seconds(std::max<std::int64_t>(seconds, 0));
    }
  }
  return std::chrono::seconds(0);
}

UploadOutcome OutcomeOf(const UploadReceipt& receipt, bool earlier_attempt_unanswered) {
  if (receipt.status == 200) {
    return receipt.code == "partial_failure" ? UploadOutcome::kPartial : UploadOutcome::kAccepted;
  }
  // The keys are there already and it was us who sent them: the first answer got lost on its way.
  if (earlier_attempt_unanswered && receipt.code == "missing_revision_token") {
    return UploadOutcome::kStoredEarlier;
  }
  return UploadOutcome::kRefused;
}

http::Headers UploadHeaders(exposure::Platform platform) {
  const bool is_ios = platform == exposure::Platform::kIos;
  return {{"Content-Type", "application/json"},
          {"User-Agent", is_ios ? "enks-phone/1 (iPhone)" : "enks-phone/1 (Android)"}};
}

}  // namespace

Uploader::Uploader(http::Client& client, std::string publish_url, RetryPolicy retry,
                   base::Random& random, Wait wait)
    : client_(client),
      publish_url_(std::move(publish_url)),
      retry_(retry),
      random_(random),
      wait_(std::move(wait)) {}

UploadReceipt Uploader::Upload(const UploadContent& content) {
  UploadReceipt receipt;
  bool unanswered = false;
  while (true) {
    std::chrono::seconds asked_delay{0};
    ++receipt.attempts;
    if (Attempt(content, receipt, asked_delay) == Retry::kNo) {
      receipt.outcome = OutcomeOf(receipt, unanswered && content.revision_token.empty());
      return receipt;
    }
    // A server error may come after the keys were stored just as well as no answer at all.
    unanswered = unanswered || receipt.status != 429;
    if (receipt.attempts >= retry_.attempts_max) return receipt;
    wait_(DelayBefore(receipt.attempts, asked_delay));
  }
}

Uploader::Retry Uploader::Attempt(const UploadContent& content, UploadReceipt& receipt,
                                  std::chrono::seconds& asked_delay) {
  const auto response = client_.Send("POST", publish_url_, UploadHeaders(content.platform),
                                     UploadBody(content, random_));
  receipt.status = 0;
  if (!response.ok()) return Retry::kYes;
  Answer answer = ReadAnswer(response->body);
  receipt.status = response->status;
  receipt.code = std::move(answer.code);
  receipt.error = std::move(answer.error);
  receipt.inserted = answer.inserted;
  receipt.revision_token = std::move(answer.revision_token);
  receipt.warnings = std::move(answer.warnings);
  asked_delay = RetryAfter(*response);
  return receipt.status == 429 || receipt.status >= 500 ? Retry::kYes : Retry::kNo;
}

std::chrono::seconds Uploader::DelayBefore(int attempt, std::chrono::seconds asked) {
  if (asked.count() > 0) return std::min(asked, retry_.delay_max);
  std::chrono::seconds delay = retry_.first_delay;
  for (int i = 1; i < attempt && delay < retry_.delay_max; ++i) delay *= 2;
  delay = std::min(delay, retry_.delay_max);
  const auto half = static_cast<std::uint64_t>(std::max<std::int64_t>(delay.count() / 2, 0));
  return delay + std::chrono::seconds(random_.Below(half + 1));
}

bool Uploader::SendCover() {
  http::Headers headers = UploadHeaders(exposure::Platform::kAndroid);
  headers.emplace_back("X-Chaff", "1");
  const auto response = client_.Send("POST", publish_url_, headers, CoverBody(random_));
  return response.ok() && response->status == 200;
}

std::vector<Tek> TakenKeys(const std::vector<Tek>& keys, const std::vector<std::string>& warnings) {
  constexpr std::string_view kKey = "key ";
  std::set<std::size_t> dropped;
  for (const std::string& warning : warnings) {
    std::size_t place = 0;
    if (!warning.starts_with(kKey)) continue;
    const char* const begin = warning.data() + kKey.size();
    const auto [end, fault] = std::from_chars(begin, warning.data() + warning.size(), place);
    if (fault == std::errc()) dropped.insert(place);
  }
  std::vector<Tek> taken;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!dropped.contains(i)) taken.push_back(keys[i]);
  }
  return taken;
}

}  // namespace enks::phone
