#include "attestation/app_signature.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/bytes.h"

namespace enks::attestation {
namespace {

const crypto::Sha256Digest kDigest = crypto::Sha256(base::AsBytes("certificate"));
const crypto::Sha256Digest kOther = crypto::Sha256(base::AsBytes("another"));

std::string WithColons(const crypto::Sha256Digest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += (text.empty() ? "" : ":") + base::ToHex({&byte, 1});
  }
  return text;
}

TEST(AppSignatureTest, ADigestIsReadHoweverToolsShowIt) {
  for (const std::string& text : {base::ToBase64(kDigest), base::ToBase64Url(kDigest),
                                  base::ToHex(kDigest), WithColons(kDigest)}) {
    EXPECT_EQ(ParseCertificateDigest(text), kDigest) << text;
  }
}

TEST(AppSignatureTest, OtherSizesAndOtherTextAreNoDigest) {
  for (const std::string& text :
       {std::string(), std::string("AAAA"), base::ToHex(kDigest) + "00",
        base::ToHex(kDigest).substr(2), base::ToBase64(base::Bytes(33)),
        base::ToBase64(base::Bytes(31)), "sha256/" + base::ToBase64(kDigest)}) {
    EXPECT_EQ(ParseCertificateDigest(text), std::nullopt) << text;
  }
}

TEST(AppSignatureTest, EveryClaimedDigestMustBeAllowed) {
  const std::string digest = base::ToBase64(kDigest);
  const std::string other = base::ToBase64(kOther);
  EXPECT_TRUE(AreSigningDigests({digest}, {kDigest}));
  EXPECT_TRUE(AreSigningDigests({digest, other}, {kOther, kDigest}));
  EXPECT_FALSE(AreSigningDigests({digest, other}, {kDigest}));
  EXPECT_FALSE(AreSigningDigests({other}, {kDigest}));
  EXPECT_FALSE(AreSigningDigests({}, {kDigest}));
  EXPECT_FALSE(AreSigningDigests({digest}, {}));
  EXPECT_FALSE(AreSigningDigests({base::ToHex(kDigest)}, {kDigest}));
}

}  // namespace
}  // namespace enks::attestation
