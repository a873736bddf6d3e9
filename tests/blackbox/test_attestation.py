"""`enks attestation verify`: genuine attestations with the real roots, each at its time."""

import base64
import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.attestation import (ACCEPTED, DEVICE_CHECK, REFUSED, UNDECIDED, VECTORS,  # noqa: E402
                                 WRONG_USAGE, WithFolder, vector)


def chain_of(name):
    """What the index of the key attestations says of a chain."""
    return next(entry for entry in vector("keyattestation/index.json") if entry["file"] == name)


class WithVerify(WithFolder):
    def verify(self, *arguments, json_too=True):
        """Runs verify for people and for programs; both must come to the same. Gives the report."""
        done = self.enks("verify", *arguments)
        if not json_too:
            return done
        again = self.enks("verify", *arguments, "--json")
        self.assertEqual(again.returncode, done.returncode)
        self.assertIn(done.returncode, (ACCEPTED, REFUSED, UNDECIDED), done.stderr)
        report = json.loads(again.stdout)
        report["status"], report["text"] = done.returncode, done.stdout
        return report

    def assert_fails(self, report, step, reason):
        """`step` is among the failed ones, and the first of them gave the reason."""
        failed = [entry for entry in report["steps"] if entry["result"] == "failed"]
        self.assertIn(step, [entry["step"] for entry in failed])
        self.assertEqual(report["reason"], reason)
        self.assertEqual(failed[0]["reason"], reason)
        self.assertEqual(report["status"], REFUSED)
        self.assertRegex(report["text"], rf"FAIL  {re.escape(step)} ")
        self.assertIn(f"Refused: {reason}", report["text"])

    def assert_accepted(self, report):
        self.assertEqual(report["status"], ACCEPTED, report["text"])
        self.assertEqual(report["outcome"], "accepted")
        self.assertNotIn("FAIL", report["text"])


class SafetyNet(WithVerify):
    """The one genuine token that is bound to an upload of the reference's own app."""

    def setUp(self):
        super().setUp()
        self.vector = vector("safetynet/en_gen3.json")
        claims = self.vector["payload"]
        self.path = self.policy(f"""
[policy."com.google.android.apps.exposurenotification"]
mode = "enforce"
schemes = ["safetynet"]
[policy."com.google.android.apps.exposurenotification".safetynet]
packages = ["{claims['apkPackageName']}"]
cert_digests = {json.dumps(claims['apkCertificateDigestSha256'])}
""")
        body = dict(self.vector["publish"], platform="Android",
                    deviceVerificationPayload=(VECTORS / "safetynet/en_gen3.jws").read_text())
        self.arguments = ["--policy", self.path, "--request", self.write("upload.json", body),
                          "--api", "v1alpha1"]
        self.body = body

    def test_a_genuine_token_is_accepted_at_its_time(self):
        report = self.verify(*self.arguments, "--time", self.vector["verify_at"])
        self.assert_accepted(report)
        self.assertEqual(report["binding"]["nonce"], self.vector["expected_nonce_string"])
        self.assertEqual(report["binding"]["nonce_claim"], self.vector["payload"]["nonce"])
        self.assertIn("would take the upload", report["consequence"]["text"])

    def test_now_it_is_stale_and_its_chain_is_too_old(self):
        report = self.verify(*self.arguments)
        self.assert_fails(report, "certificate chain", "chain_invalid")
        self.assert_fails(report, "made at", "chain_invalid")
        self.assertEqual(report["consequence"]["status"], 401)
        self.assertEqual(json.loads(report["consequence"]["body"])["padding"], "")

    def test_another_upload_is_named(self):
        self.body["temporaryExposureKeys"][0]["transmissionRisk"] += 1
        self.write("upload.json", self.body)
        report = self.verify(*self.arguments, "--time", self.vector["verify_at"])
        self.assert_fails(report, "nonce", "binding_mismatch")

    def test_a_token_of_a_device_without_integrity_fails_where_it_should(self):
        token = vector("safetynet/pyattest_2021_01_integrity_false.json")
        claims = token["payload"]
        path = self.policy(f"""
[policy."any"]
mode = "observe"
schemes = ["safetynet"]
[policy."any".safetynet]
packages = ["{claims['apkPackageName']}"]
cert_digests = {json.dumps(claims['apkCertificateDigestSha256'])}
""")
        report = self.verify(
            "--policy", path, "--scheme", "safetynet", "--token",
            str(VECTORS / "safetynet/pyattest_2021_01_integrity_false.jws"),
            "--bound-to", f"text:{token['nonce_ascii']}", "--time", token["verify_at"])
        self.assert_fails(report, "ctsProfileMatch", "verdict_insufficient")
        self.assert_fails(report, "basicIntegrity", "verdict_insufficient")
        self.assertIn("observes", report["consequence"]["text"])

    def test_another_root_is_not_trusted(self):
        text = pathlib.Path(self.path).read_text(encoding="utf-8")
        self.write("policy.toml", text.replace("globalsign_root_ca_r2", "gts_root_r1"))
        report = self.verify(*self.arguments, "--time", self.vector["verify_at"])
        self.assert_fails(report, "certificate chain", "chain_invalid")


