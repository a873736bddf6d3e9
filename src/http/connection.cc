#include "http/connection.h"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/file_source.h"
#include "http/reply_slot.h"
#include "http/request_reader.h"
#include "http/response_head.h"

namespace enks::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

// Reserved once per connection: a buffer that starts empty makes reads of 512 bytes, and a request
// cost 2.6 times as much when that was measured.
constexpr std::size_t kReadBytes = 16 * 1024;

// After an answer that ends the connection, this much of what the client still sends is read and
// dropped. Closing a socket with unread bytes in it resets the connection, and a client whose
// connection is reset often never sees the answer.
constexpr std::size_t kLingerBytesMax = 256 * 1024;
constexpr std::chrono::seconds kLingerTimeout{2};

constexpr std::int64_t kNoDeadline = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// Errors arrive as values: a client that hangs up is no exception.
constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);

enum class Next { kServeOn, kLinger, kClose };

// Asks a handler. Whatever it does, the reply gets an answer: one that is destroyed unanswered, by
// an exception too, says 500.
void CallHandler(Handler& handler, Request request, Reply reply, base::Log& log,
                 const std::string& route) {
  try {
    handler.Handle(std::move(request), std::move(reply));
  } catch (...) {
    // What the exception says may hold parts of the request, so it is not logged.
    log.Error("a handler threw an exception", {{"route", route}});
  }
}

class AsioConnection final : public Connection {
 public:
  AsioConnection(asio::io_context& loop, int socket_fd, LoopState& state)
      // The protocol given here only matters for calls that this class does not make.
      : socket_(loop, tcp::v4(), socket_fd),
        state_(state),
        reader_(state.limits.header_bytes_max),
        buffer_(state.limits.header_bytes_max + kReadBytes) {
    buffer_.reserve(kReadBytes);
    ErrorCode ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
  }

  void Start(absl::AnyInvocable<void()> done) override;
  void Sweep() override {
    if (state_.sweeps >= deadline_) Close();
  }
  void CloseIfIdle() override {
    if (is_idle_) Close();
  }
  void Close() override;

 private:
  asio::awaitable<void> Run();
  asio::awaitable<Next> ServeNext();
  asio::awaitable<bool> ReadHead();
  asio::awaitable<bool> ReadBody(std::size_t body_bytes_max);
  asio::awaitable<bool> ReadMore();
  asio::awaitable<Response> Answer();
  asio::awaitable<Response> Ask(const Route& route, Request request);
  asio::awaitable<Next> Send(Response response);
  asio::awaitable<bool> Write(std::string_view head, std::string_view body);
  asio::awaitable<bool> WriteFile(FileSource file);
  asio::awaitable<void> Linger();

  void Feed();
  void SetDeadline(std::chrono::seconds timeout);
  AfterAnswer Afterwards(const Response& response) const;
  std::optional<FileSource> OpenFile(Response& response);

  tcp::socket socket_;
  LoopState& state_;
  RequestReader reader_;
  boost::beast::flat_buffer buffer_;     // bytes that were read and not yet used
  std::string method_;                   // of the request being answered
  std::shared_ptr<ReplySlot> waiting_;   // null unless a handler has been asked
  std::int64_t deadline_ = kNoDeadline;  // the sweep that closes this connection
  bool is_idle_ = false;                 // waiting for the first byte of a request
  bool is_closed_ = false;
};

void AsioConnection::Start(absl::AnyInvocable<void()> done) {
  asio::co_spawn(
      socket_.get_executor(), Run(),
      [&log = state_.log, done = std::move(done)](const std::exception_ptr& error) mutable {
        if (error) log.Error("a connection ended in an exception");
        done();
      });
}

void AsioConnection::Close() {
  is_closed_ = true;
  ErrorCode ignored;
  socket_.close(ignored);
  // Wakes the coroutine if it waits for a handler; the answer it gets is not sent any more.
  if (waiting_ != nullptr) waiting_->Give(Response{});
}

// The next sweep may be due at once, hence one more: a deadline never falls before its timeout, and
// at most one sweep after it.
void AsioConnection::SetDeadline(std::chrono::seconds timeout) {
  deadline_ = state_.sweeps + timeout / kSweepPeriod + 1;
}

