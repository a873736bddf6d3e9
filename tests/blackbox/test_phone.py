"""The simulated phones from outside: what `enks phone` leaves behind and what it keeps."""

import http.server
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.installation import Installation  # noqa: E402
from support.server import wait_until  # noqa: E402

ENKS = os.environ["PROGRAM_UNDER_TEST"]
APP = "org.example.byhand"
SETTINGS = ["server.listen_public=127.0.0.1:0", "server.listen_internal=127.0.0.1:0",
            "publish.truncate_window=1s", "export.min_window_age=0s",
            "jobs.create_batches_every=0s", "jobs.do_work_every=0s"]


def processes_with(word):
    """Ids of the processes that have `word` as an argument."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if entry.name.isdigit() and str(word).encode() in arguments:
            found.append(int(entry.name))
    return found


def free_ports():
    """The first of two neighbouring ports that nobody uses."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


class PhoneTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.temporary = self.root / "tmp"
        self.temporary.mkdir()
        self.environment = {**os.environ, "TMPDIR": str(self.temporary)}

    def phone(self, *arguments):
        return subprocess.run([ENKS, "phone", *arguments], env=self.environment, check=False,
                              capture_output=True, text=True, timeout=240)

    def start(self, *arguments):
        return subprocess.Popen([ENKS, "phone", *arguments], env=self.environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def assert_nothing_left(self):
        self.assertEqual(list(self.temporary.iterdir()), [])


class Simulate(PhoneTest):
    def test_what_cannot_be_simulated_is_refused_with_its_range(self):
        for arguments, text in [(("--phones", "1"), "phones must be 2 to 1000000, not 1"),
                                (("--days", "1"), "days must be 2 to 365, not 1"),
                                (("--contacts", "-1"), "contacts a day must be 0 to 1000, not -1"),
                                (("--start", "2019-12-31"), "start must be 2020-01-01")]:
            with self.subTest(arguments=arguments):
                done = self.phone("simulate", *arguments)
                self.assertEqual(done.returncode, 1)
                self.assertIn(text, done.stderr)
                self.assert_nothing_left()

    def test_a_story_leaves_nothing_behind(self):
        done = self.phone("simulate", "--phones", "300", "--days", "4")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("passed", done.stdout)
        self.assert_nothing_left()

    def test_a_story_that_proves_nothing_fails(self):
        done = self.phone("simulate", "--phones", "2", "--days", "2", "--contacts", "0",
                          "--seed", "4")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("nothing was proved", done.stdout)

    def test_an_interrupted_story_leaves_nothing_behind(self):
        story = self.start("simulate", "--phones", "3000", "--days", "60")
        wait_until(lambda: any(self.temporary.iterdir()), 60, "the story to begin")
        story.send_signal(signal.SIGINT)
        _, errors = story.communicate(timeout=120)
        self.assertEqual(story.returncode, 1)
        self.assertIn("stopped", errors)
        self.assert_nothing_left()


class Demo(PhoneTest):
    def setUp(self):
        super().setUp()
        self.data = self.root / "demo"
        self.port = free_ports()
        self.arguments = ["demo", "--data", str(self.data), "--port", str(self.port)]

    def assert_no_server_left(self):
        self.assertFalse((self.data / "server.pid").exists())
        self.assertEqual(processes_with(self.data), [])

    def test_what_cannot_be_simulated_is_refused_before_anything_is_made(self):
        done = self.phone(*self.arguments, "--phones", "1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("phones must be 2 to 1000000, not 1", done.stderr)
        self.assertFalse(self.data.exists())

    def test_another_program_on_the_port_is_not_taken_for_the_server(self):
        class Healthy(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Healthy) as stranger:
            threading.Thread(target=stranger.serve_forever, daemon=True).start()
            done = self.phone(*self.arguments)
            stranger.shutdown()
        self.assertEqual(done.returncode, 1)
        self.assertIn("the server did not start", done.stderr)
        self.assertNotIn("A server is running", done.stderr)
        self.assert_no_server_left()

    def test_an_interrupted_demonstration_takes_its_server_with_it(self):
        demo = self.start(*self.arguments)
        pid_file = self.data / "server.pid"
        pid = int(wait_until(lambda: pid_file.exists() and pid_file.read_text(), 60, "a server"))
        self.assertIn(pid, processes_with(self.data))
        demo.send_signal(signal.SIGINT)
        _, errors = demo.communicate(timeout=60)
        self.assertEqual(demo.returncode, 1)
        self.assertIn("stopped", errors)
        self.assert_no_server_left()


class ByHand(PhoneTest):
    """One phone against a server that takes no key older than five days."""

    def setUp(self):
        super().setUp()
        self.installation = Installation(
            ENKS, overrides=[*SETTINGS, "publish.key_age_max=120h"], period="1s")
        self.addCleanup(self.installation.remove)
        self.key, self.heard = self.root / "authority.key", self.root / "heard.txt"
        self.memory = self.root / "memory.txt"
        public = self.root / "authority.pem"
        public.write_text(self.phone("make-authority", self.key).stdout)
        run = self.installation.run
        run("authority", "add", "--issuer", "simulated health authority", "--audience", "enks",
            "--name", "Simulated", "--key-version", "v1", "--public-key", public,
            "--from", "2020-01-01")
        run("app", "add", APP, "--region", "US", "--authority", "1")
        self.server = self.installation.serve()
        self.addCleanup(self.server.kill)
        self.url = "http://" + self.server.addresses["public"]

    def upload(self, *arguments):
        return self.phone("upload", "--url", self.url, "--app", APP, "--authority-key", self.key,
                          "--heard", self.heard, *arguments)

    def export(self):
        def attempt():
            for path in ("/create-batches", "/do-work"):
                self.server.request("POST", path, listener="internal")
            return self.server.request("GET", "/files/exposures/US/index.txt")[1].strip()
        wait_until(attempt, 30, "the export")

    def download(self):
        return self.phone("download", "--url", self.url, "--root", "US", "--heard", self.heard,
                          "--memory", self.memory)

    def test_an_upload_taken_in_part_keeps_its_keys(self):
        done = self.upload()
        self.assertEqual(done.returncode, 1)
        self.assertIn("not accepted in full: partial_failure", done.stderr)
        taken = int(re.search(r"(\d+) keys inserted", done.stdout).group(1))
        self.assertTrue(0 < taken < 14, done.stdout)
        self.assertEqual(done.stdout.count("  TEK "), 14)
        self.assertEqual(len(self.heard.read_text().splitlines()), 14)
        self.export()
        found = self.download()
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn(f"{taken} key(s) matched: the user is warned", found.stdout)

    def test_a_refused_upload_keeps_nothing(self):
        done = self.phone("upload", "--url", self.url, "--app", "org.example.unknown",
                          "--authority-key", self.key, "--heard", self.heard)
        self.assertEqual(done.returncode, 1)
        self.assertFalse(self.heard.exists())
        self.assertNotIn("TEK", done.stdout)

    def test_a_phone_with_a_long_memory_goes_on_downloading(self):
        self.assertEqual(self.upload("--days", "3").returncode, 0)
        self.export()
        now = int(time.time())
        ends = range(now - 13 * 86400, now - 86400, 300)
        self.memory.write_text("".join(f"file {end - 300} {end} 1\n" for end in ends))
        self.assertGreater(self.memory.stat().st_size, 64 * 1024)
        found = self.download()
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("3 key(s) matched", found.stdout)
        self.assertIn("0 new file(s)", self.download().stdout)


if __name__ == "__main__":
    unittest.main()
