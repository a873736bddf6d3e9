#include "phone/crypto.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "phone/published_vectors.h"

namespace enks::phone {
namespace {

KeyData PublishedTek() {
  return *KeyData::From(*base::FromHex(published::kTek));
}

Metadata MetadataFrom(std::string_view hex) {
  const base::Bytes bytes = *base::FromHex(hex);
  return {bytes[0], bytes[1], bytes[2], bytes[3]};
}

TEST(PhoneCrypto, DerivesThePublishedKeys) {
  const DerivedKeys keys = DeriveKeys(PublishedTek());
  EXPECT_EQ(base::ToHex(keys.identifier_key), published::kRpik);
  EXPECT_EQ(base::ToHex(keys.metadata_key), published::kAemk);
}

TEST(PhoneCrypto, SendsThePublishedIdentifiersAndMetadataAllDayLong) {
  const DerivedKeys keys = DeriveKeys(PublishedTek());
  const Metadata metadata = MetadataFrom(published::kMetadata);
  int interval = published::kFirstInterval;
  for (const published::Beacon& expected : published::kBeacons) {
    const ProximityId identifier = IdentifierAt(keys, Interval{interval++});
    EXPECT_EQ(base::ToHex(identifier), expected.identifier);
    EXPECT_EQ(base::ToHex(CryptMetadata(keys, identifier, metadata)), expected.metadata);
  }
}

TEST(PhoneCrypto, DerivesADayOfIdentifiersAtOnce) {
  std::vector<ProximityId> day(published::kBeacons.size());
  DeriveIdentifiers(PublishedTek(), Interval{published::kFirstInterval}, day);
  for (std::size_t i = 0; i < day.size(); ++i) {
    EXPECT_EQ(base::ToHex(day[i]), published::kBeacons[i].identifier);
  }
}

TEST(PhoneCrypto, DerivesNoIdentifiersWhenNoneAreAskedFor) {
  std::vector<ProximityId> none;
  DeriveIdentifiers(PublishedTek(), Interval{0}, none);
  EXPECT_TRUE(none.empty());
}

TEST(PhoneCrypto, DecryptsTheMetadataThatWasHeard) {
  const DerivedKeys keys = DeriveKeys(PublishedTek());
  const ProximityId identifier = IdentifierAt(keys, Interval{published::kFirstInterval});
  const Metadata heard = MetadataFrom(published::kBeacons[0].metadata);
  EXPECT_EQ(CryptMetadata(keys, identifier, heard), MetadataFrom(published::kMetadata));
}

TEST(PhoneCrypto, AnotherTekGivesOtherIdentifiersInTheSameInterval) {
  KeyData other = *KeyData::From(*base::FromHex("75c734c6dd1a782de7a965da5eb93126"));
  const ProximityId identifier =
      IdentifierAt(DeriveKeys(other), Interval{published::kFirstInterval});
  EXPECT_NE(base::ToHex(identifier), published::kBeacons[0].identifier);
}

}  // namespace
}  // namespace enks::phone
