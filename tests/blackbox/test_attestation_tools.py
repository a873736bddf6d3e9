"""`enks attestation` bind, check, knobs and example, and the pages that lean on them."""

import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.attestation import (DEVICE_CHECK, REFUSED, ROOT, ROOTS, VECTORS,  # noqa: E402
                                 WRONG_USAGE, WithFolder, vector)


class Bind(WithFolder):
    def test_every_case_of_the_vectors_has_its_message_and_digest(self):
        for case in vector("synthetic/canonical_binding.json")["cases"]:
            body = dict(case["publish"])
            api = "v1"
            if "appPackageName" in body:
                del body["traveler"]  # which the older API does not have
                api = "v1alpha1"
            done = self.enks("bind", "--request", self.write("upload.json", body), "--api", api,
                             "--scheme", case["scheme"], "--challenge", case["challenge_b64"],
                             "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            bound = json.loads(done.stdout)[case["scheme"]]
            self.assertEqual(bound["message_hex"], case["M_hex"], case["name"])
            self.assertEqual(bound["digest_hex"], case["H_hex"])
            self.assertEqual(bound.get("nonce", bound.get("digest_base64url")), case["H_b64url"])
            self.assertEqual(base64.b64decode(bound["digest_base64"]).hex(), case["H_hex"])

    def test_without_a_scheme_all_that_bind_are_shown(self):
        publish = vector("safetynet/en_gen3.json")["publish"]
        path = self.write("upload.json", publish)
        done = self.enks("bind", "--request", path, "--api", "v1alpha1")
        self.assertEqual(done.returncode, 0, done.stderr)
        for scheme in ("play-integrity", "app-attest", "android-key-attestation", "safetynet"):
            self.assertRegex(done.stdout, rf"(?m)^{scheme}$")
        self.assertIn("VLIju4jpickw6QDy/poqNlVd/0aIsJlNclAIh2jBz1M=", done.stdout)

    def test_what_nothing_can_be_bound_to_is_refused(self):
        upload = {"temporaryExposureKeys": [{"key": "AAAA"}], "healthAuthorityID": "a"}
        path = self.write("upload.json", upload)
        self.assertEqual(self.enks("bind", "--request", path).returncode, WRONG_USAGE)
        self.assertEqual(self.enks("bind").returncode, WRONG_USAGE)
        self.assertEqual(self.enks("bind", "--request", path, "--scheme",
                                   "devicecheck").returncode, WRONG_USAGE)


class PageForApps(WithFolder):
    """docs/attestation-for-apps.md: its examples are read, and its digests computed anew."""

    def setUp(self):
        super().setUp()
        page = (ROOT / "docs" / "attestation-for-apps.md").read_text(encoding="utf-8")
        self.bodies = dict(re.findall(r"```json (v1\w*)\n(.*?)```", page, re.DOTALL))
        row = r"^\| (v1\w*) \| `([\w-]+)` \| `([0-9a-f]{64})` \| `([\w-]{43})` \|$"
        self.rows = re.findall(row, page, re.MULTILINE)

    def test_its_digests_are_those_of_its_examples(self):
        self.assertEqual({row[0] for row in self.rows}, {"v1", "v1alpha1"})
        self.assertEqual(len(self.rows), 4)
        for api, scheme, digest, in_base64url in self.rows:
            path = self.write("upload.json", self.bodies[api])
            done = self.enks("bind", "--request", path, "--api", api, "--scheme", scheme, "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)[scheme]["digest_hex"], digest)
            self.assertEqual(base64.urlsafe_b64decode(in_base64url + "=").hex(), digest)

    def test_its_v1_message_is_what_the_page_says_in_python_too(self):
        body = json.loads(self.bodies["v1"])

        def u32(number):
            return number.to_bytes(4, "big")

        def counted(data):
            return u32(len(data)) + data

        keys = sorted(base64.b64decode(key["key"]) + u32(key["rollingStartNumber"]) +
                      u32(key["rollingPeriod"]) + u32(key.get("transmissionRisk", 0))
                      for key in body["temporaryExposureKeys"])
        for scheme, digest in [row[1:3] for row in self.rows if row[0] == "v1"]:
            message = (b"EN-publish-attest/1\0" + counted(scheme.encode()) + counted(b"") +
                       counted(body["healthAuthorityID"].encode()) + u32(0) + u32(len(keys)) +
                       b"".join(keys) + counted(body["verificationPayload"].encode()) +
                       counted(base64.b64decode(body["hmacKey"])) +
                       u32(body["symptomOnsetInterval"]) + bytes([body["traveler"]]) +
                       counted(body["revisionToken"].encode()) + counted(b""))
            self.assertEqual(hashlib.sha256(message).hexdigest(), digest)


class Check(WithFolder):
    def write_example(self):
        """The example with what it names beside it."""
        example = self.enks("example").stdout
        (self.folder / "roots" / "google").mkdir(parents=True)
        for name in ("apple_app_attestation_root_ca.pem", "apple_root_ca_g3.pem"):
            shutil.copy(ROOTS / name, self.folder / "roots")
        for path in ROOTS.glob("google_*.pem"):
            shutil.copy(path, self.folder / "roots" / "google")
        keys = vector("synthetic/play_integrity.json")
        self.write("play-integrity.keys", f"DECRYPTION_KEY={keys['decryption_key_b64']}\n"
                                          f"VERIFICATION_KEY={keys['verification_key_spki_b64']}\n")
        os.chmod(self.folder / "play-integrity.keys", 0o600)
        shutil.copyfile(VECTORS / "keyattestation/google_android_key_attestation/status.json",
                        self.folder / "revoked.json")
        return self.write("attestation.toml", example)

    def check(self, path):
        return self.enks("check", "--policy", path)

    def test_the_example_is_in_order(self):
        done = self.check(self.write_example())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Apple App Attestation Root CA", done.stdout)
        self.assertIn("1cb9823ba28ba6ad2d33a006941de2ae4f513ef1d4e831b9f7e0fa7b6242c932",
                      done.stdout)
        self.assertIn("until 2045-03-15T00:00:00Z", done.stdout)
        self.assertIn("Policy of org.example.app:\n  observe", done.stdout)
        self.assertIn("5 entries", done.stdout)
        self.assertNotIn(vector("synthetic/play_integrity.json")["decryption_key_b64"],
                         done.stdout + done.stderr)

    def test_its_roots_are_those_of_the_page_for_operators(self):
        page = (ROOT / "docs" / "attestation.md").read_text(encoding="utf-8")
        text = self.check(self.write_example()).stdout
        printed = set(re.findall(r"SHA-256 ([0-9a-f]{64})", text))
        self.assertEqual(len(printed), 7)
        for fingerprint in printed:
            self.assertIn(f"`{fingerprint}`", page)

    def test_a_mistake_is_told_with_file_and_line(self):
        path = self.write_example()
        text = pathlib.Path(path).read_text(encoding="utf-8")
        for old, new, place, words in (
                ('mode = "observe"', 'mode = "watch"', 'mode = "watch"', "observe, enforce"),
                ("require_for_platforms", "require_platforms", "require_platforms", "no knob"),
                ("[anchors]", "[anchors", "[anchors", ""),
                ('decode = "local"', 'decode = "google"', '[policy."org.example.app"]',
                 "service_account_file")):
            with self.subTest(new):
                broken = text.replace(old, new)
                line = 1 + broken[:broken.index(place)].count("\n")
                self.write("attestation.toml", broken)
                done = self.check(path)
                self.assertEqual(done.returncode, REFUSED)
                self.assertIn(f"{path}:{line}: ", done.stderr)
                self.assertIn(words, done.stderr)

    def test_a_file_that_it_names_is_read(self):
        path = self.write_example()
        for name, content in (("roots/apple_root_ca_g3.pem", "no PEM"),
                              ("play-integrity.keys", "DECRYPTION_KEY=AAAA")):
            with self.subTest(name):
                before = (self.folder / name).read_text(encoding="utf-8")
                self.write(name, content)
                done = self.check(path)
                self.assertEqual(done.returncode, REFUSED)
                self.assertIn(name, done.stderr)
                self.write(name, before)
        shutil.copy(VECTORS / "refused_roots/apple_webauthn_root_ca.pem",
                    self.folder / "roots" / "google")
        done = self.check(path)
        self.assertEqual(done.returncode, REFUSED)
        self.assertIn("not to be trusted", done.stderr)

    def test_credentials_for_apple_are_opened_as_the_server_does(self):
        path = self.policy(DEVICE_CHECK)
        self.assertEqual(self.check(path).returncode, REFUSED)
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-out", self.folder / "apple.p8"],
                       check=True, capture_output=True)
        os.chmod(self.folder / "apple.p8", 0o600)
        done = self.check(path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("devicecheck binds nothing", done.stdout)
        os.chmod(self.folder / "apple.p8", 0o644)
        self.assertEqual(self.check(path).returncode, REFUSED)

    def test_an_old_revocation_list_is_a_warning(self):
        path = self.write_example()
        os.utime(self.folder / "revoked.json", (0, 0))
        done = self.check(path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("too old", done.stdout)


class Teaching(WithFolder):
    def test_every_command_explains_itself(self):
        for name in ("verify", "bind", "check", "knobs", "example"):
            done = self.enks(name, "--help")
            self.assertEqual(done.returncode, 0, name)
            self.assertIn("Usage", done.stdout)

    def test_knobs_lists_what_policies_may_say(self):
        text = self.enks("knobs").stdout
        for knob in ("mode", "app_attest.require_receipt", "devicecheck.team_id"):
            self.assertRegex(text, rf"(?m)^{re.escape(knob)}$")
        page = (ROOT / "docs" / "attestation.md").read_text(encoding="utf-8")
        self.assertIn(self.enks("knobs", "--markdown").stdout, page)


if __name__ == "__main__":
    unittest.main()