class AppAttest(WithVerify):
    def setUp(self):
        super().setUp()
        self.vector = vector("appattest/veehaitch_ios_14.3.json")
        self.receipt = next(r for r in self.vector["receipts"] if r["type"] == "ATTEST")
        self.path = self.write_policy("")
        self.arguments = [
            "--policy", self.path, "--scheme", "app-attest",
            "--token", self.write("object.b64", self.vector["attestation_b64"]),
            "--key-id", self.vector["keyId_b64"],
            "--bound-to", f"hex:{self.vector['clientDataHash_hex']}"]

    def write_policy(self, more):
        return self.policy(f"""
[policy."app"]
mode = "enforce"
schemes = ["app-attest"]
require_challenge = {'true' if 'assertion' in more else 'false'}
[policy."app".app_attest]
app_ids = ["{self.vector['app_id']}"]
allow_development = {str(self.vector['environment'] == 'development').lower()}
{more}
""")

    def test_a_genuine_attestation_is_accepted_when_its_receipt_is_fresh(self):
        self.assert_accepted(self.verify(*self.arguments, "--time", self.receipt["creationTime"]))

    def test_unix_seconds_are_a_time(self):
        time = datetime.datetime.fromisoformat(
            self.receipt["creationTime"].replace("Z", "+00:00").split(".")[0] + "+00:00")
        self.assert_accepted(self.verify(*self.arguments, "--time", str(int(time.timestamp()))))

    def test_another_key_id_is_named(self):
        arguments = [*self.arguments, "--time", self.receipt["creationTime"]]
        arguments[arguments.index("--key-id") + 1] = base64.b64encode(bytes(32)).decode()
        report = self.verify(*arguments)
        self.assert_fails(report, "key id", "binding_mismatch")

    def test_an_assertion_needs_the_key_that_was_attested(self):
        assertion = self.vector["assertions"][0]
        self.write_policy('mode = "assertion"')
        client_hash = hashlib.sha256(base64.b64decode(assertion["clientData_b64"])).digest()
        arguments = ["--policy", self.path, "--scheme", "app-attest", "--assertion",
                     assertion["assertion_b64"], "--bound-to", f"hex:{client_hash.hex()}",
                     "--challenge", "AAEC"]
        self.assertEqual(self.verify(*arguments)["status"], UNDECIDED)
        key = self.write("key.pem", self.vector["public_key_pem"])
        self.assert_accepted(self.verify(*arguments, "--attested-key", key))
        report = self.verify(*arguments, "--attested-key", key, "--counter",
                             str(assertion["counter"]))
        self.assert_fails(report, "assertion counter", "replayed")


class KeyAttestation(WithVerify):
    FILE = "android_keyattestation/caiman/sdk36/TEE_EC_RKP.pem"

    def setUp(self):
        super().setUp()
        self.entry = chain_of(self.FILE)
        self.revoked = self.folder / "revoked.json"
        shutil.copy(VECTORS / "keyattestation/google_android_key_attestation/status.json",
                    self.revoked)
        made = datetime.datetime.fromisoformat(self.entry["creation"].replace("Z", "+00:00"))
        os.utime(self.revoked, (made.timestamp(), made.timestamp()))
        self.path = self.policy(f"""
[policy."app"]
mode = "enforce"
schemes = ["android-key-attestation"]
[policy."app".android_key_attestation]
packages = {json.dumps(self.entry['packages'])}
cert_digests = {json.dumps(self.entry['signing_digests'])}
revocation_file = "revoked.json"
""")
        self.arguments = [
            "--policy", self.path, "--scheme", "android-key-attestation",
            "--bound-to", f"hex:{self.entry['challenge_hex']}", "--time", self.entry["creation"]]

    def test_a_genuine_chain_is_accepted_at_its_time(self):
        self.assert_accepted(self.verify(*self.arguments, "--chain",
                                         str(VECTORS / "keyattestation" / self.FILE)))

    def test_an_unlocked_phone_fails_where_it_should(self):
        name = "android_keyattestation/akita/sdk34/TEE_EC_NONE.pem"
        entry = chain_of(name)
        text = pathlib.Path(self.path).read_text(encoding="utf-8")
        self.write("policy.toml", text.replace(json.dumps(self.entry["packages"]),
                                               json.dumps(entry["packages"])))
        report = self.verify(
            "--policy", self.path, "--scheme", "android-key-attestation", "--chain",
            str(VECTORS / "keyattestation" / name), "--bound-to", f"hex:{entry['challenge_hex']}",
            "--time", entry["creation"])
        self.assert_fails(report, "locked", "verdict_insufficient")

    def test_an_old_revocation_list_makes_it_unavailable(self):
        old = datetime.datetime.fromisoformat("2025-01-01T00:00:00+00:00").timestamp()
        os.utime(self.revoked, (old, old))
        report = self.verify(*self.arguments, "--chain",
                             str(VECTORS / "keyattestation" / self.FILE))
        self.assert_fails(report, "revocation list", "unavailable")
        self.assertEqual(report["consequence"]["status"], 503)


