#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "attestation/testing/gate_world.h"
#include "attestation/testing/outcome.h"

// Section 16 of spec/device-attestation.md, "Binding": an attestation is for one upload, and for
// every member of it that the server acts on. What padding and the order of members come to is a
// matter of reading the request: publish/bound_upload_test.cc.
namespace enks::attestation {
namespace {

using testing::GateWorld;

using Change = std::pair<const char*, std::function<void(BoundUpload&)>>;

const std::vector<Change>& ChangesOfTheNewerApi() {
  static const std::vector<Change> changes = {
      {"health authority", [](BoundUpload& u) { u.health_authority_id += "x"; }},
      {"its case", [](BoundUpload& u) { u.health_authority_id = "com.example.authority"; }},
      {"key", [](BoundUpload& u) { u.keys[0].key = "ISIjJCUmJygpKissLS4vMQ=="; }},
      {"start", [](BoundUpload& u) { u.keys[0].rolling_start += 144; }},
      {"period", [](BoundUpload& u) { u.keys[1].rolling_period -= 1; }},
      {"risk", [](BoundUpload& u) { u.keys[1].transmission_risk = 1; }},
      {"a key more", [](BoundUpload& u) { u.keys.push_back(u.keys[0]); }},
      {"a key less", [](BoundUpload& u) { u.keys.pop_back(); }},
      {"certificate", [](BoundUpload& u) { u.verification_payload += "x"; }},
      {"secret", [](BoundUpload& u) { u.hmac_key = "AAECAwQFBgcICQoLDA0ODg=="; }},
      {"no secret", [](BoundUpload& u) { u.hmac_key = ""; }},
      {"onset", [](BoundUpload& u) { u.symptom_onset -= 144; }},
      {"traveler", [](BoundUpload& u) { u.traveler = true; }},
      {"revision token", [](BoundUpload& u) { u.revision_token = "AAAA"; }},
      {"challenge", [](BoundUpload& u) { u.challenge = "AAAA"; }},
      {"a region", [](BoundUpload& u) { u.regions = {"US"}; }},
      {"package", [](BoundUpload& u) { u.app_package_name = "x"; }},
  };
  return changes;
}

// What carries a binding of all members.
constexpr Scheme kBoundSchemes[] = {Scheme::kPlayIntegrity, Scheme::kAppAttest,
                                    Scheme::kAndroidKeyAttestation};

class GateBindingTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(world_.Open().ok()); }

  GateWorld world_;
};

TEST_F(GateBindingTest, AnyMemberThatWasChangedAfterwardsIsAMismatch) {
  for (const Scheme scheme : kBoundSchemes) {
    const Evidence evidence = world_.Attest(scheme, GateWorld::Upload());
    EXPECT_EQ(world_.Find(evidence), Reason::kNone);
    for (const auto& [name, change] : ChangesOfTheNewerApi()) {
      BoundUpload changed = GateWorld::Upload();
      change(changed);
      EXPECT_EQ(world_.Find(evidence, changed), Reason::kBindingMismatch)
          << SchemeId(scheme) << ": " << name;
      // And the other way round: nothing that was attested may be left out.
      EXPECT_EQ(world_.Find(world_.Attest(scheme, changed)), Reason::kBindingMismatch)
          << SchemeId(scheme) << ": " << name;
    }
  }
}

TEST_F(GateBindingTest, TheOrderAndTheWritingOfKeysDoNotMatter) {
  BoundUpload same = GateWorld::Upload();
  std::swap(same.keys[0], same.keys[1]);
  same.keys[1].key = "ISIjJCUmJygpKissLS4vMA";
  same.hmac_key = "AAECAwQFBgcICQoLDA0ODw";
  for (const Scheme scheme : kBoundSchemes) {
    EXPECT_EQ(world_.Find(world_.Attest(scheme, GateWorld::Upload()), same), Reason::kNone);
  }
}

BoundUpload OlderUpload() {
  BoundUpload upload = GateWorld::Upload();
  upload.health_authority_id = "";
  upload.app_package_name = "com.example.Authority";
  upload.regions = {"US", "CA"};
  return upload;
}

TEST_F(GateBindingTest, TheOlderApiIsBoundToItsOwnMembers) {
  const BoundUpload upload = OlderUpload();
  for (const Scheme scheme : kBoundSchemes) {
    const Evidence evidence = world_.Attest(scheme, upload);
    BoundUpload changed = upload;
    changed.regions = {"ca", "us"};
    EXPECT_EQ(world_.Find(evidence, changed), Reason::kNone);
    changed.regions = {"CA"};
    EXPECT_EQ(world_.Find(evidence, changed), Reason::kBindingMismatch);
    changed = upload;
    changed.app_package_name = "com.example.authority";
    EXPECT_EQ(world_.Find(evidence, changed), Reason::kBindingMismatch);
  }
}

// Its nonce is from May 2020 and covers only these.
TEST_F(GateBindingTest, SafetyNetIsBoundToWhatItsNonceCovers) {
  const BoundUpload upload = OlderUpload();
  const Evidence evidence = world_.SafetyNet(upload);
  EXPECT_EQ(world_.Find(evidence, upload), Reason::kNone);
  const std::vector<Change> changes = {
      {"package", [](BoundUpload& u) { u.app_package_name += "x"; }},
      {"key", [](BoundUpload& u) { u.keys[0].key = "ISIjJCUmJygpKissLS4vMQ=="; }},
      // The text of a key is what was hashed.
      {"writing", [](BoundUpload& u) { u.keys[0].key = "ISIjJCUmJygpKissLS4vMA"; }},
      {"start", [](BoundUpload& u) { u.keys[0].rolling_start += 144; }},
      {"period", [](BoundUpload& u) { u.keys[1].rolling_period -= 1; }},
      {"risk", [](BoundUpload& u) { u.keys[1].transmission_risk = 1; }},
      {"regions", [](BoundUpload& u) { u.regions.pop_back(); }},
      {"certificate", [](BoundUpload& u) { u.verification_payload += "x"; }},
  };
  for (const auto& [name, change] : changes) {
    BoundUpload changed = upload;
    change(changed);
    EXPECT_EQ(world_.Find(evidence, changed), Reason::kBindingMismatch) << name;
  }
  BoundUpload same = upload;
  std::swap(same.keys[0], same.keys[1]);
  same.regions = {"us", "ca"};
  same.hmac_key = "";
  EXPECT_EQ(world_.Find(evidence, same), Reason::kNone);
}

TEST_F(GateBindingTest, WhatCannotBeBoundToIsNotAdmitted) {
  for (const Scheme scheme : {Scheme::kDeviceCheck, Scheme::kPlayIntegrity, Scheme::kAppAttest}) {
    const Evidence evidence = world_.Attest(scheme, GateWorld::Upload());
    BoundUpload broken = GateWorld::Upload();
    broken.keys[0].key = "AA==";
    EXPECT_EQ(world_.Find(evidence, broken), Reason::kBindingMismatch);
    broken = GateWorld::Upload();
    broken.keys[0].rolling_start = -1;
    EXPECT_EQ(world_.Find(evidence, broken), Reason::kBindingMismatch);
  }
  EXPECT_TRUE(world_.apple().Calls().empty());
}

}  // namespace
}  // namespace enks::attestation
