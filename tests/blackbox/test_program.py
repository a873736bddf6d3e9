"""The real program from outside: subcommands, serving, exporting, serving files, explaining."""

import base64
import json
import os
import pathlib
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import export_files  # noqa: E402
from support.installation import Installation, random_upload  # noqa: E402
from support.server import Server, wait_until  # noqa: E402

ENKS = os.environ["PROGRAM_UNDER_TEST"]
APP = "org.example.blackbox"
ANY_PORTS = ["server.listen_public=127.0.0.1:0", "server.listen_internal=127.0.0.1:0"]
QUICK_EXPORTS = ["publish.truncate_window=1s", "export.min_window_age=0s",
                 "jobs.create_batches_every=0s", "jobs.do_work_every=0s"]
JSON = {"Content-Type": "application/json"}


def public_key(folder, curve="prime256v1"):
    """A PEM public key made by OpenSSL, as a health authority would hand it over."""
    private, public = folder / f"{curve}.key", folder / f"{curve}.pem"
    subprocess.run(["openssl", "ecparam", "-name", curve, "-genkey", "-noout", "-out", private],
                   check=True, capture_output=True)
    subprocess.run(["openssl", "ec", "-in", private, "-pubout", "-out", public],
                   check=True, capture_output=True)
    return str(public)


