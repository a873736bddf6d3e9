#include "exportfile/deflate.h"

#include <isa-l/igzip_lib.h>

#include <array>

#include "base/check.h"

namespace enks::exportfile {
namespace {

constexpr int kLevel = 1;
constexpr std::size_t kOutBytes = 64 * 1024;

}  // namespace

struct DeflateStream::State {
  isal_zstream stream;
  std::array<std::uint8_t, ISAL_DEF_LVL1_DEFAULT> level_buffer;
  std::array<std::uint8_t, kOutBytes> out;
};

DeflateStream::DeflateStream(base::PendingFile& out)
    : out_(out), state_(std::make_unique<State>()) {
  isal_zstream& stream = state_->stream;
  isal_deflate_init(&stream);
  stream.level = kLevel;
  stream.level_buf = state_->level_buffer.data();
  stream.level_buf_size = static_cast<std::uint32_t>(state_->level_buffer.size());
  stream.gzip_flag = IGZIP_DEFLATE;
  stream.flush = NO_FLUSH;
}

DeflateStream::~DeflateStream() = default;

Status DeflateStream::Write(base::ByteView bytes) {
  return Run(bytes, End::kNo);
}

Status DeflateStream::Finish() {
  return Run({}, End::kYes);
}

Status DeflateStream::Run(base::ByteView bytes, End end) {
  ENKS_CHECK(bytes.size() <= UINT32_MAX);
  isal_zstream& stream = state_->stream;
  // ISA-L reads its input but declares it writable.
  stream.next_in = const_cast<std::uint8_t*>(bytes.data());
  stream.avail_in = static_cast<std::uint32_t>(bytes.size());
  stream.end_of_stream = end == End::kYes ? 1 : 0;
  do {
    stream.next_out = state_->out.data();
    stream.avail_out = kOutBytes;
    ENKS_CHECK(isal_deflate(&stream) == COMP_OK);
    const std::size_t made = kOutBytes - stream.avail_out;
    ENKS_TRY(out_.Append(base::ByteView(state_->out.data(), made)));
    compressed_bytes_ += made;
  } while (stream.avail_out == 0);
  ENKS_CHECK(stream.avail_in == 0);
  return absl::OkStatus();
}

}  // namespace enks::exportfile
