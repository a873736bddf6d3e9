"""An operator takes back what a stolen key vouched for, and phones drop the warning."""

import base64
import os
import pathlib
import pty
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import export_files  # noqa: E402
from support.installation import Installation  # noqa: E402
from support.server import wait_until  # noqa: E402

ENKS = os.environ["PROGRAM_UNDER_TEST"]
APP = "org.example.recall"
REVOKED = 5  # report type in an export file
SETTINGS = ["server.listen_public=127.0.0.1:0", "server.listen_internal=127.0.0.1:0",
            "publish.truncate_window=1s", "export.min_window_age=0s", "export.file_min_records=60",
            "jobs.create_batches_every=0s", "jobs.do_work_every=0s"]


class Source:
    """A health authority, its key, and one phone with a diagnosis of it."""

    def __init__(self, installation, name, number):
        self.issuer, self.number, self.root = name, number, installation.root
        self.key, self.heard = self.root / f"{name}.key", self.root / f"{name}.heard"
        public = self.root / f"{name}.pem"
        public.write_text(self.phone("make-authority", self.key, "--issuer", name).stdout)
        installation.run("authority", "add", "--issuer", name, "--audience", "enks", "--name",
                         name, "--key-version", "v1", "--public-key", public,
                         "--from", "2020-01-01")

    @staticmethod
    def phone(*arguments):
        return subprocess.run([ENKS, "phone", *arguments], check=True, capture_output=True,
                              text=True, timeout=120)

    def upload(self, url, *arguments):
        done = self.phone("upload", "--url", url, "--app", APP, "--authority-key", self.key,
                          "--issuer", self.issuer, "--heard", self.heard, "--days", "4",
                          *arguments)
        return [base64.b64decode(text) for text in re.findall(r"TEK (\S+)", done.stdout)]

    def download(self, url):
        return self.phone("download", "--url", url, "--root", "US", "--heard", self.heard).stdout


