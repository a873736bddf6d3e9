#include "attestation/binding.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <functional>

#include "attestation/testing/vectors.h"
#include "base/base64.h"
#include "base/files.h"

namespace enks::attestation {
namespace {

using base::ToHex;
using testing::At;
using testing::JsonVector;
using testing::TextAt;

TEST(BindingTest, EveryCaseOfTheVectorsHasItsMessageAndDigest) {
  const JsonVector vector("synthetic/canonical_binding.json");
  int count = 0;
  for (auto test = At(vector.Root(), "cases").First(); test.Exists(); test = test.Next()) {
    BoundUpload upload = testing::UploadOf(At(test, "publish"));
    upload.challenge = TextAt(test, "challenge_b64");
    const auto scheme = ParseScheme(TextAt(test, "scheme"));
    ASSERT_TRUE(scheme.has_value());
    const auto message = BoundMessage(*scheme, upload);
    ASSERT_TRUE(message.has_value()) << TextAt(test, "name");
    EXPECT_EQ(ToHex(*message), TextAt(test, "M_hex")) << TextAt(test, "name");
    EXPECT_EQ(ToHex(*BindingOf(*scheme, upload)), TextAt(test, "H_hex"));
    EXPECT_EQ(base::ToBase64Url(*BindingOf(*scheme, upload)), TextAt(test, "H_b64url"));
    ++count;
  }
  EXPECT_EQ(count, 11);
}

BoundKey KeyOfCase(json::Value key) {
  const json::Value start = key.First().Next();
  const auto number = [](json::Value value) { return std::stoi(std::string(value.Raw())); };
  return {key.First().Text(), number(start), number(start.Next()), number(start.Next().Next())};
}

TEST(LegacyNonceTest, EveryThirdGenerationCaseOfTheVectorsHasItsNonce) {
  const JsonVector vector("safetynet/legacy_nonce.json");
  int count = 0;
  for (auto test = At(vector.Root(), "cases").First(); test.Exists(); test = test.Next()) {
    if (testing::NumberAt(test, "gen") != 3) continue;
    BoundUpload upload;
    upload.app_package_name = TextAt(test, "appPackageName");
    upload.verification_payload = TextAt(test, "verificationPayload");
    for (auto region = At(test, "regions").First(); region.Exists(); region = region.Next()) {
      upload.regions.push_back(region.Text());
    }
    for (auto key = At(test, "keys").First(); key.Exists(); key = key.Next()) {
      upload.keys.push_back(KeyOfCase(key));
    }
    EXPECT_EQ(LegacyNonce(upload), TextAt(test, "nonce"));
    ++count;
  }
  EXPECT_EQ(count, 2);
}

TEST(LegacyNonceTest, IsTheOneOfAGenuineToken) {
  const JsonVector vector("safetynet/en_gen3.json");
  EXPECT_EQ(LegacyNonce(testing::UploadOf(At(vector.Root(), "publish"))),
            TextAt(vector.Root(), "expected_nonce_string"));
}

TEST(LegacyNonceTest, LeavesEmptyListsEmpty) {
  // SHA-256 of "app|||pin".
  BoundUpload upload;
  upload.app_package_name = "app";
  upload.verification_payload = "pin";
  EXPECT_EQ(LegacyNonce(upload), base::ToBase64(crypto::Sha256(base::AsBytes("app|||pin"))));
}

TEST(LegacyNonceTest, KeepsKeysAsTheyWereWrittenAndSortsThemSo) {
  BoundUpload upload;
  upload.keys = {{"b=", 1, 2, 3}, {"B", 4, 5, 6}, {"b=", 1, 1, 3}};
  EXPECT_EQ(LegacyNonce(upload),
            base::ToBase64(crypto::Sha256(base::AsBytes("|B.4.5.6,b=.1.1.3,b=.1.2.3||"))));
}

BoundUpload Example() {
  BoundUpload upload;
  upload.app_package_name = "com.example.app";
  upload.health_authority_id = "com.example.health";
  upload.regions = {"us", "CA"};
  upload.keys = {{"ISIjJCUmJygpKissLS4vMA==", 2'649'312, 144, 2},
                 {"AQIDBAUGBwgJCgsMDQ4PEA==", 2'649'168, 144, 0}};
  upload.verification_payload = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln";
  upload.hmac_key = "AAECAwQFBgcICQoLDA0ODw==";
  upload.symptom_onset = 2'649'024;
  upload.revision_token = "AbC+/==";
  upload.challenge = "AAEC";
  return upload;
}

using Change = std::function<void(BoundUpload&)>;

// One for each field of the message.
const std::vector<Change> kChanges = {
    [](BoundUpload& upload) { upload.app_package_name += "x"; },
    [](BoundUpload& upload) { upload.app_package_name[0] = 'C'; },
    [](BoundUpload& upload) { upload.health_authority_id += "x"; },
    [](BoundUpload& upload) { upload.health_authority_id[0] = 'C'; },
    [](BoundUpload& upload) { upload.regions[0] = "MX"; },
    [](BoundUpload& upload) { upload.regions.pop_back(); },
    [](BoundUpload& upload) { upload.regions.emplace_back("US"); },
    [](BoundUpload& upload) { upload.keys[0].key = "ISIjJCUmJygpKissLS4vMQ=="; },
    [](BoundUpload& upload) { ++upload.keys[0].rolling_start; },
    [](BoundUpload& upload) { --upload.keys[0].rolling_period; },
    [](BoundUpload& upload) { ++upload.keys[1].transmission_risk; },
    [](BoundUpload& upload) { upload.keys.pop_back(); },
    [](BoundUpload& upload) { upload.keys.push_back(upload.keys[0]); },
    [](BoundUpload& upload) { upload.verification_payload += "x"; },
    [](BoundUpload& upload) { upload.hmac_key = "AQECAwQFBgcICQoLDA0ODw=="; },
    [](BoundUpload& upload) { upload.hmac_key.clear(); },
    [](BoundUpload& upload) { ++upload.symptom_onset; },
    [](BoundUpload& upload) { upload.traveler = !upload.traveler; },
    [](BoundUpload& upload) { upload.revision_token.pop_back(); },
    [](BoundUpload& upload) { upload.challenge = "AAED"; },
    [](BoundUpload& upload) { upload.challenge.clear(); },
    // What moves from one text to the next is a change, too: that is why sizes are in the message.
    [](BoundUpload& upload) { std::swap(upload.app_package_name, upload.health_authority_id); },
    [](BoundUpload& upload) {
      upload.health_authority_id.insert(0, 1, upload.app_package_name.back());
      upload.app_package_name.pop_back();
    },
};

TEST(BindingTest, AChangeOfAnySingleFieldChangesIt) {
  const auto before = BindingOf(Scheme::kAppAttest, Example());
  ASSERT_TRUE(before.has_value());
  for (std::size_t i = 0; i < kChanges.size(); ++i) {
    BoundUpload changed = Example();
    kChanges[i](changed);
    const auto after = BindingOf(Scheme::kAppAttest, changed);
    ASSERT_TRUE(after.has_value()) << i;
    EXPECT_NE(before, after) << i;
  }
}

TEST(BindingTest, EverySchemeHasItsOwn) {
  for (const Scheme a : {Scheme::kPlayIntegrity, Scheme::kAppAttest}) {
    for (const Scheme b : {Scheme::kAndroidKeyAttestation, Scheme::kSafetyNet}) {
      EXPECT_NE(BindingOf(a, Example()), BindingOf(b, Example()));
    }
  }
}

TEST(BindingTest, TheWayAKeyIsWrittenDoesNotMatter) {
  const auto before = BindingOf(Scheme::kAppAttest, Example());
  BoundUpload upload = Example();
  upload.keys[0].key = "ISIjJCUmJygpKissLS4vMA";
  upload.hmac_key = "AAECAwQFBgcICQoLDA0ODw";
  upload.regions = {"ca", "uS"};
  EXPECT_EQ(before, BindingOf(Scheme::kAppAttest, upload));
}

TEST(BindingTest, NothingIsBoundToKeysThatCannotBe) {
  for (const Change& change : std::vector<Change>{
           [](BoundUpload& upload) { upload.keys[0].key = "ISIjJCUmJygpKissLS4v"; },
           [](BoundUpload& upload) { upload.keys[0].key = "ISIjJCUmJygpKissLS4vMDA="; },
           [](BoundUpload& upload) { upload.keys[0].key = "no base64!"; },
           [](BoundUpload& upload) { upload.keys[0].key.clear(); },
           [](BoundUpload& upload) { upload.keys[1].rolling_start = -1; },
           [](BoundUpload& upload) { upload.keys[1].rolling_period = -1; },
           [](BoundUpload& upload) { upload.keys[1].transmission_risk = -1; },
           [](BoundUpload& upload) { upload.symptom_onset = -1; },
           [](BoundUpload& upload) { upload.hmac_key = "!"; },
           [](BoundUpload& upload) { upload.challenge = "!"; }}) {
    BoundUpload upload = Example();
    change(upload);
    EXPECT_EQ(BoundMessage(Scheme::kAppAttest, upload), std::nullopt);
    EXPECT_EQ(BindingOf(Scheme::kAppAttest, upload), std::nullopt);
  }
}

// Any upload that an attestation can be bound to.
rc::Gen<BoundUpload> AnyUpload() {
  return rc::gen::exec([] {
    BoundUpload upload = Example();
    const auto text = rc::gen::arbitrary<std::string>();
    upload.app_package_name = *text;
    upload.health_authority_id = *text;
    upload.verification_payload = *text;
    upload.revision_token = *text;
    upload.traveler = *rc::gen::arbitrary<bool>();
    upload.symptom_onset = *rc::gen::inRange(0, 1 << 30);
    for (int more = *rc::gen::inRange(0, 20); more > 0; --more) {
      const auto data = *rc::gen::container<base::Bytes>(16, rc::gen::arbitrary<std::uint8_t>());
      const auto number = rc::gen::inRange(0, 1 << 30);
      upload.keys.push_back({base::ToBase64(data), *number, *number, *number});
    }
    return upload;
  });
}

TEST(BindingTest, NoOrderOfKeysAndRegionsMatters) {
  rc::check([] {
    const BoundUpload upload = *AnyUpload();
    BoundUpload shuffled = upload;
    std::ranges::reverse(shuffled.regions);
    std::rotate(  // clang 14 cannot read the one of std::ranges
        shuffled.keys.begin(),
        shuffled.keys.begin() +
            *rc::gen::inRange<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(shuffled.keys.size())),
        shuffled.keys.end());
    RC_ASSERT(BindingOf(Scheme::kAppAttest, upload) == BindingOf(Scheme::kAppAttest, shuffled));
    RC_ASSERT(LegacyNonce(upload) == LegacyNonce(shuffled));
  });
}

TEST(BindingTest, AChangeOfAnyFieldOfAnyUploadChangesIt) {
  rc::check([] {
    const BoundUpload upload = *AnyUpload();
    BoundUpload changed = upload;
    switch (*rc::gen::inRange(0, 7)) {
      case 0:
        changed.app_package_name += *rc::gen::nonEmpty<std::string>();
        break;
      case 1:
        changed.health_authority_id += *rc::gen::nonEmpty<std::string>();
        break;
      case 2:
        changed.verification_payload += *rc::gen::nonEmpty<std::string>();
        break;
      case 3:
        changed.revision_token += *rc::gen::nonEmpty<std::string>();
        break;
      case 4:
        changed.symptom_onset ^= 1 << *rc::gen::inRange(0, 30);
        break;
      case 5:
        changed.traveler = !changed.traveler;
        break;
      default:
        changed.keys[*rc::gen::inRange<std::size_t>(0, changed.keys.size())].rolling_start ^=
            1 << *rc::gen::inRange(0, 30);
    }
    RC_ASSERT(BindingOf(Scheme::kAppAttest, upload) != BindingOf(Scheme::kAppAttest, changed));
  });
}

// The hexadecimal digits in the code block behind `heading`, comments behind # left out.
std::string HexBlock(const std::string& page, const std::string& heading) {
  const std::size_t begin = page.find("```hex\n", page.find(heading)) + 7;
  std::string digits;
  bool is_comment = false;
  for (const char c : page.substr(begin, page.find("```", begin) - begin)) {
    if (c == '#') is_comment = true;
    if (c == '\n') is_comment = false;
    if (!is_comment && c != ' ' && c != '\n') digits += c;
  }
  return digits;
}

TEST(BindingTest, TheWorkedExampleOfTheFormatPageIsWhatWeMake) {
  const auto bytes = base::SystemFiles().Read(ENKS_BINDING_PAGE, 1 << 20);
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  const std::string page(base::AsText(*bytes));
  BoundUpload upload;
  upload.health_authority_id = "gov.example";
  upload.keys = {{"EBESExQVFhcYGRobHB0eHw==", 2'700'000, 144, 3}};
  upload.verification_payload = "a.b.c";
  upload.hmac_key = "/w==";
  upload.symptom_onset = 2'699'856;
  EXPECT_EQ(ToHex(*BoundMessage(Scheme::kAppAttest, upload)), HexBlock(page, "### The message"));
  EXPECT_EQ(ToHex(*BindingOf(Scheme::kAppAttest, upload)), HexBlock(page, "### Its digest"));
}

}  // namespace
}  // namespace enks::attestation
