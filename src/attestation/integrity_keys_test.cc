#include "attestation/integrity_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/base64.h"
#include "crypto/public_key.h"
#include "crypto/rsa.h"

namespace enks::attestation {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kDecryption = "qERLtjqXK5IGz93mvLv70Xv6iPUtR5JdGFk2U79iwxw=";
const std::string kVerification =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYM2/OJn7F8n67NZ6gRgUyRObBLQAVCFxp1kpch0VC5hYem4ys4Gbs8wIZ6"
    "SDU9E7bTCTCuJA6Zn/n7bhzlTQOQ==";
const std::string kText =
    "DECRYPTION_KEY=" + kDecryption + "\nVERIFICATION_KEY=" + kVerification + "\n";

std::string ProblemOf(const std::string& text) {
  return IntegrityKeys::FromText(text).status().ToString();
}

TEST(IntegrityKeysTest, AreReadFromTheTextOfPlayConsole) {
  const auto keys = IntegrityKeys::FromText(kText);
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ(base::ToBase64(keys->decryption_key().Expose()), kDecryption);
  const auto general = crypto::PublicKey::FromPem(keys->verification_key().ToPem());
  EXPECT_EQ(base::ToBase64(general->Spki()), kVerification);
}

TEST(IntegrityKeysTest, LinesMayStandInAnyOrderWithAnyEnd) {
  EXPECT_TRUE(IntegrityKeys::FromText("\r\nVERIFICATION_KEY=" + kVerification +
                                      "\r\n\r\n DECRYPTION_KEY= " + kDecryption + " \r\n")
                  .ok());
  EXPECT_TRUE(IntegrityKeys::FromText(kText.substr(0, kText.size() - 1)).ok());
}

TEST(IntegrityKeysTest, AMissingOrRepeatedOrUnknownLineIsNamed) {
  EXPECT_THAT(ProblemOf(""), HasSubstr("is missing"));
  EXPECT_THAT(ProblemOf("DECRYPTION_KEY=" + kDecryption), HasSubstr("is missing"));
  EXPECT_THAT(ProblemOf("VERIFICATION_KEY=" + kVerification), HasSubstr("is missing"));
  EXPECT_THAT(ProblemOf(kText + kText), HasSubstr("twice"));
  EXPECT_THAT(ProblemOf(kText + "OTHER=1"), HasSubstr("neither"));
}

TEST(IntegrityKeysTest, TheDecryptionKeyHas32Bytes) {
  for (const std::size_t size : {0U, 16U, 31U, 33U, 64U}) {
    const auto keys =
        IntegrityKeys::FromValues(base::ToBase64(base::Bytes(size, 7)), kVerification);
    EXPECT_THAT(keys.status().ToString(), HasSubstr("not 32 bytes")) << size;
  }
  EXPECT_FALSE(IntegrityKeys::FromValues("?", kVerification).ok());
}

TEST(IntegrityKeysTest, TheVerificationKeyIsOneOnP256) {
  const std::string rsa = base::ToBase64(crypto::RsaPrivateKey::Generate().PublicKey().Spki());
  for (const std::string& key : {rsa, std::string(), std::string("AAAA"), std::string("?"),
                                 kVerification.substr(0, kVerification.size() - 4)}) {
    EXPECT_FALSE(IntegrityKeys::FromValues(kDecryption, key).ok()) << key;
  }
}

TEST(IntegrityKeysTest, NoRefusalRepeatsASecret) {
  EXPECT_THAT(ProblemOf("DECRYPTION_KEY=" + kDecryption + "?\nVERIFICATION_KEY=" + kVerification),
              Not(HasSubstr("qERL")));
  EXPECT_THAT(ProblemOf(kDecryption), Not(HasSubstr("qERL")));
}

}  // namespace
}  // namespace enks::attestation
