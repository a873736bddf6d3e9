#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "crypto/certificate.h"
#include "crypto/openssl.h"

namespace enks::crypto {
namespace {

using StorePtr = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
using ContextPtr = std::unique_ptr<X509_STORE_CTX, Free<X509_STORE_CTX_free>>;
struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
using StackPtr = std::unique_ptr<STACK_OF(X509), FreeStack>;

// OpenSSL lets a certificate without extendedKeyUsage be used for anything.
bool NamesTlsServer(X509* leaf) {
  return (X509_get_extension_flags(leaf) & EXFLAG_XKUSAGE) != 0 &&
         (X509_get_extended_key_usage(leaf) & XKU_SSL_SERVER) != 0;
}

Status Refused(std::string_view why) {
  return absl::InvalidArgumentError({why.data(), why.size()});
}

}  // namespace

struct ChainVerifier::Anchors {
  StorePtr store;
};

ChainVerifier::ChainVerifier(std::vector<Certificate> anchors, ChainPurpose purpose)
    : anchors_(std::move(anchors)), purpose_(purpose) {
  const ErrorQueueCleaner cleaner;
  StorePtr store(X509_STORE_new());
  ENKS_CHECK(store != nullptr);
  for (const Certificate& anchor : anchors_) {
    // A second certificate equal to one that is there is no error.
    X509_STORE_add_cert(store.get(), anchor.Handle());
  }
  prepared_ = std::make_shared<const Anchors>(Anchors{std::move(store)});
}

Status ChainVerifier::Verify(const Certificate& leaf, const std::vector<Certificate>& untrusted,
                             base::UnixTime now, std::size_t chain_max) const {
  const ErrorQueueCleaner cleaner;
  // The keys are looked at before any of them has to work, a hostile one may be slow.
  if (!leaf.Key().ok() || !std::ranges::all_of(untrusted, [](const Certificate& certificate) {
        return certificate.Key().ok();
      })) {
    return Refused("a certificate has a key of a kind or size that is not taken");
  }
  const StackPtr others(sk_X509_new_null());
  for (const Certificate& certificate : untrusted) sk_X509_push(others.get(), certificate.Handle());
  const ContextPtr context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), prepared_->store.get(), leaf.Handle(),
                                      others.get()) != 1) {
    return absl::InternalError("OpenSSL could not set up the verification of a chain");
  }
  X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(rules, now.time_since_epoch().count());
  // OpenSSL counts the certificates between leaf and anchor.
  X509_VERIFY_PARAM_set_depth(rules, static_cast<int>(chain_max) - 1);
  // An anchor is one because the operator says so, be it self-signed or not.
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
  if (purpose_ == ChainPurpose::kTlsServer) {
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
  }
  if (purpose_ == ChainPurpose::kTlsServer && !NamesTlsServer(leaf.Handle())) {
    return Refused("the certificate is not one of a TLS server");
  }
  if (X509_verify_cert(context.get()) != 1) {
    return Refused(X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())));
  }
  return absl::OkStatus();
}

}  // namespace enks::crypto
