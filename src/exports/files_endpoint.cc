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

http::Response PlainAnswer(int status, std::string_view text) {
  http::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"},
                      {"X-Content-Type-Options", "nosniff"}};
  response.body = text;
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
    if (request.method != "GET" && request.method != "HEAD") {
      http::Response refused = PlainAnswer(405, "method not allowed\n");
      refused.headers.emplace_back("Allow", "GET, HEAD");
      return refused;
    }
    const auto object = ReadObjectPath(request.path);
    if (!object) return PlainAnswer(404, "404 page not found\n");
    const auto served = Find(*object);
    if (served.ok()) return AnswerWith(*served, request);
    if (absl::IsUnavailable(served.status())) return PlainAnswer(503, "try again later\n");
    return PlainAnswer(404, "404 page not found\n");
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

  static http::Response AnswerWith(const Served& served, const http::Request& request) {
    http::Response response;
    response.headers = {{"ETag", served.etag}, {"Cache-Control", served.cache_control}};
    // RFC 9110 section 13.2.2: If-None-Match is looked at before Range and If-Range.
    if (NamesETag(request.Header("If-None-Match"), served.etag)) {
      response.status = 304;
      response.declared_length = served.size;
      return response;
    }
    response.headers.emplace_back("Accept-Ranges", "bytes");
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    const RangeOutcome range = WantedRange(served, request);
    if (std::holds_alternative<UnsatisfiableRange>(range)) return Unsatisfiable(served, response);
    response.headers.emplace_back("Content-Type", served.content_type);
    BytePart part{0, served.size};
    if (const auto* asked = std::get_if<BytePart>(&range)) {
      part = *asked;
      response.status = 206;
      response.headers.emplace_back(
          "Content-Range",
          fmt::format("bytes {}-{}/{}", part.offset, part.offset + part.length - 1, served.size));
    }
    if (request.method == "HEAD") {
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

  static http::Response Unsatisfiable(const Served& served, http::Response response) {
    response.status = 416;
    response.headers.emplace_back("Content-Range", fmt::format("bytes */{}", served.size));
    return response;
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
