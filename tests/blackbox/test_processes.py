"""The server in two processes behind nginx, set up as docs/deploy/README.md says: what each serves,
what nginx keeps to itself and what it leaves as it is."""

import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.installation import IS_SPLIT, Installation, random_upload  # noqa: E402
from support.server import wait_until  # noqa: E402

ENKS = os.environ["PROGRAM_UNDER_TEST"]
APP = "org.example.split"
SETTINGS = ["server.listen_public=127.0.0.1:0", "server.listen_internal=127.0.0.1:0",
            "publish.truncate_window=1s", "export.min_window_age=0s",
            "jobs.create_batches_every=0s", "jobs.do_work_every=0s", "jobs.refresh_every=1s"]
JSON = {"Content-Type": "application/json"}
REFRESH_SECONDS_MAX = 20
PUBLISHED = ("/v1/publish", "/v1/stats")
OUTSIDE = {"/v1/keys": 200, "/files/exposures/US/index.txt": 200}
INSIDE = ("/create-batches", "/do-work", "/cleanup-exposure", "/cleanup-export")
INSIDE_PUBLISHING = ("/rotate-keys", "/sync-keys")


@unittest.skipUnless(IS_SPLIT, "needs SPLIT_INSTALLATION=1")
class SplitTest(unittest.TestCase):
    def setUp(self):
        self.installation = Installation(ENKS, overrides=SETTINGS, period="1s")
        self.addCleanup(self.installation.remove)
        self.installation.run("app", "add", APP, "--region", "US", "--bypass-certificate")
        self.server = self.installation.serve()
        self.addCleanup(self.server.kill)

    def upload(self, server=None, headers=None, **changes):
        """The status and the headers of an upload's answer."""
        body, _ = random_upload(APP)
        body = json.dumps({**json.loads(body), **changes})
        answer, _ = (server or self.server).request("POST", "/v1/publish", body,
                                                    {**JSON, **(headers or {})})
        return answer

    def export(self):
        """Exports until there is an index; gives the path of a file."""
        def attempt():
            for path in ("/create-batches", "/do-work"):
                answer, _ = self.server.request("POST", path, listener="internal")
                self.assertEqual(answer.status, 200, path)
            index = self.server.request("GET", "/files/exposures/US/index.txt")[1].decode()
            return index.startswith("US/") and f"/files/exposures/{index.splitlines()[0]}"
        return wait_until(attempt, 30, "the export")


class Processes(SplitTest):
    def status(self, server, method, path, listener="public"):
        return server.request(method, path, b"{}" if method == "POST" else None, JSON,
                              listener)[0].status

    def test_each_process_serves_what_its_roles_say_and_nothing_else(self):
        self.upload()
        self.export()
        publishing, exporting = self.server.publishing, self.server.exporting
        for path in PUBLISHED:
            self.assertNotEqual(self.status(publishing, "POST", path), 404, path)
            self.assertEqual(self.status(exporting, "POST", path), 404, path)
        for path in OUTSIDE:
            self.assertEqual(self.status(publishing, "GET", path), 404, path)
            self.assertEqual(self.status(exporting, "GET", path), 200, path)
        for path in INSIDE:
            self.assertEqual(self.status(publishing, "POST", path, "internal"), 404, path)
            self.assertEqual(self.status(exporting, "POST", path, "internal"), 200, path)
        for path in INSIDE_PUBLISHING:
            self.assertEqual(self.status(publishing, "POST", path, "internal"), 200, path)
            self.assertEqual(self.status(exporting, "POST", path, "internal"), 404, path)

    def test_the_front_has_all_paths_and_triggers_only_inside(self):
        self.upload()
        self.export()
        for path in PUBLISHED:
            self.assertNotEqual(self.status(self.server, "POST", path), 404, path)
        for path in OUTSIDE:
            self.assertEqual(self.status(self.server, "GET", path), 200, path)
        for path in (*INSIDE, *INSIDE_PUBLISHING):
            self.assertEqual(self.status(self.server, "POST", path, "internal"), 200, path)
            self.assertEqual(self.status(self.server, "POST", path), 404, path)

    def test_uploads_go_on_without_the_exporting_process(self):
        self.server.exporting.kill()
        self.assertEqual(self.upload().status, 200)
        self.assertEqual(self.status(self.server, "GET", "/v1/keys"), 502)

    def test_files_are_served_on_without_the_publishing_process(self):
        self.upload()
        path = self.export()
        self.server.publishing.kill()
        self.assertEqual(self.status(self.server, "GET", path), 200)
        self.assertEqual(self.upload().status, 502)

    def test_what_an_operator_changes_reaches_both_processes_in_time(self):
        run = self.installation.run
        run("maintenance", "on")
        wait_until(lambda: self.upload().status == 429, REFRESH_SECONDS_MAX, "maintenance")
        run("maintenance", "off")
        wait_until(lambda: self.upload().status == 200, REFRESH_SECONDS_MAX, "its end")
        run("app", "remove", APP)
        wait_until(lambda: self.upload().status == 401, REFRESH_SECONDS_MAX, "the app to go")
        run("keygen", "export-2.pem")
        run("signature-info", "add", "--key", "file://export-2.pem", "--key-id", "310",
            "--key-version", "v2")
        wait_until(lambda: b'"v2"' in self.server.request("GET", "/v1/keys")[1],
                   REFRESH_SECONDS_MAX, "the new key")


