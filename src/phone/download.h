#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "exportfile/reader.h"
#include "http/client.h"
#include "phone/index_follower.h"

// How phones get export files: follow index.txt, fetch what is new, believe only what is signed.
namespace enks::phone {

// A public key that the app was built with.
struct TrustedKey {
  exportfile::WireSignatureInfo info;  // verification_key_id and verification_key_version
  std::string public_key_pem;
};

// What phones refuse: "files over 16 MB" are not even opened, and no more keys than that matched.
inline constexpr std::uint64_t kZipBytesMax = 16u << 20;
inline constexpr std::size_t kFileKeysMax = 750'000;

// The content of a zip, once a signature by a trusted key (its id and version) was found to cover
// it and the file is within the limits of phones. kUnauthenticated: no such signature.
// kInvalidArgument or kResourceExhausted: not a file that phones would open.
Result<exportfile::ExportFileContent> OpenVerified(base::ByteView zip,
                                                   std::span<const TrustedKey> keys);

// A verified file as it was fetched.
struct FetchedFile {
  exportfile::ExportFileContent content;
  std::uint64_t zip_bytes = 0;
};

// Where export files come from. Not thread-safe.
class Feed {
 public:
  virtual ~Feed() = default;
  // The text of index.txt.
  virtual Result<std::string> Index() = 0;
  // kNotFound if the server has no such file (any more); otherwise as OpenVerified().
  virtual Result<std::shared_ptr<const FetchedFile>> File(const std::string& name) = 0;
};

// Where a server's files are: `files_base_url` + "/" + a line of the index is a file's URL.
struct FeedAddress {
  std::string files_base_url;  // such as http://127.0.0.1:8080/files/exports
  std::string index_path;      // such as at/index.txt
};

// A feed over HTTP. Asks for the index by the ETag of the last one, as caches and phones do, so
// that an unchanged index is not sent again. Everything it is handed outlives it.
class HttpFeed final : public Feed {
 public:
  HttpFeed(http::Client& client, FeedAddress address, std::vector<TrustedKey> keys)
      : client_(client), address_(std::move(address)), keys_(std::move(keys)) {}
  Result<std::string> Index() override;
  Result<std::shared_ptr<const FetchedFile>> File(const std::string& name) override;

 private:
  Result<http::Response> Get(const std::string& path, const http::Headers& headers);

  http::Client& client_;
  const FeedAddress address_;
  const std::vector<TrustedKey> keys_;
  std::string index_;
  std::string index_etag_;  // empty: there is none to ask by
};

// A feed that many simulated phones share, as phones share a content network: each file is fetched
// and verified once while it is among the last `files_max` used, the index once until NextRound().
class SharedFeed final : public Feed {
 public:
  // Told of each file when it is fetched for the first time.
  using OnFetched = absl::AnyInvocable<void(const std::string& name, const FetchedFile& file)>;

  // `upstream` outlives the feed.
  SharedFeed(Feed& upstream, std::size_t files_max, OnFetched on_fetched)
      : upstream_(upstream), files_max_(files_max), on_fetched_(std::move(on_fetched)) {}

  void NextRound() { index_.reset(); }
  Result<std::string> Index() override;
  Result<std::shared_ptr<const FetchedFile>> File(const std::string& name) override;

 private:
  using Entry = std::pair<std::string, std::shared_ptr<const FetchedFile>>;

  Feed& upstream_;
  const std::size_t files_max_;
  OnFetched on_fetched_;
  std::optional<std::string> index_;
  std::list<Entry> recent_;  // the last used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_name_;
  std::set<std::string> announced_;
};

// What one look at the index brought.
struct DownloadRound {
  std::vector<std::pair<std::string, std::shared_ptr<const FetchedFile>>>
      files;            // new ones, in order
  int missing = 0;      // 404: asked for again next time
  int refused = 0;      // bad signature, malformed or too large: likewise
  int unavailable = 0;  // no answer, or an error of the server: likewise
  int duplicates = 0;   // the same (start, end, batch_num) under another name: not matched again
  int late = 0;         // index lines no phone will ever follow
  int malformed = 0;    // index lines that are no object names
};

// Fetches what is new for the phone whose memory `follower` is. Fails only if the index could not
// be had; then nothing has changed.
Result<DownloadRound> DownloadNew(Feed& feed, IndexFollower& follower);

}  // namespace enks::phone
