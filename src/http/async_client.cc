#include "http/async_client.h"

#include <deque>
#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

#include "base/check.h"
#include "http/transfer.h"

namespace enks::http {
namespace {

constexpr long kOn = 1;

// How long the thread sleeps at most when nothing happens. Calls, answers and Stop() wake it.
constexpr int kPollMillisecondsMax = 10'000;

struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

CallOutcome OutcomeOf(CURLcode code, bool has_answer_begun) {
  switch (code) {
    case CURLE_OK:
      return CallOutcome::kAnswered;
    case CURLE_OPERATION_TIMEDOUT:
      return CallOutcome::kTimedOut;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return CallOutcome::kNotTrusted;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return CallOutcome::kBadRequest;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
      return has_answer_begun ? CallOutcome::kBadAnswer : CallOutcome::kNoConnection;
    default:
      return CallOutcome::kBadAnswer;
  }
}

class MultiClient final : public AsyncClient {
 public:
  explicit MultiClient(const Options& options) : options_(options), multi_(curl_multi_init()) {
    if (multi_ == nullptr) throw std::bad_alloc();
    thread_ = std::thread([this] { Loop(); });
  }
  ~MultiClient() override { Stop(); }
  MultiClient(const MultiClient&) = delete;
  MultiClient& operator=(const MultiClient&) = delete;

  void Send(Call call, Done done) override;
  void Stop() override;

 private:
  struct UnderWay {
    UnderWay(Call sent, Done when_done) : call(std::move(sent)), done(std::move(when_done)) {}

    Call call;
    Done done;
    Transfer transfer;
  };
  using UnderWayPtr = std::unique_ptr<UnderWay>;

  void Loop();
  bool TakeSent();
  void Begin(UnderWayPtr exchange);
  void FinishWhatIsDone();
  void GiveUpAll();
  void Tell(UnderWay& exchange, CallResult result);

  const Options options_;
  const std::unique_ptr<CURLM, FreeMulti> multi_;
  std::map<CURL*, UnderWayPtr> under_way_;  // the thread's

  std::mutex mutex_;
  std::deque<UnderWayPtr> sent_;  // not yet taken by the thread; guarded by mutex_
  std::size_t calls_ = 0;         // not yet told; guarded by mutex_
  bool is_stopping_ = false;      // guarded by mutex_
  std::once_flag joined_;
  std::thread thread_;
};

void MultiClient::Send(Call call, Done done) {
  CallOutcome refusal = CallOutcome::kStopped;
  {
    const std::lock_guard lock(mutex_);
    if (!is_stopping_ && calls_ < options_.calls_max) {
      ++calls_;
      sent_.push_back(std::make_unique<UnderWay>(std::move(call), std::move(done)));
      curl_multi_wakeup(multi_.get());
      return;
    }
    if (!is_stopping_) refusal = CallOutcome::kTooMany;
  }
  done({refusal, {}});
}

void MultiClient::Stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  curl_multi_wakeup(multi_.get());
  std::call_once(joined_, [this] { thread_.join(); });
}

void MultiClient::Loop() {
  while (TakeSent()) {
    int running = 0;
    ENKS_CHECK(curl_multi_perform(multi_.get(), &running) == CURLM_OK);
    FinishWhatIsDone();
    ENKS_CHECK(curl_multi_poll(multi_.get(), nullptr, 0, kPollMillisecondsMax, nullptr) ==
               CURLM_OK);
  }
  GiveUpAll();
}

// False when it is time to stop.
bool MultiClient::TakeSent() {
  std::deque<UnderWayPtr> sent;
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) return false;
    sent.swap(sent_);
  }
  for (UnderWayPtr& exchange : sent) Begin(std::move(exchange));
  return true;
}

void MultiClient::Begin(UnderWayPtr exchange) {
  const Call& call = exchange->call;
  const Status ready = exchange->transfer.Prepare(call.method, call.url, call.headers, call.body,
                                                  {.connect_timeout = call.timeout,
                                                   .total_timeout = call.timeout,
                                                   .answer_bytes_max = options_.answer_bytes_max});
  if (!ready.ok()) return Tell(*exchange, {CallOutcome::kBadRequest, {}});
  CURL* const handle = exchange->transfer.handle();
  curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, kOn);
  curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, kOn);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  // A name server that hangs must not hold up the thread when a call is over: the resolver's own
  // thread is left behind to end by itself.
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, kOn);
  ENKS_CHECK(curl_multi_add_handle(multi_.get(), handle) == CURLM_OK);
  under_way_.emplace(handle, std::move(exchange));
}

void MultiClient::FinishWhatIsDone() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const handle = message->easy_handle;
    const CURLcode code = message->data.result;  // gone once the handle is removed
    curl_multi_remove_handle(multi_.get(), handle);
    const auto node = under_way_.extract(handle);
    ENKS_CHECK(!node.empty());
    Transfer& transfer = node.mapped()->transfer;
    auto response = transfer.Finish(code);
    CallResult result{OutcomeOf(code, transfer.HasAnswerBegun()), {}};
    if (response.ok()) result.response = *std::move(response);
    Tell(*node.mapped(), std::move(result));
  }
}

void MultiClient::GiveUpAll() {
  for (auto& [handle, exchange] : std::exchange(under_way_, {})) {
    curl_multi_remove_handle(multi_.get(), handle);
    Tell(*exchange, {CallOutcome::kStopped, {}});
  }
  std::deque<UnderWayPtr> sent;
  {
    const std::lock_guard lock(mutex_);
    sent.swap(sent_);
  }
  for (const UnderWayPtr& exchange : sent) Tell(*exchange, {CallOutcome::kStopped, {}});
}

// Frees the call's place first, so that `done` may send another.
void MultiClient::Tell(UnderWay& exchange, CallResult result) {
  {
    const std::lock_guard lock(mutex_);
    --calls_;
  }
  std::exchange(exchange.done, nullptr)(std::move(result));
}

}  // namespace

std::unique_ptr<AsyncClient> AsyncClient::Create(const Options& options) {
  InitialiseCurl();
  return std::make_unique<MultiClient>(options);
}

}  // namespace enks::http
