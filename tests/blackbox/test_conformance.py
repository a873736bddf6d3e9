"""The conformance kit against the real program, and against one that is set up wrongly."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.installation import IS_SPLIT, Installation  # noqa: E402

ENKS = os.environ["PROGRAM_UNDER_TEST"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
KIT = ROOT / "tests" / "conformance"
SETTINGS = ["server.listen_public=127.0.0.1:0", "server.listen_internal=127.0.0.1:0",
            "publish.v1alpha1=true"]
# Connection belongs to one hop (RFC 9110 section 7.6.1): a proxy keeps its connection to the phone
# whatever enks does with the one to the proxy. So through a proxy this, and nothing else of this
# case, looks different.
OF_ONE_HOP = "publish.md section 2, Body errors: 64,001 bytes are too many"
OF_ONE_HOP_DIFFERENCE = ['step 1: header Connection: expected "close", got "keep-alive"']


def conformance(*arguments):
    return subprocess.run([ENKS, "conformance", *arguments, "--cases", KIT], check=False,
                          capture_output=True, text=True, timeout=300)


def case_files():
    return [json.loads(path.read_text()) for path in sorted((KIT / "cases").glob("*.json"))]


class Kit(unittest.TestCase):
    def serve(self, *settings):
        """Gives the address of a server with the kit's apps; runs until the test is over."""
        installation = Installation(ENKS, overrides=[*SETTINGS, *settings])
        self.addCleanup(installation.remove)
        self.register(installation)
        server = installation.serve()
        self.addCleanup(server.stop)
        self.installation = installation
        self.server = server
        return "http://" + server.addresses["public"]

    def register(self, installation, status=0):
        done = subprocess.run([ENKS, "conformance", "setup", "--data", installation.data,
                               "--cases", KIT], check=False, capture_output=True, text=True,
                              timeout=60)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stderr

    def failed(self, *arguments):
        """The names of the cases that do not hold."""
        done = conformance(*arguments, "--json")
        outcomes = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertTrue(outcomes, done.stderr)
        failed = {f"{outcome['sheet']}: {outcome['case']}": outcome for outcome in outcomes
                  if outcome["verdict"] not in ("pass", "known failure")}
        self.assertEqual(done.returncode, 1 if failed else 0)
        if IS_SPLIT and failed.get(OF_ONE_HOP, {}).get("differences") == OF_ONE_HOP_DIFFERENCE:
            del failed[OF_ONE_HOP]
        return failed

    def test_every_case_holds_twice(self):
        url = self.serve()
        for _ in range(2):
            self.assertEqual(self.failed("--url", url), {})

    @unittest.skipUnless(IS_SPLIT, "there is no proxy")
    def test_what_a_proxy_may_change_holds_without_it(self):
        self.serve()
        direct = "http://" + self.server.publishing.addresses["public"]
        self.assertEqual(self.failed("--url", direct, "--only", OF_ONE_HOP.split(": ")[1]), {})

    def test_only_divergences_tell_enks_from_the_reference(self):
        failed = self.failed("--url", self.serve(), "--as", "reference")
        self.assertGreaterEqual(len(failed), 10)
        for name, outcome in failed.items():
            self.assertIn("divergence", outcome, name)

    def test_a_server_with_other_limits_fails(self):
        failed = self.failed("--url", self.serve("publish.keys_max=5"))
        self.assertEqual(set(failed), {"publish.md section 6: thirty keys",
                                       "publish.md section 6: thirty-one keys"})

    def test_a_server_with_other_rules_fails(self):
        url = self.serve("certificates.clock_leeway=5m", "publish.onset_days_max=10")
        failed = set(self.failed("--url", url))
        for case in ("verification-certificate.md section 1: an expired certificate",
                     "verification-certificate.md section 1: an nbf in the future",
                     "publish.md section 8: a key 14 days after the onset"):
            self.assertIn(case, failed)

    def test_a_server_that_is_not_there_fails(self):
        done = conformance("--url", "http://127.0.0.1:9", "--only", "the method is not looked at")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no answer", done.stdout)

    def test_no_case_is_no_success(self):
        done = conformance("--url", "http://127.0.0.1:9", "--only", "there is no such case")
        self.assertEqual(done.returncode, 1)

    def test_the_kits_public_key_is_registered_only_where_nobody_else_is(self):
        self.serve()
        self.assertIn("fresh installation", self.register(self.installation, status=1))

    def test_the_page_of_compatibility_is_what_the_program_writes(self):
        done = conformance("table")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((ROOT / "docs" / "compatibility.md").read_text(), done.stdout,
                         "write it anew: enks conformance table > docs/compatibility.md")

    def test_divergences_of_cases_are_documented(self):
        """By an id of the first column, or by how the second begins in a row without id."""
        text = (ROOT / "docs" / "divergences.md").read_text()
        rows = [row.split(" | ") for row in text.splitlines() if row.startswith("| ")]
        ids = {name for row in rows for name in row[0].removeprefix("| ").split(", ")}
        without_id = [row[1] for row in rows if row[0] == "| –"]
        for file in case_files():
            for case in file["cases"]:
                name = case.get("divergence")
                documented = name is None or name in ids or any(
                    words.startswith(name) for words in without_id)
                self.assertTrue(documented, f"docs/divergences.md has no {name}")

    def test_both_halves_of_the_kits_key_belong_together(self):
        public = subprocess.run(["openssl", "pkey", "-in", KIT / "authority.pem", "-pubout"],
                                check=True, capture_output=True, text=True).stdout
        self.assertEqual((KIT / "authority_public.pem").read_text(), public)


if __name__ == "__main__":
    unittest.main()
