#include "phone/index_follower.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "phone/state_text.h"

namespace enks::phone {
namespace {

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-' || c == '/';
}

// An index comes over the network and its lines become URLs, so a line must be a plain object name:
// no scheme, no host, no way out of the bucket.
bool IsObjectName(std::string_view line) {
  if (line.size() > kFileNameBytesMax) return false;
  if (!std::all_of(line.begin(), line.end(), IsNameCharacter)) return false;
  for (const std::string_view segment : SplitAt('/', line)) {
    if (segment.empty() || segment == "." || segment == "..") return false;
  }
  return true;
}

}  // namespace

IndexFollower::Plan IndexFollower::Follow(std::string_view index) {
  Plan plan;
  std::set<std::string> listed;
  std::size_t lines = 0;
  for (std::string_view line : SplitAt('\n', index)) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (++lines > kIndexLinesMax || !IsObjectName(line)) {
      ++plan.malformed;
      continue;
    }
    listed.emplace(line);
  }
  for (const std::string& name : listed) {
    if (name > newest_ || failed_.contains(name)) {
      plan.names.push_back(name);
    } else if (!listed_.empty() && !listed_.contains(name)) {
      ++plan.late;
    }
  }
  std::erase_if(failed_, [&](const std::string& name) { return !listed.contains(name); });
  listed_ = std::move(listed);
  return plan;
}

void IndexFollower::Done(const std::string& name) {
  newest_ = std::max(newest_, name);
  failed_.erase(name);
}

void IndexFollower::Failed(const std::string& name) {
  newest_ = std::max(newest_, name);
  failed_.insert(name);
}

// End, start and number, in seconds: a set of them is ordered by age.
IndexFollower::FileIdentity IndexFollower::IdentityOf(const exportfile::ExportHeader& header) {
  return {header.end.time_since_epoch().count(), header.start.time_since_epoch().count(),
          header.batch_num};
}

bool IndexFollower::IsKnown(const exportfile::ExportHeader& header) const {
  return processed_.contains(IdentityOf(header));
}

void IndexFollower::Remember(const exportfile::ExportHeader& header) {
  processed_.insert(IdentityOf(header));
  ForgetOldFiles();
}

void IndexFollower::ForgetOldFiles() {
  if (processed_.empty()) return;
  constexpr std::int64_t kKeptSeconds = std::chrono::seconds(kProcessedKept).count();
  const std::int64_t newest_end = std::get<0>(*processed_.rbegin());
  // Times come from files, so any number may be one.
  constexpr std::int64_t kEarliest = std::numeric_limits<std::int64_t>::min() + kKeptSeconds;
  const std::int64_t oldest_end = std::max(newest_end, kEarliest) - kKeptSeconds;
  while (processed_.size() > kProcessedMax || std::get<0>(*processed_.begin()) < oldest_end) {
    processed_.erase(processed_.begin());
  }
}

std::string IndexFollower::ToText() const {
  std::string text;
  const auto out = std::back_inserter(text);
  if (!newest_.empty()) fmt::format_to(out, "newest {}\n", newest_);
  for (const std::string& name : failed_) fmt::format_to(out, "failed {}\n", name);
  for (const auto& [end, start, batch] : processed_) {
    fmt::format_to(out, "file {} {} {}\n", start, end, batch);
  }
  return text;
}

bool IndexFollower::TakeLine(std::string_view line) {
  const std::vector<std::string_view> words = SplitAt(' ', line);
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::int32_t batch = 0;
  if (words.size() == 2 && words[0] == "newest" && IsObjectName(words[1])) {
    newest_ = words[1];
  } else if (words.size() == 2 && words[0] == "failed" && IsObjectName(words[1])) {
    failed_.emplace(words[1]);
  } else if (words.size() == 4 && words[0] == "file" && ReadNumber(words[1], start) &&
             ReadNumber(words[2], end) && ReadNumber(words[3], batch)) {
    processed_.insert({end, start, batch});
  } else {
    return false;
  }
  return true;
}

Result<IndexFollower> IndexFollower::FromText(std::string_view text) {
  IndexFollower follower;
  std::size_t number = 0;
  for (const std::string_view line : SplitAt('\n', text)) {
    ++number;
    if (line.empty()) continue;
    if (!follower.TakeLine(line)) {
      return absl::InvalidArgumentError(
          fmt::format("line {}: not a line of a download state", number));
    }
  }
  follower.ForgetOldFiles();  // a text may come from a version that kept them all
  return follower;
}

}  // namespace enks::phone
