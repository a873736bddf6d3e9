#include "http/transfer.h"

#include <fmt/core.h>

#include <csignal>
#include <new>
#include <utility>

#include "http/header_field.h"

namespace enks::http {
namespace {

constexpr long kOn = 1;
constexpr long kOff = 0;
constexpr long kNameMatches = 2;

// All header lines of one answer; servers send a few hundred bytes.
constexpr std::size_t kHeaderBytesMax = 64 * 1024;

std::string_view WithoutBlanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// The part of a URL that an error message may name: no user, no password, no path, no query.
std::string_view HostOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  const std::size_t user = url.rfind('@');
  if (user != std::string_view::npos) url.remove_prefix(user + 1);
  return url;
}

}  // namespace

void InitialiseCurl() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (done != CURLE_OK) throw std::bad_alloc();
  // With TLS, OpenSSL writes to the socket itself and would raise the signal.
  std::signal(SIGPIPE, SIG_IGN);
}

Transfer::Transfer() : easy_(curl_easy_init()) {
  if (easy_ == nullptr) throw std::bad_alloc();
}

Status Transfer::Prepare(std::string_view method, std::string_view url, const Headers& headers,
                         std::string_view body, const Client::Options& options) {
  if (!IsHeaderName(method)) return absl::InvalidArgumentError("a request without a method");
  ENKS_ASSIGN(HeaderList list, MakeList(headers));
  // Forgets the last call's options and keeps its connections.
  curl_easy_reset(easy_.get());
  list_ = std::move(list);
  host_ = HostOf(url);
  answer_bytes_max_ = options.answer_bytes_max;
  header_bytes_ = 0;
  is_too_long_ = false;
  response_ = {};
  error_text_[0] = '\0';
  SetLimits(options);
  SetRequest(std::string(method), url, body.data() == nullptr ? std::string_view("") : body);
  return absl::OkStatus();
}

Result<Transfer::HeaderList> Transfer::MakeList(const Headers& headers) {
  // libcurl would wait for a "100 Continue" before larger bodies; no server of ours needs that.
  HeaderList list(curl_slist_append(nullptr, "Expect:"));
  for (const auto& [name, value] : headers) {
    if (!IsHeaderName(name) || !IsHeaderValue(value)) {
      return absl::InvalidArgumentError("a header field of a request holds forbidden characters");
    }
    // A field without a value ends in a semicolon; a colon would mean "leave it out".
    const std::string line = value.empty() ? name + ";" : name + ": " + value;
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    (void)list.release();
    list.reset(longer);
  }
  return list;
}

void Transfer::SetLimits(const Client::Options& options) {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, kOff);
  // As it is by default; said here so that nobody has to know.
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, kOn);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, kNameMatches);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, kOn);  // timeouts without signals: we have threads
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options.total_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_);
}

void Transfer::SetRequest(const std::string& method, std::string_view url, std::string_view body) {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_URL, std::string(url).c_str());
  if (!body.empty() || method == "POST" || method == "PUT") {
    curl_easy_setopt(easy, CURLOPT_POST, kOn);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  } else if (method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, kOn);
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list_.get());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
}

std::size_t Transfer::OnBody(const char* data, std::size_t, std::size_t size, void* transfer) {
  auto& self = *static_cast<Transfer*>(transfer);
  if (size > self.answer_bytes_max_ - self.response_.body.size()) {
    self.is_too_long_ = true;
    return 0;  // ends the transfer
  }
  self.response_.body.append(data, size);
  return size;
}

std::size_t Transfer::OnHeader(const char* data, std::size_t, std::size_t size, void* transfer) {
  auto& self = *static_cast<Transfer*>(transfer);
  self.header_bytes_ += size;
  if (self.header_bytes_ > kHeaderBytesMax) {
    self.is_too_long_ = true;
    return 0;
  }
  auto& headers = self.response_.headers;
  const std::string_view line(data, size);
  // Each answer begins with a status line; those before the last are of the kind 100 Continue.
  if (line.starts_with("HTTP/")) headers.clear();
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && !line.starts_with("HTTP/")) {
    headers.emplace_back(line.substr(0, colon), WithoutBlanks(line.substr(colon + 1)));
  }
  return size;
}

Status Transfer::Failure(CURLcode code) const {
  if (is_too_long_) {
    return absl::ResourceExhaustedError(
        fmt::format("the answer from {} is longer than {} bytes", host_,
                    header_bytes_ > kHeaderBytesMax ? kHeaderBytesMax : answer_bytes_max_));
  }
  const std::string text =
      fmt::format("no answer from {}: {}", host_,
                  error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(code));
  if (code == CURLE_OPERATION_TIMEDOUT) return absl::DeadlineExceededError(text);
  if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT) {
    return absl::InvalidArgumentError(
        fmt::format("{} is not the host of a URL that begins with http:// or https://", host_));
  }
  return absl::UnavailableError(text);
}

Result<Response> Transfer::Finish(CURLcode code) {
  if (is_too_long_ || code != CURLE_OK) return Failure(code);
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

}  // namespace enks::http
