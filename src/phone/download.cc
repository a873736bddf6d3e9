#include "phone/download.h"

#include <fmt/core.h>

#include <algorithm>

#include "json/read.h"

namespace enks::phone {
namespace {

using exportfile::ExportFileContent;

constexpr exportfile::ReadLimits kLimits{.zip_bytes_max = kZipBytesMax};

// Runs before the file's keys are decoded: a stranger's file gets no further than its signatures.
Status CheckSigned(const ExportFileContent& content, std::span<const TrustedKey> keys) {
  Status last = absl::UnauthenticatedError("no key is trusted");
  for (const TrustedKey& key : keys) {
    last = exportfile::VerifySignature(content, key.info, key.public_key_pem);
    if (last.ok()) return last;
  }
  return absl::UnauthenticatedError(
      fmt::format("not signed by a trusted key: {}", std::string(last.message())));
}

void CountFailure(const Status& status, DownloadRound& round) {
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      ++round.missing;
      break;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      ++round.unavailable;
      break;
    default:
      ++round.refused;
  }
}

// The value of a header of an answer; empty if it has none.
std::string HeaderOf(const http::Response& response, std::string_view name) {
  const auto found =
      std::find_if(response.headers.begin(), response.headers.end(),
                   [name](const auto& header) { return json::EqualFolded(name, header.first); });
  return found == response.headers.end() ? "" : found->second;
}

}  // namespace

Result<ExportFileContent> OpenVerified(base::ByteView zip, std::span<const TrustedKey> keys) {
  const auto check = [&](const ExportFileContent& unread) { return CheckSigned(unread, keys); };
  ENKS_ASSIGN(ExportFileContent content, exportfile::ReadExportFile(zip, kLimits, check));
  if (content.keys.size() + content.revised_keys.size() > kFileKeysMax) {
    return absl::ResourceExhaustedError(
        fmt::format("an export file of more than {} keys", kFileKeysMax));
  }
  return content;
}

// An answer that can be used: 200, or 304 to a question that had a condition.
Result<http::Response> HttpFeed::Get(const std::string& path, const http::Headers& headers) {
  const std::string url = fmt::format("{}/{}", address_.files_base_url, path);
  ENKS_ASSIGN(http::Response response, client_.Send("GET", url, headers, ""));
  if (response.status == 200 || (response.status == 304 && !headers.empty())) return response;
  const std::string message = fmt::format("{}: HTTP status {}", path, response.status);
  if (response.status == 404) return absl::NotFoundError(message);
  return absl::UnavailableError(message);
}

Result<std::string> HttpFeed::Index() {
  http::Headers condition;
  if (!index_etag_.empty()) condition.emplace_back("If-None-Match", index_etag_);
  ENKS_ASSIGN(http::Response response, Get(address_.index_path, condition));
  if (response.status == 304) return index_;
  index_ = std::move(response.body);
  index_etag_ = HeaderOf(response, "etag");
  return index_;
}

Result<std::shared_ptr<const FetchedFile>> HttpFeed::File(const std::string& name) {
  ENKS_ASSIGN(const http::Response response, Get(name, {}));
  ENKS_ASSIGN(ExportFileContent content, OpenVerified(base::AsBytes(response.body), keys_));
  return std::make_shared<const FetchedFile>(
      FetchedFile{.content = std::move(content), .zip_bytes = response.body.size()});
}

Result<std::string> SharedFeed::Index() {
  if (!index_) {
    ENKS_ASSIGN(index_, upstream_.Index());
  }
  return *index_;
}

Result<std::shared_ptr<const FetchedFile>> SharedFeed::File(const std::string& name) {
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    return recent_.front().second;
  }
  ENKS_ASSIGN(auto file, upstream_.File(name));
  if (announced_.insert(name).second) on_fetched_(name, *file);
  recent_.emplace_front(name, file);
  by_name_[name] = recent_.begin();
  if (recent_.size() > files_max_) {
    by_name_.erase(recent_.back().first);
    recent_.pop_back();
  }
  return file;
}

Result<DownloadRound> DownloadNew(Feed& feed, IndexFollower& follower) {
  ENKS_ASSIGN(const std::string index, feed.Index());
  const IndexFollower::Plan plan = follower.Follow(index);
  DownloadRound round;
  round.late = static_cast<int>(plan.late);
  round.malformed = static_cast<int>(plan.malformed);
  for (const std::string& name : plan.names) {
    auto file = feed.File(name);
    if (!file.ok()) {
      CountFailure(file.status(), round);
      follower.Failed(name);
      continue;
    }
    follower.Done(name);
    if (follower.IsKnown((*file)->content.header)) {
      ++round.duplicates;
      continue;
    }
    follower.Remember((*file)->content.header);
    round.files.emplace_back(name, *std::move(file));
  }
  return round;
}

}  // namespace enks::phone