asio::awaitable<void> AsioConnection::Run() {
  Next next = state_.is_stopping ? Next::kClose : Next::kServeOn;
  while (next == Next::kServeOn && !is_closed_) next = co_await ServeNext();
  if (next == Next::kLinger && !is_closed_) co_await Linger();
  Close();
}

asio::awaitable<Next> AsioConnection::ServeNext() {
  reader_.Begin();
  const bool has_head = co_await ReadHead();
  if (!has_head) co_return Next::kClose;
  method_ = reader_.head().method;
  Response response = co_await Answer();
  if (is_closed_) co_return Next::kClose;
  co_return co_await Send(std::move(response));
}

// False when the client is gone or out of time.
asio::awaitable<bool> AsioConnection::ReadHead() {
  is_idle_ = buffer_.size() == 0;
  // The stop may have begun while the last answer was written, when CloseIfIdle() found this
  // connection busy.
  if (is_idle_ && state_.is_stopping) co_return false;
  SetDeadline(is_idle_ ? state_.limits.idle_timeout : state_.limits.header_timeout);
  while (true) {
    Feed();
    if (reader_.state() != RequestReader::State::kHead) co_return true;
    const bool has_more = co_await ReadMore();
    if (!has_more) co_return false;
    if (is_idle_) SetDeadline(state_.limits.header_timeout);
    is_idle_ = false;
  }
}

asio::awaitable<bool> AsioConnection::ReadBody(std::size_t body_bytes_max) {
  SetDeadline(state_.limits.body_timeout);
  reader_.LimitBody(body_bytes_max);
  if (reader_.expectation() == RequestReader::Expectation::kContinue && buffer_.size() == 0) {
    const bool is_sent = co_await Write(kContinue, {});
    if (!is_sent) co_return false;
    SetDeadline(state_.limits.body_timeout);
  }
  while (true) {
    Feed();
    if (reader_.state() != RequestReader::State::kBody) co_return true;
    const bool has_more = co_await ReadMore();
    if (!has_more) co_return false;
  }
}

void AsioConnection::Feed() {
  const auto bytes = buffer_.data();
  buffer_.consume(reader_.Feed({static_cast<const char*>(bytes.data()), bytes.size()}));
}

asio::awaitable<bool> AsioConnection::ReadMore() {
  if (is_closed_) co_return false;
  // The reader refuses before this could ask for more room than the buffer may have.
  const std::size_t room = std::max(buffer_.capacity() - buffer_.size(), kReadBytes / 4);
  const auto [error, got] = co_await socket_.async_read_some(
      buffer_.prepare(std::min(room, buffer_.max_size() - buffer_.size())), kAwaitTuple);
  if (error || is_closed_) co_return false;
  buffer_.commit(got);
  co_return true;
}

// Reads the body, if the request has one and a route wants it, and gets the answer. A default
// answer stands for a connection that has been closed meanwhile.
asio::awaitable<Response> AsioConnection::Answer() {
  using State = RequestReader::State;
  if (reader_.state() == State::kRefused) co_return Refusal(reader_.refusal_status());
  if (reader_.expectation() == RequestReader::Expectation::kUnknown) co_return Refusal(417);
  const Request& head = reader_.head();
  std::string clean = CleanPath(head.path);
  if (clean != head.path) {
    if (!head.query.empty()) clean.append("?").append(head.query);
    co_return MovedTo(std::move(clean));
  }
  const Route* route = state_.router.Find(head.path);
  if (route == nullptr) co_return NotFound();
  if (reader_.state() == State::kBody) {
    const bool has_body = co_await ReadBody(route->body_bytes_max);
    if (!has_body) Close();
  }
  if (reader_.state() == State::kRefused) co_return Refusal(reader_.refusal_status());
  if (is_closed_) co_return Response{};
  co_return co_await Ask(*route, reader_.Take());
}

