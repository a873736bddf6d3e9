#include "crypto/rsa.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "crypto/digest.h"
#include "crypto/ecdsa.h"

namespace enks::crypto {
namespace {

using base::AsBytes;
using base::ToHex;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Made by the program openssl for this test; it protects nothing.
constexpr std::string_view kPkcs1 = R"(-----BEGIN RSA PRIVATE KEY-----
MIIEowIBAAKCAQEA2n4pwR9tzB2IJ7R/tm5t0RXR7tkzqg2Nin88eWwvfa0IwvXe
rTt3/6pR9Vu4oSjuttfbP0JoDiHLJ45CO0s7YSncMvri1VnrTIYVYQH7+FKehG/7
1J9RNx1IENJ8+Cbiy4+ihrNihSsQ0aSoA6PYbwV5G6O6MTJlB5I/y8C1iXYTtGRN
H+kAav9KpyAhUkV/90icXT0xwzLWckc7fDh8FYYm5cdHk/V5joxgcLRABf7bWJ5s
ETmrcpodLoM75H+cBnroevzVeSGHwCsrYkfpr3tnc8lObrl9zC9uDNqTDwf4iObO
RYhJ0fw5J7CB3a62I41hr1D2OkTDVSluFTYjxwIDAQABAoIBABAiGw+CtGxLIp0a
mQg4TOKQnmY+YoVkJ8yPYECaVO1jjqSQBse61D2sGWN+c3pu7SV8zdh0x6iCJUqV
Q122dzrRnkv4tjFzyMnnPVfi5Mnta9KypCE15wd59t11yrrWFY6wsJsKpDPaE2Kv
f6Uj1DI/xgqyQxLT5PLeAS5DMK8RcR6yPYYq8eaQHookDPQUukhW65CqIepdPjjB
m/oH05j5lnvOTIy1jcPaQzLRXheDHeSGyqMSrc/xayYkl08hdj7Ap+XqNujsMO5S
kpYElae0ULjiIb9KJyMbEDGnqYWl+9qTyaiZZq4s9VudjLRTkLO9DcCII1EnxpqL
BckyS20CgYEA+syqiCZ+LRSOyTu6oBswycYi/EWSFJ4jglSxV2XVbLpyx26lvNmc
5WKvyZyDQ0Qu8OO0BchjIVludDA7H1PYWy0cY6KFM/uPB4GnuEniYV3O21Keb4UJ
k9Yy5iF/ua7ZPUONXoAtbfzfJ1nX0m13RfyVURF45paWT9M5Wd0LsQ0CgYEA3wYA
arGR0/1cXvwB3AXR4u82QlihSZvZ26rVRcERJM8fkaXxX67jJ/UE0XUSFrYysnYm
KTU4pJG0H7pTWxDCDfkJPgYtXbveEeY/MZJg+4zPknnfp8IYddY8HtqZ+lft+JAl
E/LLVt5vPeBHWzd02LtIbo59nbV8nOmnVuPu6yMCgYAMimFYj3wtquJ843SwfsuQ
u0ySirQEPegOo0d+1EO4vRXyLPEyoTr8KVQa462Ylnc2alxdEakLSNqCCstaBKpD
3NyXis/YSpLbUDtftqoQLk2in932O5PABazj3vbxBPIt4wvVltkur79Ey3REPF8D
a97Xf+UouoznjutGOAxWnQKBgFh1PvESoS6eDWc3OV2ViVwjWTgTg1V41X5FUfYq
z6vz4yeX1BcJfNu6WUDi2FvdxFn4dsZdb6wGhpUXCDzUdsOoBTxuosvM2hXrZyE4
V/MuNJ56bHVTjPQgFxR9zBj5i0/NjIdPA8veyeyW6naJlnToQ6BmL/i/pT9vhYn3
OipVAoGBAKXCMjPPe9F2jD1ZkjepbqEPqT0eFHYM7Vp7EVCeNcTuNdi6ePATkRTG
ms8xZcI6vk2YfZGMeKSZagoJKroIQCOsiuic5SaaagrtNwfafqUC0J2+H2GSl0lv
Ghg+YcS3VIa7ahsY4hzZG7fIn3MEBGPi+RSdfW0Mqq3NAIllReZu
-----END RSA PRIVATE KEY-----
)";
constexpr std::string_view kWeak = R"(-----BEGIN PRIVATE KEY-----
MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAKsOkHHWfASaMSGZ
BgaUvOUdgQdduXmy+QaBzpyWbQAb8Guv8859/ir7TfzIzKA8KwskbAq1ZD4IQNBS
wxpXTApRSvZImmYNWyhfIzn/KJGMw535Dm5SJbcm5piELuiJrz+7G0zmsoaFqb/m
gtPZg3sZyQqAkntztu3GJ7ZwkfvbAgMBAAECgYAOVFABWUhWUlxfRiRdFMSmJMyU
Q2OwMC/wPZuDPo6u/agsPTcdSyypiRfFX0TU/3VTn591XjChiat0SBqT8FAsQe5U
/qtVQCZGm4ylbVjopzMTFDUCUApPK7AY19vibmby9v6E6WBTTcoM1JPIc1XhPAuw
TDktFjgZcbBivWDLwQJBAOGaeZMpKytLx6Hn2bTC5x5+WkP9IIl9j3upgD629fEf
yB7yT4ne/XHafQiI+zVieuvO60AOXqFPUeym0l4QCUsCQQDCGqrrVOHvypwPnaCM
IU5IyuTNN8vSszJM/Iim/C1uEAJ6PMPrRUgRybrdM4bMroskJEKCMis2Uxtwl+gA
EE2xAkADRS/5+CDOEd0k9a1sN18OTBqW3bZ5B77qtfxL7G8IPcOy3yRUBU17NwWU
+BdcIL9TZ751QUAR6opvecOW5XidAkEAp4aCq/enxOD2jpe6ABeizDqo/OHCPcjB
iiaO/qg5wXt51+xoH7+88vVMHSwilLe0iW3uJRaNqyZRUX0aFCv+EQJBAMKJvlET
YxfQZtWU6ZO7/rNAWtMwIP1gsHyuXQw51Lub/ZjQ8O4DoTYKJVL6uEYwlKNMeAIh
Tl/KUO4qRdp/42c=
-----END PRIVATE KEY-----
)";

