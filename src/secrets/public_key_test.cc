#include "secrets/public_key.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "crypto/ecdsa.h"

namespace enks::secrets {
namespace {

// The key of RFC 6979 appendix A.2.5.
constexpr const char* kPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7\n"
    "Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
    "-----END PUBLIC KEY-----\n";

TEST(PublicKeyOneLine, IsTheBase64OfTheSubjectPublicKeyInfo) {
  const auto line = PublicKeyOneLine(kPem);
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(*line,
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7"
            "Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==");
  // 26 bytes of algorithm, then the uncompressed point of 65 bytes.
  EXPECT_EQ(base::FromAnyBase64(*line)->size(), 91u);
}

TEST(PublicKeyOneLine, APrivateKeyIsRefusedAndNotRepeated) {
  const std::string pem = crypto::EcdsaPrivateKey::Generate().ToPem();
  const auto line = PublicKeyOneLine(pem);
  EXPECT_EQ(line.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(line.status().ToString().find(pem.substr(40, 20)), std::string::npos);
}

}  // namespace
}  // namespace enks::secrets
