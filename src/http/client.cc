#include "http/client.h"

#include "http/transfer.h"

namespace enks::http {
namespace {

class CurlClient final : public Client {
 public:
  explicit CurlClient(const Options& options) : options_(options) {}

  Result<Response> Send(std::string_view method, std::string_view url, const Headers& headers,
                        std::string_view body) override {
    ENKS_TRY(transfer_.Prepare(method, url, headers, body, options_));
    return transfer_.Finish(curl_easy_perform(transfer_.handle()));
  }

 private:
  const Options options_;
  Transfer transfer_;
};

}  // namespace

std::unique_ptr<Client> Client::Create(const Options& options) {
  InitialiseCurl();
  return std::make_unique<CurlClient>(options);
}

}  // namespace enks::http