class Recall(unittest.TestCase):
    def setUp(self):
        self.installation = Installation(ENKS, overrides=SETTINGS, period="1s")
        self.addCleanup(self.installation.remove)
        self.stolen = Source(self.installation, "stolen.example", 1)
        self.honest = Source(self.installation, "honest.example", 2)
        self.installation.run("app", "add", APP, "--region", "US", "--authority", "1",
                              "--authority", "2")
        self.server = self.installation.serve()
        self.addCleanup(self.server.kill)
        self.url = "http://" + self.server.addresses["public"]

    def file_names(self):
        answer, body = self.server.request("GET", "/files/exposures/US/index.txt")
        return body.decode().split() if answer.status == 200 else []

    def files(self):
        read = []
        for name in self.file_names():
            read.append(export_files.read(
                self.server.request("GET", f"/files/exposures/{name}")[1]))
        return read

    def export(self, done):
        """Exports until the condition holds for the files there are."""
        def attempt():
            for path in ("/create-batches", "/do-work"):
                self.server.request("POST", path, listener="internal")
            return done(self.files())
        wait_until(attempt, 60, "the export")

    def recall(self, *arguments, stdin=subprocess.DEVNULL):
        return subprocess.run(self.installation.command("recall", *arguments), check=False,
                              capture_output=True, text=True, timeout=120, stdin=stdin)

    def publish(self):
        """One upload of each source, exported."""
        wrong, right = self.stolen.upload(self.url), self.honest.upload(self.url)
        self.assertEqual((len(wrong), len(right)), (4, 4))
        oldest = {wrong[0], right[0]}
        self.export(lambda files: oldest <= {key for file in files for key in file["keys"]})
        return wrong, right

    def test_recalled_keys_come_out_as_revoked_and_the_warning_goes_away(self):
        wrong, right = self.publish()
        published = {key for file in self.files() for key in file["keys"]}
        self.assertIn("the user is warned", self.stolen.download(self.url))

        selectors = ("--authority", "stolen.example", "--key-version", "v1", "--reason", "stolen")
        looked = self.recall(*selectors, "--dry-run")
        self.assertEqual(looked.returncode, 0, looked.stderr)
        out = len(published & set(wrong))
        self.assertIn(f"{out} keys to be revoked, {4 - out} to be deleted", looked.stdout)
        self.assertIn("enks authority revoke-key 1 v1", looked.stderr)
        self.assertIn("Nothing was ever recalled", self.recall("--list").stdout)

        self.installation.run("authority", "revoke-key", "1", "v1")
        done = self.recall(*selectors, "--operator", "ada", "--yes")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("revoke-key", done.stderr)
        self.assertIn(f"{out} keys revoked and {4 - out} deleted unpublished", done.stdout)
        self.assertIn("exposures/US: files due from 20", done.stdout)

        revoked = published & set(wrong)
        self.export(lambda files: any(revoked & set(file["revised"]) for file in files))
        files = self.files()
        revised = [key for file in files for key in file["revised"]]
        self.assertEqual(len(revised), len(set(revised)), "a key is revised twice")
        self.assertLessEqual(revoked, set(revised))
        self.assertFalse(set(right) & set(revised))
        for file in files:
            self.assertEqual(set(file["revised_types"].values()) - {REVOKED}, set())
        padding = int(re.search(r"; (\d+) padding keys went", done.stdout).group(1))
        self.assertGreater(padding, 0)
        self.assertEqual(len(revised), len(revoked) + padding)
        self.assertIn("no warning", self.stolen.download(self.url))
        self.assertIn("the user is warned", self.honest.download(self.url))

    def test_the_record_tells_who_what_why_and_how_many_but_no_key(self):
        wrong, _ = self.publish()
        self.recall("--authority", "1", "--thru", "2100-01-01", "--reason", "feed of lab 7",
                    "--operator", "ada", "--yes")
        listed = self.recall("--list")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        for text in ("by ada", "authority 1 (stolen.example)", "feed of lab 7",
                     "released before 2100-01-01T00:00:00Z"):
            self.assertIn(text, listed.stdout)
        self.assertNotIn("not yet", listed.stdout)
        for key in wrong:
            self.assertNotIn(base64.b64encode(key).decode(), listed.stdout)
        again = self.recall("--authority", "1", "--reason", "again", "--yes")
        self.assertIn("No key is selected that is not recalled already", again.stdout)
        self.assertIn("Recall 2 is done: 0 keys revoked and 0 deleted", again.stdout)

    def test_it_asks_at_a_terminal_and_elsewhere_wants_yes(self):
        self.stolen.upload(self.url)
        arguments = ("--authority", "1", "--reason", "stolen")
        refused = self.recall(*arguments)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("--yes", refused.stderr)
        for answer, status in ((b"no\n", 1), (b"yes\n", 0)):
            master, slave = pty.openpty()
            os.write(master, answer)
            asked = self.recall(*arguments, stdin=slave)
            self.assertEqual(asked.returncode, status, asked.stderr)
            self.assertIn("Type yes", asked.stderr)
            os.close(slave)
            os.close(master)
        self.assertEqual(self.recall("--list").stdout.count("recall    "), 1)

    def test_what_says_too_little_is_refused_with_what_is_missing(self):
        for arguments, text in [
                (("--reason", "x", "--yes"), "say what to recall"),
                (("--authority", "1", "--yes"), "--reason is missing"),
                (("--authority", "nobody.example", "--reason", "x"), "authority list"),
                (("--app", APP, "--from", "soon", "--reason", "x"), "--from soon: write a time"),
                (("--from", "2021-01-02", "--thru", "2021-01-01", "--reason", "x"), "is empty")]:
            with self.subTest(arguments=arguments):
                done = self.recall(*arguments)
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertIn(text, done.stderr)
        for selector in ("--authority", "--key-version", "--app", "--from", "--thru"):
            with self.subTest(empty=selector):
                given = {"--authority": "1", "--thru": "2100-01-01", selector: ""}
                words = [word for option in given.items() for word in option]
                done = self.recall(*words, "--reason", "x", "--yes")
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertIn(f"{selector} is empty", done.stderr)
        self.assertEqual(self.recall("--key-version", "v1", "--reason", "x").returncode, 2)
        self.assertIn("Nothing was ever recalled", self.recall("--list").stdout)


if __name__ == "__main__":
    unittest.main()
