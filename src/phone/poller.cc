#include "phone/poller.h"

namespace enks::phone {

Poller::Poller(Feed& feed, std::size_t files_kept, Population& population, Ledger& ledger,
               Report& report)
    : population_(population),
      ledger_(ledger),
      report_(report),
      feed_(feed, files_kept,
            [this](const std::string& name, const FetchedFile& file) { NoteFile(name, file); }) {}

void Poller::NoteFile(const std::string& name, const FetchedFile& file) {
  ledger_.NoteFile(file.content, now_);
  report_.files.push_back(
      {.name = name,
       .keys = static_cast<std::int64_t>(file.content.keys.size()),
       .revised_keys = static_cast<std::int64_t>(file.content.revised_keys.size()),
       .zip_bytes = file.zip_bytes});
}

void Poller::Poll(const std::vector<int>& phones, UnixTime now) {
  now_ = now;
  feed_.NextRound();
  // By name, which is the order in which every phone processes its files.
  std::map<std::string, NewFile> new_files;
  for (const int phone : phones) PollOne(phone, new_files);
  for (const auto& [name, entry] : new_files) MatchFile(entry.file->content, entry.readers);
}

// Before the first file there is no index, and that is no fault.
void Poller::NoteIndexFailure(const Status& status) {
  if (index_seen_ || !absl::IsNotFound(status)) ++report_.index_failures;
}

void Poller::PollOne(int index, std::map<std::string, NewFile>& new_files) {
  Phone& phone = population_.phone(index);
  phone.Forget(now_);
  auto round = DownloadNew(feed_, phone.downloads());
  if (!round.ok()) return NoteIndexFailure(round.status());
  index_seen_ = true;
  report_.downloads += static_cast<int>(round->files.size());
  report_.files_missing += round->missing;
  report_.files_refused += round->refused;
  report_.files_unavailable += round->unavailable;
  report_.files_duplicate += round->duplicates;
  report_.late_lines += round->late;
  report_.malformed_lines += round->malformed;
  for (auto& [name, file] : round->files) {
    NewFile& entry = new_files[name];
    entry.file = file;
    entry.readers.push_back(phone.Target());
  }
}

}  // namespace enks::phone
