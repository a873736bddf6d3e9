#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"
#include "crypto/aes.h"
#include "crypto/digest.h"
#include "crypto/ecdsa.h"
#include "crypto/public_key.h"
#include "crypto/rsa.h"

namespace enks::crypto {
namespace {

using base::AsBytes;
using base::AsText;
using base::FromHex;
using base::ToHex;

TEST(Digest, Sha256MatchesFips180) {
  EXPECT_EQ(ToHex(Sha256(AsBytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256Stream stream;
  stream.Update(AsBytes("a"));
  stream.Update(AsBytes("bc"));
  EXPECT_EQ(stream.Finish(), Sha256(AsBytes("abc")));
}

TEST(Digest, HmacMatchesRfc4231Case2) {
  EXPECT_EQ(ToHex(HmacSha256(AsBytes("Jefe"), AsBytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digest, HmacTakesAnEmptyKey) {
  EXPECT_EQ(ToHex(HmacSha256({}, {})),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Digest, HkdfMatchesRfc5869Cases1And3) {
  const Bytes ikm(22, 0x0b);
  EXPECT_EQ(ToHex(HkdfSha256(ikm, *FromHex("000102030405060708090a0b0c"),
                             *FromHex("f0f1f2f3f4f5f6f7f8f9"), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(ToHex(HkdfSha256(ikm, {}, {}, 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Digest, ConstantTimeComparisonSeesEveryDifference) {
  EXPECT_TRUE(EqualInConstantTime(AsBytes("same"), AsBytes("same")));
  EXPECT_FALSE(EqualInConstantTime(AsBytes("same"), AsBytes("sane")));
  EXPECT_FALSE(EqualInConstantTime(AsBytes("same"), AsBytes("sam")));
}

TEST(Ecdsa, ASignatureVerifiesInBothFormsAndAnyChangeIsSeen) {
  const EcdsaPrivateKey key = EcdsaPrivateKey::Generate();
  const EcdsaPublicKey verifier = key.PublicKey();
  const Sha256Digest digest = Sha256(AsBytes("hello"));
  Bytes der = key.SignDer(digest);
  Bytes raw = key.SignRaw(digest);
  EXPECT_TRUE(verifier.VerifyDer(digest, der));
  EXPECT_TRUE(verifier.VerifyRaw(digest, raw));
  EXPECT_FALSE(verifier.VerifyRaw(Sha256(AsBytes("other")), raw));
  for (std::size_t i = 0; i < raw.size(); ++i) {
    Bytes changed = raw;
    changed[i] ^= 1;
    EXPECT_FALSE(verifier.VerifyRaw(digest, changed)) << "byte " << i;
  }
  EXPECT_FALSE(verifier.VerifyRaw(digest, Bytes(64, 0)));
  EXPECT_FALSE(verifier.VerifyRaw(digest, Bytes(63, 1)));
  EXPECT_FALSE(verifier.VerifyDer(digest, AsBytes("not der")));
  EXPECT_FALSE(EcdsaPrivateKey::Generate().PublicKey().VerifyDer(digest, der));
}

TEST(Ecdsa, ADerSignatureTurnsIntoARawOneAndNothingElseDoes) {
  const EcdsaPrivateKey key = EcdsaPrivateKey::Generate();
  const auto digest = Sha256(AsBytes("message"));
  Bytes der = key.SignDer(digest);
  const auto raw = RawSignature(der);
  ASSERT_TRUE(raw.has_value());
  EXPECT_TRUE(key.PublicKey().VerifyRaw(digest, *raw));
  der.push_back(0);
  EXPECT_FALSE(RawSignature(der).has_value());
  EXPECT_FALSE(RawSignature(Bytes(64, 0)).has_value());
  EXPECT_FALSE(RawSignature({}).has_value());
  // An r of 33 bytes.
  Bytes wide = {0x30, 0x26, 0x02, 0x21, 0x01};
  wide.insert(wide.end(), 32, 0);
  wide.insert(wide.end(), {0x02, 0x01, 0x01});
  EXPECT_FALSE(RawSignature(wide).has_value());
}

TEST(Ecdsa, KeysSurviveTheirPemForm) {
  const EcdsaPrivateKey key = EcdsaPrivateKey::Generate();
  const auto again = EcdsaPrivateKey::FromPem(key.ToPem());
  ASSERT_TRUE(again.ok());
  const auto verifier = EcdsaPublicKey::FromPem(key.PublicKey().ToPem());
  ASSERT_TRUE(verifier.ok());
  const Sha256Digest digest = Sha256(AsBytes("hello"));
  EXPECT_TRUE(verifier->VerifyDer(digest, again->SignDer(digest)));
}

// The public key of RFC 7515 appendix A.3.
constexpr std::string_view kRfcX =
    "7fcdce2770f6c45d4183cbee6fdb4b7b580733357be9ef13bacf6e3c7bd15445";
constexpr std::string_view kRfcY =
    "c7f144cd1bbd9b7e872cdfedb9eeb9f4b3695d6ea90b24ad8a4623288588e5ad";

TEST(Ecdsa, APublicKeyIsMadeFromItsCoordinates) {
  const auto key = EcdsaPublicKey::FromCoordinates(*FromHex(kRfcX), *FromHex(kRfcY));
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->ToPem(),
            "-----BEGIN PUBLIC KEY-----\n"
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
            "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
            "-----END PUBLIC KEY-----\n");
}

TEST(Ecdsa, APublicKeyIsReadFromItsDerForm) {
  const EcdsaPrivateKey key = EcdsaPrivateKey::Generate();
  const auto general = PublicKey::FromPem(key.PublicKey().ToPem());
  ASSERT_TRUE(general.ok()) << general.status();
  Bytes der = general->Spki();
  const auto read = EcdsaPublicKey::FromSpki(der);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->ToPem(), key.PublicKey().ToPem());
  der.push_back(0);
  EXPECT_FALSE(EcdsaPublicKey::FromSpki(der).ok());
  EXPECT_FALSE(EcdsaPublicKey::FromSpki({}).ok());
  EXPECT_FALSE(EcdsaPublicKey::FromSpki(RsaPrivateKey::Generate().PublicKey().Spki()).ok());
}

TEST(Ecdsa, CoordinatesOffTheCurveOrOfAnotherLengthAreRefused) {
  const Bytes x = *FromHex(kRfcX), y = *FromHex(kRfcY);
  for (std::size_t i = 0; i < y.size(); ++i) {
    Bytes changed = y;
    changed[i] ^= 1;
    EXPECT_FALSE(EcdsaPublicKey::FromCoordinates(x, changed).ok()) << "byte " << i;
  }
  EXPECT_FALSE(EcdsaPublicKey::FromCoordinates(Bytes(32, 0), Bytes(32, 0)).ok());
  EXPECT_FALSE(EcdsaPublicKey::FromCoordinates(Bytes(32, 0xff), y).ok());
  Bytes longer = x;
  longer.insert(longer.begin(), 0);
  EXPECT_FALSE(EcdsaPublicKey::FromCoordinates(longer, y).ok());
  EXPECT_FALSE(EcdsaPublicKey::FromCoordinates(x, base::ByteView(y).first(31)).ok());
  EXPECT_FALSE(EcdsaPublicKey::FromCoordinates({}, {}).ok());
}

std::string Replaced(std::string text, std::string_view old, std::string_view by) {
  for (auto at = text.find(old); at != text.npos; at = text.find(old, at + by.size())) {
    text.replace(at, old.size(), by);
  }
  return text;
}

TEST(Ecdsa, TheLabelOfAPublicKeyDoesNotMatterAsInTheReference) {
  const EcdsaPrivateKey key = EcdsaPrivateKey::Generate();
  const std::string pem = key.PublicKey().ToPem();
  for (const char* label : {"EC PUBLIC KEY", "CERTIFICATE", "ANY TEXT"}) {
    const auto read = EcdsaPublicKey::FromPem("a note\n" + Replaced(pem, "PUBLIC KEY", label));
    ASSERT_TRUE(read.ok()) << label << ": " << read.status();
    EXPECT_EQ(read->ToPem(), pem);
  }
}

TEST(Ecdsa, APublicKeyMustBeOneWhateverItsLabel) {
  const std::string private_pem = EcdsaPrivateKey::Generate().ToPem();
  EXPECT_FALSE(EcdsaPublicKey::FromPem(private_pem).ok());
  EXPECT_FALSE(EcdsaPublicKey::FromPem(Replaced(private_pem, "PRIVATE", "PUBLIC")).ok());
  constexpr std::string_view kByteBehind =
      "-----BEGIN PUBLIC KEY-----\n"
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
      "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQA=\n"
      "-----END PUBLIC KEY-----\n";
  EXPECT_FALSE(EcdsaPublicKey::FromPem(kByteBehind).ok());
  EXPECT_TRUE(EcdsaPublicKey::FromPem(Replaced(std::string(kByteBehind), "rQA=", "rQ==")).ok());
}

TEST(Ecdsa, OtherCurvesAndOtherTextAreRefusedInWords) {
  constexpr std::string_view kP384 =
      "-----BEGIN PUBLIC KEY-----\n"
      "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEqoeHJOrwJMVRWHYrz8a7r15oDj9hHqpE\n"
      "CLy5XcJ9tjsCWc4AMLJTVLJw0S7vLZzFX1l0ejtoTrCdhjuQgPXXFKFmM+k8bHPB\n"
      "CyN/yKuOdExpGqYHHyyDTfELqZi6Eky8\n"
      "-----END PUBLIC KEY-----\n";
  EXPECT_FALSE(EcdsaPublicKey::FromPem(kP384).ok());
  EXPECT_FALSE(EcdsaPublicKey::FromPem("hello").ok());
  EXPECT_FALSE(EcdsaPublicKey::FromPem("").ok());
  EXPECT_FALSE(EcdsaPrivateKey::FromPem("hello").ok());
  EXPECT_FALSE(EcdsaPrivateKey::FromDer(AsBytes("hello")).ok());
}

TEST(Aes, EncryptsTheBlockOfFips197) {
  AesBlock block;
  const Bytes plain = *FromHex("00112233445566778899aabbccddeeff");
  std::copy(plain.begin(), plain.end(), block.begin());
  EXPECT_EQ(ToHex(Aes128EncryptBlock(*FromHex("000102030405060708090a0b0c0d0e0f"), block)),
            "69c4e0d86a7b0430d8cdb78070b4c55a");
}

TEST(Aes, CounterModeMatchesSp80038aF51) {
  AesBlock counter;
  const Bytes first = *FromHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
  std::copy(first.begin(), first.end(), counter.begin());
  EXPECT_EQ(ToHex(Aes128Ctr(*FromHex("2b7e151628aed2a6abf7158809cf4f3c"), counter,
                            *FromHex("6bc1bee22e409f96e93d7e117393172a"
                                     "ae2d8a571e03ac9c9eb76fac45af8e51"))),
            "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff");
}

TEST(Aes, GcmOpensWhatItSealedAndNothingElse) {
  const Bytes key(32, 7);
  const Bytes sealed = Aes256GcmSeal(key, {1, 2, 3}, AsBytes("secret"), AsBytes("context"));
  EXPECT_EQ(sealed.size(), 12 + 6 + 16u);
  const auto opened = Aes256GcmOpen(key, sealed, AsBytes("context"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(AsText(*opened), "secret");
  EXPECT_FALSE(Aes256GcmOpen(key, sealed, AsBytes("other")));
  EXPECT_FALSE(Aes256GcmOpen(Bytes(32, 8), sealed, AsBytes("context")));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 0x80;
    EXPECT_FALSE(Aes256GcmOpen(key, changed, AsBytes("context"))) << "byte " << i;
  }
  EXPECT_FALSE(Aes256GcmOpen(key, Bytes(27, 0), {}));
}

}  // namespace
}  // namespace enks::crypto
