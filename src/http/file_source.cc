#include "http/file_source.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace enks::http {
namespace {

// Small enough that one large download does not keep the other connections of its thread waiting.
constexpr std::uint64_t kSendBytesMax = 256 * 1024;

}  // namespace

Result<FileSource> FileSource::Open(const FileBody& body) {
  const int fd = ::open(body.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return absl::UnavailableError(
        fmt::format("open {}: {}", body.path.string(), strerrordesc_np(errno)));
  }
  FileSource source(fd, body.offset, body.length);
  struct stat info {};
  const bool is_known = ::fstat(fd, &info) == 0 && info.st_size >= 0;
  const std::uint64_t size = is_known ? static_cast<std::uint64_t>(info.st_size) : 0;
  if (body.offset > size || body.length > size - body.offset) {
    return absl::DataLossError(fmt::format("{} has {} bytes, too few for {} from {} on",
                                           body.path.string(), size, body.length, body.offset));
  }
  return source;
}

FileSource::FileSource(FileSource&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), offset_(other.offset_), left_(other.left_) {}

FileSource::~FileSource() {
  if (fd_ >= 0) ::close(fd_);
}

FileSource::Progress FileSource::SendSome(int socket) {
  auto offset = static_cast<off_t>(offset_);
  const auto count = static_cast<std::size_t>(std::min(left_, kSendBytesMax));
  const ssize_t sent = ::sendfile(socket, fd_, &offset, count);
  if (sent == 0) return Progress::kFileShrank;
  if (sent < 0) {
    return errno == EAGAIN || errno == EINTR ? Progress::kSocketFull : Progress::kSocketError;
  }
  offset_ += static_cast<std::uint64_t>(sent);
  left_ -= static_cast<std::uint64_t>(sent);
  return Progress::kSent;
}

}  // namespace enks::http
