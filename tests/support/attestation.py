"""Runs `enks attestation` on the vectors of tests/vectors/device-attestation."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ENKS = os.environ["PROGRAM_UNDER_TEST"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests" / "vectors" / "device-attestation"
ROOTS = VECTORS / "roots"
ACCEPTED, REFUSED, WRONG_USAGE, UNDECIDED = 0, 1, 2, 3

ANCHORS = f"""
[anchors]
safetynet = ["{ROOTS}/globalsign_root_ca_r2.pem"]
app-attest = ["{ROOTS}/apple_app_attestation_root_ca.pem"]
app-attest-receipt = ["{ROOTS}/apple_root_ca_g3.pem"]
android-key-attestation = ["{ROOTS}/google_hw_attestation_root_2016.pem"]
"""


def vector(path):
    return json.loads((VECTORS / path).read_text(encoding="utf-8"))


DEVICE_CHECK = """
[policy."app"]
mode = "enforce"
schemes = ["devicecheck"]
[policy."app".devicecheck]
team_id = "ABCDE12345"
key_id = "FGHIJ67890"
private_key_file = "apple.p8"
"""


class WithFolder(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="enks-attestation-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content),
                        encoding="utf-8")
        return str(path)

    def enks(self, *arguments):
        return subprocess.run([ENKS, "attestation", *arguments], capture_output=True, text=True,
                              timeout=60, check=False, cwd=self.folder)

    def policy(self, text):
        return self.write("policy.toml", ANCHORS + text)
