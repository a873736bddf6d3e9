#include "recall/recaller.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "exposure/interval.h"

namespace enks::recall {

Status CheckText(std::string_view what, std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (text.find_first_not_of(' ') == std::string_view::npos) {
    return absl::InvalidArgumentError(fmt::format("{} is missing", what));
  }
  if (text.size() > kTextBytesMax) {
    return absl::InvalidArgumentError(
        fmt::format("{} is longer than {} bytes", what, kTextBytesMax));
  }
  if (std::any_of(text.begin(), text.end(), is_control)) {
    return absl::InvalidArgumentError(fmt::format("{} must be a single line", what));
  }
  return absl::OkStatus();
}

Result<Recaller::Outcome> Recaller::Run(store::Recall request,
                                        const store::RecallProgress& progress) {
  ENKS_TRY(CheckText("the reason", request.reason));
  ENKS_TRY(CheckText("the operator's name", request.operator_name));
  request.started_at = clock_.Now();
  request.counts = {};
  ENKS_ASSIGN(request.id, store_.AddRecall(request));
  // One release time for all of it, or keys and their padding would come out in different files.
  const base::UnixTime release_at = exposure::TruncateTo(request.started_at, truncate_window_);
  const auto note = [&](const store::RecallCounts& counts) -> Status {
    request.counts = counts;
    return progress ? progress(counts) : absl::OkStatus();
  };
  ENKS_TRY(store_.CarryOutRecall(request, release_at, note));
  request.finished_at = clock_.Now();
  ENKS_TRY(store_.FinishRecall(request.id, *request.finished_at));
  return Outcome{std::move(request), release_at};
}

}  // namespace enks::recall
