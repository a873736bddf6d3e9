#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "phone/download.h"
#include "phone/ledger.h"
#include "phone/population.h"
#include "phone/report.h"

namespace enks::phone {

// Lets groups of phones look for new files and match them. Not thread-safe; what it is handed
// outlives it.
class Poller {
 public:
  // `files_kept` files stay in memory for the next phones, as in a content network; with 0 each
  // phone fetches each file itself.
  Poller(Feed& feed, std::size_t files_kept, Population& population, Ledger& ledger,
         Report& report);

  // One look of each of these phones at `now`. The identifiers of a file are derived once for all.
  void Poll(const std::vector<int>& phones, UnixTime now);

 private:
  struct NewFile {
    std::shared_ptr<const FetchedFile> file;
    std::vector<MatchTarget> readers;
  };
  void NoteFile(const std::string& name, const FetchedFile& file);
  void PollOne(int phone, std::map<std::string, NewFile>& new_files);
  void NoteIndexFailure(const Status& status);

  Population& population_;
  Ledger& ledger_;
  Report& report_;
  UnixTime now_;
  bool index_seen_ = false;
  SharedFeed feed_;
};

}  // namespace enks::phone
