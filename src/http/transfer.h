#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/client.h"
#include "http/message.h"

// What the two clients share around libcurl. Included by .cc files of http/ only.
namespace enks::http {

// Initialises libcurl once in a process; its documentation asks for that before any other call.
void InitialiseCurl();

// One exchange after another on one handle of libcurl: http and https only, certificates checked,
// redirects not followed, no signals. Not thread-safe.
class Transfer {
 public:
  Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Forgets the last exchange. `body` must stay until Finish(). kInvalidArgument for a method or a
  // header field that could break out of its line.
  Status Prepare(std::string_view method, std::string_view url, const Headers& headers,
                 std::string_view body, const Client::Options& options);
  CURL* handle() { return easy_.get(); }

  // What became of it, once libcurl gave `code`; as Client::Send().
  Result<Response> Finish(CURLcode code);
  // Whether any of an answer has arrived.
  bool HasAnswerBegun() const { return header_bytes_ > 0; }

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  using HeaderList = std::unique_ptr<curl_slist, FreeList>;

  static Result<HeaderList> MakeList(const Headers& headers);
  static std::size_t OnBody(const char* data, std::size_t, std::size_t size, void* transfer);
  static std::size_t OnHeader(const char* data, std::size_t, std::size_t size, void* transfer);
  void SetLimits(const Client::Options& options);
  void SetRequest(const std::string& method, std::string_view url, std::string_view body);
  Status Failure(CURLcode code) const;

  const std::unique_ptr<CURL, FreeEasy> easy_;
  HeaderList list_;
  std::string host_;  // for error texts
  std::size_t answer_bytes_max_ = 0;
  std::size_t header_bytes_ = 0;
  bool is_too_long_ = false;
  Response response_;
  char error_text_[CURL_ERROR_SIZE] = {};
};

}  // namespace enks::http
