#include "stats/endpoint.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/body.h"
#include "stats/answer.h"

namespace enks::stats {

// The body's one member is there to hide its length.
struct StatsRequest {
  json::Skipped padding;
};

static auto JsonMembers(const StatsRequest*) {
  return std::array{json::Member<&StatsRequest::padding>("padding")};
}

namespace {

constexpr std::string_view kBearer = "Bearer ";

http::Response MakeResponse(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = std::move(body);
  return response;
}

// Faults of the body are told with the status inside the text and 400 outside, without padding
// (spec section 2).
http::Response MakeBodyRefusal(const json::BodyFault& fault) {
  const char* status = fault.kind == json::BodyFaultKind::kContentType ? "415"
                       : fault.kind == json::BodyFaultKind::kTooLarge  ? "413"
                                                                       : "400";
  http::Response response =
      MakeResponse(400, MakeErrorBody(std::string("error unmarshalling API call, code: ") + status +
                                          ": " + fault.detail,
                                      "bad_request", ""));
  response.close = fault.kind == json::BodyFaultKind::kTooLarge;
  return response;
}

http::Response MakeMaintenanceAnswer() {
  return MakeResponse(429, R"({"error": "please try again later"})");
}

class StatsEndpoint final : public http::Handler {
 public:
  StatsEndpoint(const StatsOptions& options, const StatsParts& parts)
      : options_(options), parts_(parts) {}

  void Handle(http::Request request, http::Reply reply) override {
    if (parts_.in_maintenance && parts_.in_maintenance()) return reply(MakeMaintenanceAnswer());
    StatsRequest body;
    const json::Body sent{request.Header("Content-Type"), request.body, request.body_too_large};
    if (const auto fault = json::ReadBody(sent, body)) return reply(MakeBodyRefusal(*fault));
    const auto directory = parts_.directory.Current();
    if (directory == nullptr) return reply(Refuse(503, "internal_error", "try again later"));
    const auto authority = Authenticate(request, *directory);
    if (!authority.ok()) {
      return reply(Refuse(401, "unauthorized", std::string(MessageOf(authority.status()))));
    }
    const bool wants_csv = request.Header("Accept").find("text/csv") != std::string_view::npos;
    AnswerLater(*authority, wants_csv, std::move(reply));
  }

 private:
  Result<std::int64_t> Authenticate(const http::Request& request,
                                    const authority::DirectorySnapshot& directory) const {
    const std::string_view header = request.Header("Authorization");
    if (!header.starts_with(kBearer)) {
      return absl::UnauthenticatedError("Authorization header is not of the form Bearer TOKEN");
    }
    return authority::VerifyStatsToken(header.substr(kBearer.size()), options_.token, directory,
                                       parts_.clock.Now());
  }

  // The database is read on a thread that may block. The reply is shared with the refusal, which is
  // given here if no such thread is free.
  void AnswerLater(std::int64_t authority, bool wants_csv, http::Reply reply) {
    auto shared = std::make_shared<http::Reply>(std::move(reply));
    const bool is_queued = parts_.run_blocking(
        [this, authority, wants_csv, shared] { (*shared)(Answer(authority, wants_csv)); });
    if (!is_queued) (*shared)(Refuse(503, "internal_error", "try again later"));
  }

  http::Response Answer(std::int64_t authority, bool wants_csv) const {
    const auto hours = parts_.store.Statistics(authority);
    if (!hours.ok()) return Refuse(500, "internal_error", "Internal Server Error");
    const std::vector<Day> days = Release(*hours, parts_.clock.Now(), options_.release);
    if (!wants_csv) return MakeResponse(200, MakeDaysBody(days, Padding()));
    http::Response response = MakeResponse(200, MakeCsv(days));
    response.headers = {{"Content-Type", "text/csv"}};
    return response;
  }

  http::Response Refuse(int status, std::string_view code, std::string_view error) const {
    http::Response response = MakeResponse(status, MakeErrorBody(error, code, Padding()));
    if (status == 503) response.headers.emplace_back("Retry-After", "30");
    return response;
  }

  std::string Padding() const {
    return http::MakePadding(http::DrawPaddingBytes(options_.padding, parts_.random),
                             parts_.random);
  }

  const StatsOptions options_;
  const StatsParts parts_;
};

}  // namespace

std::unique_ptr<http::Handler> MakeStatsEndpoint(const StatsOptions& options,
                                                 const StatsParts& parts) {
  return std::make_unique<StatsEndpoint>(options, parts);
}

}  // namespace enks::stats