class Front(SplitTest):
    def test_nginx_keeps_nothing_of_a_phone(self):
        address = "127.0.0.77"
        connection = self.server.connect()
        connection.source_address = (address, 0)
        body, teks = random_upload(APP)
        connection.request("POST", "/v1/publish", body, JSON)
        self.assertEqual(connection.getresponse().status, 200)
        # What nginx has to complain about shows addresses, where it may.
        self.server.publishing.kill()
        connection.close()
        connection.request("POST", "/v1/publish", body, JSON)
        self.assertEqual(connection.getresponse().status, 502)
        connection.close()
        self.server.proxy.stop()
        self.assertIn(address, self.server.proxy.everything())
        kept = self.server.proxy.log_text()
        self.assertIn("nginx/", kept, "its own start is in its log")
        for secret in (address, "/v1/publish", *teks):
            self.assertNotIn(secret, kept)

    def test_no_body_is_written_to_disk(self):
        large = json.loads(random_upload(APP)[0])
        large["padding"] = "a" * 60_000
        answer, _ = self.server.request("POST", "/v1/publish", json.dumps(large), JSON)
        self.assertEqual(answer.status, 200)
        self.assertNotIn("temporary file", self.server.proxy.everything())

    def test_nothing_is_compressed(self):
        """Padding would be for nothing."""
        for headers in ({"Accept-Encoding": "gzip"}, {"Accept-Encoding": "gzip", "X-Chaff": "1"}):
            answer = self.upload(headers=headers)
            self.assertEqual(answer.status, 200)
            self.assertIsNone(answer.getheader("Content-Encoding"))

    def test_a_decoy_is_known_as_one(self):
        for body in (b"{}", b"not even JSON"):
            answer, text = self.server.request("POST", "/v1/publish", body,
                                               {**JSON, "X-Chaff": "1"})
            self.assertEqual(answer.status, 200)
            self.assertIn("padding", json.loads(text))

    def test_bodies_that_are_too_long_are_refused_by_enks_or_far_beyond_by_nginx(self):
        long = b'{"padding":"' + b"x" * 64_000 + b'"}'
        answer, text = self.server.request("POST", "/v1/publish", long, JSON)
        self.assertEqual(answer.status, 413)
        self.assertIn("code", json.loads(text))
        self.assertEqual(
            self.server.request("POST", "/v1/publish", b"x" * 140_000, JSON)[0].status, 413)


if __name__ == "__main__":
    unittest.main()
