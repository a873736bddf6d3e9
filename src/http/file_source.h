#pragma once

#include <cstdint>

#include "base/result.h"
#include "http/message.h"

namespace enks::http {

// An open file on its way to a socket. Owned by the answer being sent; not thread-safe.
class FileSource {
 public:
  // Fails if the file cannot be opened or does not hold the whole of the promised part.
  static Result<FileSource> Open(const FileBody& body);

  FileSource(FileSource&& other) noexcept;
  FileSource& operator=(FileSource&&) = delete;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  ~FileSource();

  enum class Progress {
    kSent,         // some bytes went out
    kSocketFull,   // try again when the socket is writable
    kFileShrank,   // the file ends before what was promised: the answer cannot be completed
    kSocketError,  // the client is gone
  };

  // Hands the next bytes to the socket without copying them through this process.
  Progress SendSome(int socket);

  std::uint64_t left() const { return left_; }

 private:
  FileSource(int fd, std::uint64_t offset, std::uint64_t left)
      : fd_(fd), offset_(offset), left_(left) {}

  int fd_;
  std::uint64_t offset_;
  std::uint64_t left_;
};

}  // namespace enks::http
