#include <fmt/core.h>

#include <utility>

#include "base/bytes.h"
#include "exports/conditions.h"
#include "exports/endpoints.h"
#include "exports/etag_cache.h"
#include "exports/index.h"
#include "exports/object_path.h"

namespace enks::exports {
namespace {

// A year of hourly files of a dozen configurations would fit; each entry is some 250 bytes.
constexpr std::size_t kETagsMax = 100'000;

// A cache between us and the phones must never take an error for a file: what a stranger asked for
// wrongly would be what every phone is told.
constexpr std::string_view kNotCached = "no-store";

// That there is no such file may be known for a moment: phones whose index is old all ask for the
// same files that have expired, and caches should bear that. A file that appears is seen in time,
// for indexes that name it are cached longer.
constexpr std::string_view kMissingCached = "public, max-age=5";

http::Response PlainAnswer(int status, std::string_view text, std::string_view cache_control) {
  http::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Cache-Control", std::string(cache_control)}};
  response.body = text;
  return response;
}

http::Response Missing() {
  return PlainAnswer(404, "404 page not found\n", kMissingCached);
}

http::Response MethodNotAllowed() {
  http::Response response = PlainAnswer(405, "method not allowed\n", kNotCached);
  response.headers.emplace_back("Allow", "GET, HEAD");
  return response;
}

http::Response Unsatisfiable(std::uint64_t size) {
  http::Response response = PlainAnswer(416, "range not satisfiable\n", kNotCached);
  response.headers.emplace_back("Content-Range", fmt::format("bytes */{}", size));
  return response;
}

// One object, ready to be sent: its bytes, or where they lie.
struct Served {
  std::string content_type;
  std::string cache_control;
  std::string etag;
  std::uint64_t size = 0;
  std::optional<std::string> text;  // instead of `path`
  std::filesystem::path path;
};

class FilesEndpoint final : public http::Handler {
 public:
  FilesEndpoint(const ServingOptions& options, FileStore& files)
      : options_(options), files_(files), etags_(files, kETagsMax) {}

  void Handle(http::Request request, http::Reply reply) override { reply(Answer(request)); }

 private:
  http::Response Answer(const http::Request& request) {
    if (request.method != "GET" && request.method != "HEAD") return MethodNotAllowed();
    const auto object = ReadObjectPath(request.path);
    if (!object) return Missing();
    const auto served = Find(*object);
    if (served.ok()) return AnswerWith(*served, request);
    const bool is_missing =
        absl::IsNotFound(served.status()) || absl::IsInvalidArgument(served.status());
    return is_missing ? Missing() : PlainAnswer(503, "try again later\n", kNotCached);
  }

  Result<Served> Find(const ObjectPath& object) {
    if (object.name.ends_with(".zip")) return FindZip(object);
    const bool is_index =
        object.name == kIndexLeaf || object.name.ends_with(fmt::format("/{}", kIndexLeaf));
    if (is_index) return ReadIndex(object);
    return absl::NotFoundError("only export files and indexes are served");
  }

  Result<Served> FindZip(const ObjectPath& object) {
    ENKS_ASSIGN(auto found, files_.Find(object.bucket, object.name));
    Served served;
    served.content_type = "application/zip";
    served.cache_control =
        fmt::format("public, max-age={}, immutable", options_.file_max_age.count());
    ENKS_ASSIGN(served.etag, etags_.Get(object.bucket, object.name, found));
    served.size = found.size_bytes;
    served.path = std::move(found.path);
    return served;
  }

  // An index is small and replaced in place, perhaps twice in a second without a change of size. So
  // it is read each time and sent from memory: ETag and bytes always belong together.
  Result<Served> ReadIndex(const ObjectPath& object) {
    ENKS_ASSIGN(const base::Bytes bytes, files_.Read(object.bucket, object.name));
    Served served;
    served.content_type = "text/plain; charset=utf-8";
    served.cache_control = fmt::format("public, max-age={}", options_.index_max_age.count());
    served.etag = ETagOf(bytes);
    served.size = bytes.size();
    served.text = base::AsText(bytes);
    return served;
  }

  // The order of RFC 9110 section 13.2.2: If-Match, If-None-Match, If-Range with Range.
  static http::Response AnswerWith(const Served& served, const http::Request& request) {
    const std::string if_match = request.HeaderList("If-Match");
    if (!if_match.empty() && !MatchesETag(if_match, served.etag)) {
      return PlainAnswer(412, "precondition failed\n", kNotCached);
    }
    if (NamesETag(request.HeaderList("If-None-Match"), served.etag)) return NotModified(served);
    const RangeOutcome range = WantedRange(served, request);
    if (std::holds_alternative<UnsatisfiableRange>(range)) return Unsatisfiable(served.size);
    return Content(served, range, request.method);
  }

  static http::Response NotModified(const Served& served) {
    http::Response response;
    response.status = 304;
    response.headers = {{"ETag", served.etag}, {"Cache-Control", served.cache_control}};
    response.declared_length = served.size;
    return response;
  }

  // All of the object, or the part that was asked for.
  static http::Response Content(const Served& served, const RangeOutcome& range,
                                std::string_view method) {
    http::Response response;
    response.headers = {{"ETag", served.etag},
                        {"Cache-Control", served.cache_control},
                        {"Accept-Ranges", "bytes"},
                        {"X-Content-Type-Options", "nosniff"},
                        {"Content-Type", served.content_type}};
    BytePart part{0, served.size};
    if (const auto* asked = std::get_if<BytePart>(&range)) {
      part = *asked;
      response.status = 206;
      response.headers.emplace_back(
          "Content-Range",
          fmt::format("bytes {}-{}/{}", part.offset, part.offset + part.length - 1, served.size));
    }
    if (method == "HEAD") {
      response.declared_length = part.length;
    } else if (served.text) {
      response.body = served.text->substr(part.offset, part.length);
    } else {
      response.file = http::FileBody{served.path, part.offset, part.length};
    }
    return response;
  }

  // RFC 9110 section 14.2: a Range of anything but GET is ignored.
  static RangeOutcome WantedRange(const Served& served, const http::Request& request) {
    if (request.method != "GET") return WholeBody{};
    if (!RangeStillValid(request.Header("If-Range"), served.etag)) return WholeBody{};
    return ReadRange(request.Header("Range"), served.size);
  }

  const ServingOptions options_;
  FileStore& files_;
  ETagCache etags_;
};

}  // namespace

std::unique_ptr<http::Handler> MakeFilesEndpoint(const ServingOptions& options, FileStore& files) {
  return std::make_unique<FilesEndpoint>(options, files);
}

}  // namespace enks::exports