asio::awaitable<Response> AsioConnection::Ask(const Route& route, Request request) {
  deadline_ = kNoDeadline;  // the handler's time is the handler's business
  auto initiate = [this, &route, &request](auto completion) {
    auto deliver = [executor = socket_.get_executor(),
                    completion = std::move(completion)](Response response) mutable {
      asio::post(executor,
                 [completion = std::move(completion), response = std::move(response)]() mutable {
                   std::move(completion)(std::move(response));
                 });
    };
    waiting_ = std::make_shared<ReplySlot>(std::move(deliver));
    auto on_dropped = [&log = state_.log, path = route.path] {
      log.Error("a handler gave no answer", {{"route", path}});
    };
    CallHandler(*route.handler, std::move(request), MakeReply(waiting_, std::move(on_dropped)),
                state_.log, route.path);
  };
  Response response = co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Response)>(
      std::move(initiate), asio::use_awaitable);
  waiting_ = nullptr;
  co_return response;
}

AfterAnswer AsioConnection::Afterwards(const Response& response) const {
  // Unless the request was read to its end, the next one cannot be found.
  const bool is_at_end = reader_.state() == RequestReader::State::kWhole;
  if (!is_at_end || response.close || state_.is_stopping || !reader_.keep_alive()) {
    return AfterAnswer::kClose;
  }
  return reader_.is_http_1_0() ? AfterAnswer::kKeepOpenSaySo : AfterAnswer::kKeepOpen;
}

// Opens the file of an answer that sends one; an answer whose file cannot be sent becomes a 500.
std::optional<FileSource> AsioConnection::OpenFile(Response& response) {
  if (!response.file || !SendsBody(response, method_)) return std::nullopt;
  Result<FileSource> file = FileSource::Open(*response.file);
  if (file.ok()) return *std::move(file);
  state_.log.Error("cannot send a file", {{"error", std::string(file.status().message())}});
  response = InternalError();
  return std::nullopt;
}

asio::awaitable<Next> AsioConnection::Send(Response response) {
  if (!IsSendable(response)) {
    state_.log.Error("a handler gave an answer that cannot be sent", {{"status", response.status}});
    response = InternalError();
  }
  std::optional<FileSource> file = OpenFile(response);
  const AfterAnswer after = Afterwards(response);
  const std::string head = ResponseHead(response, method_, after, state_.date);
  const bool sends_text = SendsBody(response, method_) && !file;
  bool is_sent = co_await Write(head, sends_text ? response.body : std::string_view());
  if (is_sent && file) is_sent = co_await WriteFile(*std::move(file));
  if (!is_sent) co_return Next::kClose;
  co_return after == AfterAnswer::kClose ? Next::kLinger : Next::kServeOn;
}

asio::awaitable<bool> AsioConnection::Write(std::string_view head, std::string_view body) {
  while (!head.empty() || !body.empty()) {
    if (is_closed_) co_return false;
    SetDeadline(state_.limits.write_timeout);
    const std::array<asio::const_buffer, 2> pieces = {asio::buffer(head), asio::buffer(body)};
    const auto [error, sent] = co_await socket_.async_write_some(pieces, kAwaitTuple);
    if (error) co_return false;
    const std::size_t of_head = std::min(sent, head.size());
    head.remove_prefix(of_head);
    body.remove_prefix(sent - of_head);
  }
  co_return true;
}

asio::awaitable<bool> AsioConnection::WriteFile(FileSource file) {
  while (file.left() > 0) {
    SetDeadline(state_.limits.write_timeout);
    // Waiting before each piece, not only when the socket is full, lets other connections run.
    const auto [error] = co_await socket_.async_wait(tcp::socket::wait_write, kAwaitTuple);
    if (error || is_closed_) co_return false;
    switch (file.SendSome(socket_.native_handle())) {
      case FileSource::Progress::kSent:
      case FileSource::Progress::kSocketFull:
        break;
      case FileSource::Progress::kFileShrank:
        state_.log.Error("a file became shorter while it was sent");
        co_return false;
      case FileSource::Progress::kSocketError:
        co_return false;
    }
  }
  co_return true;
}

asio::awaitable<void> AsioConnection::Linger() {
  SetDeadline(kLingerTimeout);
  ErrorCode ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  buffer_.clear();
  std::size_t dropped = 0;
  while (dropped < kLingerBytesMax) {
    const bool has_more = co_await ReadMore();
    if (!has_more) co_return;
    dropped += buffer_.size();
    buffer_.clear();
  }
}

}  // namespace

std::unique_ptr<Connection> Connection::Create(asio::io_context& loop, int socket_fd,
                                               LoopState& state) {
  return std::make_unique<AsioConnection>(loop, socket_fd, state);
}

}  // namespace enks::http