class Help(unittest.TestCase):
    def test_every_subcommand_explains_itself(self):
        top = subprocess.run([ENKS, "--help"], capture_output=True, text=True, check=True).stdout
        names = [line.split()[0] for line in top.split("Subcommands:")[1].splitlines()
                 if line.startswith("  ") and not line.startswith("   ")]
        self.assertGreaterEqual(len(names), 12)
        for name in names:
            done = subprocess.run([ENKS, name, "--help"], capture_output=True, text=True,
                                  check=False)
            self.assertEqual(done.returncode, 0, name)
            self.assertIn("Usage", done.stdout, name)

    def test_wrong_usage_ends_with_status_2_and_says_where_help_is(self):
        done = subprocess.run([ENKS, "no-such-command"], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--help", done.stderr)


class Configuration(unittest.TestCase):
    def setUp(self):
        self.installation = Installation(ENKS, overrides=ANY_PORTS)
        self.addCleanup(self.installation.remove)

    def fails(self, *arguments):
        done = self.installation.run(*arguments, check=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        return done.stderr

    def test_init_refuses_to_touch_an_installation(self):
        done = self.installation.run("init", overrides=False, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("already holds an installation", done.stderr)

    def test_private_files_are_the_owners_alone(self):
        for path in self.installation.data.rglob("*"):
            if path.is_file():
                self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_an_unknown_setting_stops_the_start_with_its_name(self):
        with open(self.installation.data / "enks.toml", "a", encoding="utf-8") as file:
            file.write("\n[publsh]\nkeys_max = 3\n")
        self.assertIn("publsh.keys_max", self.fails("serve"))
        self.assertIn("publish.keys_max", self.fails("settings"))

    def test_settings_lists_every_setting_with_its_variable(self):
        text = self.installation.run("settings").stdout
        self.assertIn("publish.truncate_window", text)
        self.assertIn("ENKS_PUBLISH_TRUNCATE_WINDOW or TRUNCATE_WINDOW", text)

    def test_authorities_can_be_added_shown_changed_and_removed(self):
        run = self.installation.run
        key = public_key(self.installation.root)
        run("authority", "add", "--issuer", "iss", "--audience", "aud", "--name", "Health",
            "--key-version", "v1", "--public-key", key)
        shown = run("authority", "show", "1").stdout
        self.assertIn("issuer    iss", shown)
        self.assertIn("v1", shown)
        self.assertIn("operator", shown)
        self.assertIn("renamed", run("authority", "change", "1", "--name", "renamed").stdout)
        self.assertIn("iss", run("authority", "list").stdout)
        run("authority", "add-key", "1", "--key-version", "v2", "--public-key", key)
        run("authority", "revoke-key", "1", "v1")
        self.assertIn("ended", run("authority", "show", "1").stdout)
        run("authority", "remove-key", "1", "v2")
        run("authority", "remove", "1")
        self.assertIn("there is no health authority 1", self.fails("authority", "show", "1"))

    def test_a_jwks_address_is_https_and_a_sync_by_hand_says_what_it_did(self):
        run = self.installation.run
        self.assertIn("No health authority has a JWKS address", run("authority", "sync").stdout)
        add = ("authority", "add", "--issuer", "i", "--audience", "a", "--name", "Health",
               "--jwks-uri")
        self.assertIn("must begin with https://", self.fails(*add, "http://localhost/jwks"))
        self.assertIn("No health authorities", run("authority", "list").stdout)
        with socket.socket() as taken:  # but nobody listens there
            taken.bind(("127.0.0.1", 0))
            host = f"127.0.0.1:{taken.getsockname()[1]}"
            run(*add, f"https://user:hunter2@{host}/jwks")
            failed = run("authority", "sync", "1", check=False)
        self.assertEqual(failed.returncode, 1)
        self.assertIn(f"nothing was changed: no answer from {host}", failed.stdout)
        self.assertIn("1 of 1 health authorities could not be synced", failed.stderr)
        self.assertNotIn("hunter2", failed.stdout + failed.stderr)
        self.assertIn("there is no health authority 2 with a JWKS address",
                      self.fails("authority", "sync", "2"))

    def test_a_key_that_could_never_verify_is_refused(self):
        bad = public_key(self.installation.root, "secp384r1")
        message = self.fails("authority", "add", "--issuer", "i", "--audience", "a", "--name", "n",
                             "--key-version", "v1", "--public-key", bad)
        self.assertIn("P-256", message)
        self.assertIn("No health authorities", self.installation.run("authority", "list").stdout)

    def test_apps_can_be_added_shown_changed_and_removed(self):
        run = self.installation.run
        run("app", "add", "Org.Example.App", "--region", "us", "--bypass-certificate")
        self.assertIn("anyone can publish", run("app", "show", "org.example.app").stdout)
        changed = run("app", "change", "org.example.app", "--no-bypass-certificate",
                      "--region", "CA", "--region", "US").stdout
        self.assertIn("CA, US", changed)
        self.assertNotIn("anyone can publish", changed)
        self.assertIn("already", self.fails("app", "add", "ORG.example.app", "--region", "US"))
        run("app", "remove", "org.example.app")
        self.assertIn("No authorized apps", run("app", "list").stdout)

    def test_signature_infos_need_a_key_that_exists(self):
        run = self.installation.run
        self.assertIn("v1", run("signature-info", "show", "1").stdout)
        self.assertIn("export-9", self.fails("signature-info", "add", "--key",
                                             "file://export-9.pem", "--key-id", "310",
                                             "--key-version", "v2"))
        self.assertIn("BEGIN PUBLIC KEY", run("keygen", "export-9.pem").stdout)
        run("signature-info", "add", "--key", "file://export-9.pem", "--key-id", "310",
            "--key-version", "v2")
        self.fails("keygen", "export-9.pem")
        run("signature-info", "change", "2", "--thru", "2100-01-01")
        self.assertIn("2100-01-01", run("signature-info", "list").stdout)
        run("signature-info", "remove", "2")

    def test_export_configurations_are_checked_on_saving(self):
        run = self.installation.run
        self.assertIn("period              4h", run("export-config", "show", "1").stdout)
        add = ["export-config", "add", "--bucket", "b", "--root", "r", "--region", "US",
               "--signature-info", "1"]
        self.assertIn("period", self.fails(*add, "--period", "7h"))
        run(*add, "--period", "6h", "--exclude-region", "CA")
        self.assertIn("already", self.fails(*add, "--period", "6h"))
        self.assertIn("CA, MX", run("export-config", "change", "2", "--exclude-region", "CA",
                                    "--exclude-region", "MX").stdout)
        self.assertIn("2", run("export-config", "list").stdout)
        run("export-config", "remove", "2")

    def test_migrating_an_up_to_date_database_changes_nothing(self):
        self.assertIn("up to date", self.installation.run("migrate").stdout)


class OneKey(unittest.TestCase):
    """From an upload to a verified file, and back with explain."""

    def setUp(self):
        self.installation = Installation(ENKS, overrides=ANY_PORTS + QUICK_EXPORTS, period="1s")
        self.addCleanup(self.installation.remove)
        self.installation.run("app", "add", APP, "--region", "US", "--bypass-certificate")
        self.server = self.installation.serve()
        self.addCleanup(self.server.kill)

    def export_until(self, condition):
        def attempt():
            for path in ("/create-batches", "/do-work"):
                answer, text = self.server.request("POST", path, listener="internal")
                self.assertIn(text.strip(), (b'{"ok":true}', b'{"error":"too early"}'), path)
                self.assertEqual(answer.status, 200)
            return condition()
        return wait_until(attempt, 30, "the export")

    def index(self):
        answer, text = self.server.request("GET", "/files/exposures/US/index.txt")
        return text.decode().split("\n") if answer.status == 200 and text else []

    def upload(self, **changes):
        body, teks = random_upload(APP)
        if changes:
            body = json.dumps({**json.loads(body), **changes})
        answer, text = self.server.request("POST", "/v1/publish", body, JSON)
        return answer, json.loads(text), teks

    def test_a_key_reaches_a_signed_file_and_can_be_explained(self):
        answer, result, teks = self.upload()
        self.assertEqual(answer.status, 200)
        self.assertEqual(result["insertedExposures"], 14)
        self.assertEqual(answer.getheader("X-Api-Version"), "v1")
        name = self.export_until(lambda: self.index())[0]
        answer, content = self.server.request("GET", f"/files/exposures/{name}")
        self.assertEqual(answer.getheader("Content-Type"), "application/zip")
        keys = export_files.read(content)["keys"]
        self.assertTrue({base64.b64decode(tek) for tek in teks} <= set(keys))
        self.assertEqual(keys, sorted(keys))
        self.assertGreaterEqual(len(keys), 1000)
        self.inspect_and_verify(content, len(keys))
        explained = self.installation.run("explain", teks[0]).stdout
        self.assertIn(name, explained)
        self.assertIn(APP, explained)
        unknown = base64.b64encode(os.urandom(16)).decode()
        self.assertIn("not stored", self.installation.run("explain", unknown).stdout)

    def inspect_and_verify(self, content, key_count):
        path = self.installation.root / "file.zip"
        path.write_bytes(content)
        human = subprocess.run([ENKS, "export", "inspect", path], capture_output=True, text=True,
                               check=True).stdout
        self.assertIn("US", human)
        machine = subprocess.run([ENKS, "export", "inspect", path, "--json"],
                                 capture_output=True, text=True, check=True).stdout
        self.assertIn(str(key_count), json.dumps(json.loads(machine)))
        _, text = self.server.request("GET", "/v1/keys")
        self.assertEqual(json.loads(text), json.loads(self.installation.run("keys").stdout))
        pem = self.installation.root / "public.pem"
        pem.write_text(find_value(json.loads(text), "publicKeyPem"))
        verify = [ENKS, "export", "verify", path, "--public-key", pem]
        self.assertEqual(subprocess.run(verify, capture_output=True, check=False).returncode, 0)
        pem.write_text(pathlib.Path(public_key(self.installation.root)).read_text())
        self.assertEqual(subprocess.run(verify, capture_output=True, check=False).returncode, 1)

    def test_files_are_served_as_caches_want_them(self):
        self.upload()
        name = self.export_until(lambda: self.index())[0]
        path = f"/files/exposures/{name}"
        answer, whole = self.server.request("GET", path)
        etag = answer.getheader("ETag")
        self.assertIn("immutable", answer.getheader("Cache-Control"))
        answer, text = self.server.request("GET", path, headers={"If-None-Match": etag})
        self.assertEqual((answer.status, text), (304, b""))
        answer, text = self.server.request("GET", path, headers={"Range": "bytes=2-5"})
        self.assertEqual((answer.status, text), (206, whole[2:6]))
        answer, text = self.server.request("HEAD", path)
        self.assertEqual((answer.status, text), (200, b""))
        self.assertEqual(int(answer.getheader("Content-Length")), len(whole))
        for bad in ("/files/exposures/US/../../enks.toml", "/files/exposures/US/%2e%2e/x.zip",
                    "/files/../enks.db", "/files/exposures/US/none.zip"):
            self.assertIn(self.server.request("GET", bad)[0].status, (301, 400, 404), bad)

    def publish(self, upload):
        answer, text = self.server.request("POST", "/v1/publish", json.dumps(upload), JSON)
        return answer.status, json.loads(text)

    def test_known_keys_need_a_revision_token_unless_an_upload_only_repeats_them(self):
        first, other = (json.loads(random_upload(APP, keys=3)[0]) for _ in range(2))
        status, answer = self.publish(first)
        self.assertEqual((status, answer["insertedExposures"]), (200, 3))
        status, again = self.publish(first)
        self.assertEqual(status, 200)
        self.assertNotIn("insertedExposures", again)
        # With a key more it is another upload.
        more = dict(first, temporaryExposureKeys=first["temporaryExposureKeys"][:2]
                    + other["temporaryExposureKeys"][2:])
        status, refused = self.publish(more)
        self.assertEqual((status, refused["code"]), (400, "missing_revision_token"))
        for token in (answer["revisionToken"], again["revisionToken"]):
            status, taken = self.publish(dict(more, revisionToken=token))
            self.assertEqual(status, 200, taken)
        status, refused = self.publish(dict(more, revisionToken="AAAA"))
        self.assertEqual(status, 200, "an unreadable token is as good as none for a repetition")

    def test_what_is_wrong_with_an_upload_is_said(self):
        cases = [({"healthAuthorityID": "unknown"}, 401, "unknown_health_authority_id"),
                 ({"temporaryExposureKeys": []}, 400, "bad_request"),
                 ({"surprise": 1}, 400, "bad_request")]
        for changes, status, code in cases:
            answer, result, _ = self.upload(**changes)
            self.assertEqual((answer.status, result["code"]), (status, code), changes)
            self.assertIn("padding", result)

    def test_a_body_may_have_64000_bytes_and_not_one_more(self):
        for size, status in ((64_000, 200), (64_001, 413)):
            body = json.loads(random_upload(APP)[0])
            body["padding"] = ""
            body["padding"] = "a" * (size - len(json.dumps(body)))
            answer, text = self.server.request("POST", "/v1/publish", json.dumps(body), JSON)
            self.assertEqual(answer.status, status, text)

    def test_any_method_uploads(self):
        for method in ("GET", "PUT", "OPTIONS"):
            body, _ = random_upload(APP)
            answer, text = self.server.request(method, "/v1/publish", body, JSON)
            self.assertEqual(answer.status, 200, text)
            self.assertEqual(json.loads(text)["insertedExposures"], 14)

    def test_health_is_told_on_both_listeners_and_triggers_only_inside(self):
        for listener in ("public", "internal"):
            answer, text = self.server.request("GET", "/health", listener=listener)
            self.assertEqual((answer.status, json.loads(text)), (200, {"status": "ok"}))
        self.assertEqual(self.server.request("POST", "/do-work")[0].status, 404)
        self.assertEqual(
            self.server.request("POST", "/v1/publish", "{}", JSON, "internal")[0].status, 404)

    def test_the_log_holds_no_key_and_no_address_of_a_phone(self):
        connection = self.server.connect()
        connection.source_address = ("127.0.0.77", 0)
        body, teks = random_upload(APP)
        connection.request("POST", "/v1/publish", body, JSON)
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()
        self.upload(verificationPayload="not.a.jwt", hmacKey="c2VjcmV0LWhtYWMta2V5")
        self.assertEqual(self.server.stop(), 0)
        log = self.server.log_text()
        self.assertIn("started", log)
        for secret in [*teks, "not.a.jwt", "c2VjcmV0LWhtYWMta2V5", "127.0.0.77"]:
            self.assertNotIn(secret, log)


class OpenFiles(unittest.TestCase):
    """A stranger who merely opens connections must not take what exports and databases need."""

    def setUp(self):
        overrides = ANY_PORTS + QUICK_EXPORTS + ["http.connections_max=400"]
        self.installation = Installation(ENKS, overrides=overrides, period="1s")
        self.addCleanup(self.installation.remove)
        self.installation.run("app", "add", APP, "--region", "US", "--bypass-certificate")

    def serve(self, limit):
        server = Server(["prlimit", f"--nofile={limit}", *self.installation.command("serve")])
        self.addCleanup(server.kill)
        return server

    def test_the_soft_limit_is_raised_as_far_as_connections_need_it(self):
        server = self.serve("100:2000")
        limits = pathlib.Path(f"/proc/{server.process.pid}/limits").read_text(encoding="ascii")
        line = next(line for line in limits.splitlines() if line.startswith("Max open files"))
        self.assertEqual(line.split()[3], str(2 * 400 + 256))

    def test_exports_go_on_while_idle_connections_use_up_the_public_listener(self):
        server = self.serve("400:400")
        body, _ = random_upload(APP)
        self.assertEqual(server.request("POST", "/v1/publish", body, JSON)[0].status, 200)
        idle = []
        self.addCleanup(lambda: [connection.close() for connection in idle])
        for _ in range(450):
            idle.append(server.connect())
            idle[-1].connect()
        index = self.installation.data / "files" / "exposures" / "US" / "index.txt"

        def exported():
            for path in ("/create-batches", "/do-work"):
                answer, text = server.request("POST", path, listener="internal")
                self.assertEqual(answer.status, 200, text)
            return index.is_file() and index.read_text(encoding="ascii")

        wait_until(exported, 30, "the export")
        self.assertEqual(server.log_text().count("fewer connections than"), 1)
        self.assertNotIn("ERROR", server.log_text())


class Roles(unittest.TestCase):
    def test_the_work_can_be_split_over_processes_on_one_database(self):
        installation = Installation(ENKS, overrides=ANY_PORTS + QUICK_EXPORTS, period="1s")
        self.addCleanup(installation.remove)
        installation.run("app", "add", APP, "--region", "US", "--bypass-certificate")
        publish = installation.serve_alone("--roles", "publish")
        self.addCleanup(publish.kill)
        export = installation.serve_alone("--roles", "export,files")
        self.addCleanup(export.kill)
        body, teks = random_upload(APP)
        self.assertEqual(publish.request("POST", "/v1/publish", body, JSON)[0].status, 200)
        self.assertEqual(export.request("POST", "/v1/publish", body, JSON)[0].status, 404)

        def exported():
            export.request("POST", "/create-batches", listener="internal")
            export.request("POST", "/do-work", listener="internal")
            _, index = export.request("GET", "/files/exposures/US/index.txt")
            return index.decode().split("\n")[0] if index.startswith(b"US/") else None

        name = wait_until(exported, 30, "the export by the other process")
        _, content = export.request("GET", f"/files/exposures/{name}")
        keys = set(export_files.read(content)["keys"])
        self.assertTrue({base64.b64decode(tek) for tek in teks} <= keys)


def find_value(node, name):
    """The first value of member `name` anywhere in a JSON document."""
    if isinstance(node, dict):
        if name in node:
            return node[name]
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            found = find_value(item, name)
            if found is not None:
                return found
    return None


if __name__ == "__main__":
    unittest.main()