RsaPrivateKey TestKey() {
  auto key = RsaPrivateKey::FromPem(kPkcs1);
  EXPECT_TRUE(key.ok()) << key.status();
  return *std::move(key);
}

TEST(RsaTest, SignsAsTheProgramOpensslDoes) {
  const RsaPrivateKey key = TestKey();
  // PKCS #1 v1.5 knows no randomness: of one key and text there is one signature.
  EXPECT_EQ(ToHex(Sha256(key.SignSha256(AsBytes("hello")))),
            "3d25e404ac9345b24401d6c780a027ddc2bff8315ca9933c9b0ae81715618bbd");
  EXPECT_EQ(ToHex(Sha256(key.PublicKey().Spki())),
            "6842f84acb3f82b99fa5f4f81ac9e6b65d64442d4144733705acab14c2a665d5");
}

TEST(RsaTest, ASignatureVerifiesAndAnyChangeIsSeen) {
  const RsaPrivateKey key = RsaPrivateKey::Generate();
  Bytes signature = key.SignSha256(AsBytes("hello"));
  EXPECT_EQ(signature.size(), 256U);
  EXPECT_TRUE(key.PublicKey().VerifySha256(AsBytes("hello"), signature));
  EXPECT_FALSE(key.PublicKey().VerifySha256(AsBytes("hallo"), signature));
  EXPECT_FALSE(TestKey().PublicKey().VerifySha256(AsBytes("hello"), signature));
  signature[100] ^= 1;
  EXPECT_FALSE(key.PublicKey().VerifySha256(AsBytes("hello"), signature));
}

TEST(RsaTest, KeysSurviveTheirPemForm) {
  const std::string pem = TestKey().ToPem();
  EXPECT_THAT(pem, StartsWith("-----BEGIN PRIVATE KEY-----"));
  const auto again = RsaPrivateKey::FromPem(pem);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->PublicKey().Spki(), TestKey().PublicKey().Spki());
}

TEST(RsaTest, OtherKeysAndOtherTextAreRefusedInWords) {
  const auto message = [](std::string_view pem) {
    return RsaPrivateKey::FromPem(pem).status().ToString();
  };
  EXPECT_THAT(message(""), HasSubstr("not an unencrypted PEM private key"));
  EXPECT_THAT(message(kPkcs1.substr(0, 400)), HasSubstr("not an unencrypted PEM private key"));
  EXPECT_THAT(message(kWeak), HasSubstr("not RSA of 2048 to 4096 bits"));
  EXPECT_THAT(message(EcdsaPrivateKey::Generate().ToPem()),
              HasSubstr("not RSA of 2048 to 4096 bits"));
}

}  // namespace
}  // namespace enks::crypto