class PlayIntegrity(WithVerify):
    def setUp(self):
        super().setUp()
        self.vector = vector("synthetic/play_integrity.json")
        self.write("play.keys", f"DECRYPTION_KEY={self.vector['decryption_key_b64']}\n"
                                f"VERIFICATION_KEY={self.vector['verification_key_spki_b64']}\n")
        os.chmod(self.folder / "play.keys", 0o600)
        self.path = self.write_policy("local")
        cases = vector("synthetic/canonical_binding.json")["cases"]
        self.upload = next(c for c in cases if c["name"] == "base/play-integrity")["publish"]
        self.time = str(self.vector["verify_at_ms"] // 1000)

    def write_policy(self, decode):
        return self.policy(f"""
[policy."com.example.health"]
mode = "enforce"
schemes = ["play-integrity"]
[policy."com.example.health".play_integrity]
packages = ["{self.vector['package']}"]
cert_digests = ["{self.vector['certificateSha256Digest']}"]
decode = "{decode}"
keys = ["play.keys"]
service_account_file = "account.json"
""")

    def verify_case(self, name):
        body = dict(self.upload, deviceAttestation={
            "scheme": "play-integrity", "token": self.vector["cases"][name]["token"]})
        return self.verify("--policy", self.path, "--request", self.write("upload.json", body),
                           "--time", self.time)

    def test_every_case_is_what_its_file_says(self):
        for name, case in self.vector["cases"].items():
            with self.subTest(name):
                report = self.verify_case(name)
                expected = case["expect"].split()[0]
                self.assertEqual(report["reason"],
                                 "accepted" if expected == "accept" else expected)

    def test_a_valid_token_is_accepted_and_no_key_is_shown(self):
        report = self.verify_case("valid_classic")
        self.assert_accepted(report)
        self.assertEqual(report["binding"]["nonce"], self.vector["expected_H_b64url"])
        self.assertNotIn(self.vector["decryption_key_b64"], json.dumps(report))

    def test_the_step_that_fails_is_named(self):
        self.assert_fails(self.verify_case("nonce_mismatch"), "binding", "binding_mismatch")

    def test_a_token_for_none_of_the_keys_is_googles_to_decode(self):
        self.write_policy("local-then-google")
        report = self.verify_case("wrong_aes_key")
        self.assertEqual(report["status"], UNDECIDED)
        self.assertIn("Google", [s["step"] for s in report["steps"] if s["result"] == "open"])


class DeviceCheck(WithVerify):
    def setUp(self):
        super().setUp()
        self.path = self.policy(DEVICE_CHECK)

    def test_only_apple_can_say(self):
        report = self.verify("--policy", self.path, "--scheme", "devicecheck", "--token-text",
                             base64.b64encode(b"token").decode())
        self.assertEqual(report["status"], UNDECIDED)
        self.assertIn("  ?     Apple ", report["text"])
        self.assertEqual(report["binding"], {})

    def test_what_is_no_token_is_refused_without_apple(self):
        report = self.verify("--policy", self.path, "--scheme", "devicecheck", "--token-text", "?")
        self.assert_fails(report, "device token", "malformed")

    def test_another_scheme_is_not_taken(self):
        report = self.verify("--policy", self.path, "--scheme", "app-attest", "--bound-to",
                             "text:anything", "--token-text", "AAAA")
        self.assert_fails(report, "scheme", "scheme_not_allowed")


class Usage(WithVerify):
    """No verdict is status 2, so that nobody takes it for a refusal."""

    def setUp(self):
        super().setUp()
        self.path = self.policy(DEVICE_CHECK)

    def assert_no_verdict(self, text, *arguments):
        done = self.verify(*arguments, json_too=False)
        self.assertEqual(done.returncode, WRONG_USAGE, done.stderr)
        self.assertIn(text, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_what_keeps_from_a_verdict_is_named(self):
        policy = ["--policy", self.path]
        token = ["--scheme", "app-attest", "--token-text", "AAAA"]
        self.assert_no_verdict("no-such.toml", "--policy", "no-such.toml")
        self.assert_no_verdict("[app]", *policy, "--app", "other", *token)
        self.assert_no_verdict("--scheme", *policy)
        self.assert_no_verdict("--scheme", *policy, "--scheme", "no-such")
        self.assert_no_verdict("--bound-to", *policy, *token)
        self.assert_no_verdict("--bound-to", *policy, *token, "--bound-to", "abcd")
        self.assert_no_verdict("--bound-to", *policy, *token, "--bound-to", "hex:")
        self.assert_no_verdict("--time", *policy, "--scheme", "devicecheck", "--time", "soon")
        self.assert_no_verdict("no-such.token", *policy, "--scheme", "app-attest", "--token",
                               "no-such.token")
        self.assert_no_verdict("--api", *policy, "--scheme", "devicecheck", "--api", "v2")
        self.assert_no_verdict("v1alpha1", *policy, "--request",
                               self.write("old.json", {"appPackageName": "a"}))
        self.assert_no_verdict("--policy")


if __name__ == "__main__":
    unittest.main()
