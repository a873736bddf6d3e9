#include "http/client.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <csignal>
#include <new>
#include <string>
#include <utility>

#include "http/header_field.h"

namespace enks::http {
namespace {

constexpr long kOn = 1;
constexpr long kOff = 0;

// Initialises libcurl once in a process; its documentation asks for that before any other call.
void InitialiseLibrary() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (done != CURLE_OK) throw std::bad_alloc();
  // With TLS, OpenSSL writes to the socket itself and would raise the signal.
  std::signal(SIGPIPE, SIG_IGN);
}

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

// What one call receives.
struct Receiving {
  Response response;
  std::size_t bytes_max = 0;
  bool is_too_long = false;
};

std::size_t OnBody(const char* data, std::size_t, std::size_t size, void* context) {
  auto& receiving = *static_cast<Receiving*>(context);
  if (size > receiving.bytes_max - receiving.response.body.size()) {
    receiving.is_too_long = true;
    return 0;  // ends the transfer
  }
  receiving.response.body.append(data, size);
  return size;
}

std::string_view WithoutBlanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::size_t OnHeader(const char* data, std::size_t, std::size_t size, void* context) {
  auto& headers = static_cast<Receiving*>(context)->response.headers;
  const std::string_view line(data, size);
  // Each answer begins with a status line; those before the last are of the kind 100 Continue.
  if (line.starts_with("HTTP/")) headers.clear();
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && !line.starts_with("HTTP/")) {
    headers.emplace_back(line.substr(0, colon), WithoutBlanks(line.substr(colon + 1)));
  }
  return size;
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

Result<HeaderList> MakeList(const Headers& headers) {
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

Status TransferError(CURLcode code, const char* detail, std::string_view url) {
  const std::string text = fmt::format("no answer from {}: {}", HostOf(url),
                                       detail[0] != '\0' ? detail : curl_easy_strerror(code));
  if (code == CURLE_OPERATION_TIMEDOUT) return absl::DeadlineExceededError(text);
  if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT) {
    return absl::InvalidArgumentError(fmt::format(
        "{} is not the host of a URL that begins with http:// or https://", HostOf(url)));
  }
  return absl::UnavailableError(text);
}

class CurlClient final : public Client {
 public:
  explicit CurlClient(const Options& options) : options_(options), easy_(curl_easy_init()) {
    if (easy_ == nullptr) throw std::bad_alloc();
  }

  Result<Response> Send(std::string_view method, std::string_view url, const Headers& headers,
                        std::string_view body) override;

 private:
  void SetLimits();
  void SetRequest(const std::string& method, const std::string& url, std::string_view body);

  const Options options_;
  const std::unique_ptr<CURL, FreeEasy> easy_;
  char error_text_[CURL_ERROR_SIZE] = {};
};

void CurlClient::SetLimits() {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, kOff);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, kOn);  // timeouts without signals: we have threads
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.total_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_);
}

void CurlClient::SetRequest(const std::string& method, const std::string& url,
                            std::string_view body) {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  if (!body.empty() || method == "POST" || method == "PUT") {
    curl_easy_setopt(easy, CURLOPT_POST, kOn);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  } else if (method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, kOn);
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
}

Result<Response> CurlClient::Send(std::string_view method, std::string_view url,
                                  const Headers& headers, std::string_view body) {
  if (!IsHeaderName(method)) return absl::InvalidArgumentError("a request without a method");
  ENKS_ASSIGN(const HeaderList list, MakeList(headers));
  // Forgets the last call's options and keeps its connections.
  curl_easy_reset(easy_.get());
  error_text_[0] = '\0';
  Receiving receiving{.response = {}, .bytes_max = options_.answer_bytes_max};
  SetLimits();
  const std::string method_text(method), url_text(url);
  SetRequest(method_text, url_text, body.data() == nullptr ? std::string_view("") : body);
  curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, list.get());
  curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, &receiving);
  curl_easy_setopt(easy_.get(), CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(easy_.get(), CURLOPT_HEADERDATA, &receiving);
  const CURLcode code = curl_easy_perform(easy_.get());
  if (receiving.is_too_long) {
    return absl::ResourceExhaustedError(fmt::format("the answer from {} is longer than {} bytes",
                                                    HostOf(url), options_.answer_bytes_max));
  }
  if (code != CURLE_OK) return TransferError(code, error_text_, url);
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  receiving.response.status = static_cast<int>(status);
  return std::move(receiving.response);
}

}  // namespace

std::unique_ptr<Client> Client::Create(const Options& options) {
  InitialiseLibrary();
  return std::make_unique<CurlClient>(options);
}

}  // namespace enks::http
