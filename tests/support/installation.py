"""A real enks program on a fresh installation, and a real PostgreSQL, for whole-program tests."""

import base64
import http.client
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.parse

POSTGRES_BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
START_SECONDS_MAX = 30
INTERVAL_SECONDS = 600


def wait_until(condition, seconds, what):
    """Polls `condition` until it gives something true; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        threading.Event().wait(0.02)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


class PostgresServer:
    """A PostgreSQL of our own in a temporary folder, reached by its socket; durable as in life."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="enks-pg-")
        self.as_postgres = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self.as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres",
                                "--clear-groups"]
        self._run("initdb", "-D", f"{self.folder}/data", "-A", "trust", "-U", "postgres",
                  "--no-instructions")
        self.process = subprocess.Popen(
            [*self.as_postgres, POSTGRES_BIN / "postgres", "-D", f"{self.folder}/data",
             "-k", self.folder, "-c", "listen_addresses="],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)
        wait_until(lambda: self._ready(), START_SECONDS_MAX, "PostgreSQL to start")

    def _run(self, program, *arguments):
        subprocess.run([*self.as_postgres, POSTGRES_BIN / program, *arguments], check=True,
                       stdout=subprocess.DEVNULL, cwd=self.folder)

    def _ready(self):
        done = subprocess.run([POSTGRES_BIN / "pg_isready", "-h", self.folder, "-q"], check=False)
        return done.returncode == 0

    def url(self, database="postgres"):
        return f"postgres:host={self.folder} user=postgres dbname={database}"

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)


class Installation:
    """`enks init` in a temporary folder; knows how to run subcommands and servers on it."""

    def __init__(self, enks, database=None, overrides=(), region="US", period="4h"):
        self.enks = pathlib.Path(enks).resolve()
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="enks-data-"))
        self.data = self.root / "data"
        self.overrides = list(overrides)
        extra = ["--database", database] if database else []
        self.run("init", "--region", region, "--key-id", "310", "--period", period, *extra,
                 overrides=False)

    def command(self, *arguments, overrides=True):
        sets = [f"--set={override}" for override in self.overrides] if overrides else []
        # Options of a nested subcommand belong behind its own name.
        words = 2 if len(arguments) > 1 and arguments[0] in (
            "authority", "app", "export-config", "signature-info", "maintenance") else 1
        return [self.enks, *arguments[:words], "--data", self.data, *sets, *arguments[words:]]

    def run(self, *arguments, overrides=True, check=True):
        done = subprocess.run(self.command(*arguments, overrides=overrides), check=False,
                              capture_output=True, text=True, timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(f"enks {' '.join(arguments)} failed: {done.stderr}")
        return done

    def serve(self, *arguments):
        return Server(self.command("serve", *arguments))

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


class Server:
    """A running `enks serve`; its addresses are read from what it prints."""

    def __init__(self, command):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log)
        try:
            self.addresses = self._read_addresses()
        except AssertionError:
            self.kill()
            raise

    def _read_addresses(self):
        addresses = {}
        deadline = time.monotonic() + START_SECONDS_MAX
        text = b""
        while b"internal" not in text or not text.endswith(b"\n"):
            readable, _, _ = select.select([self.process.stdout], [], [],
                                           max(0, deadline - time.monotonic()))
            chunk = os.read(self.process.stdout.fileno(), 4096) if readable else b""
            if not chunk:
                raise AssertionError("enks serve did not start: " + self.log_text())
            text += chunk
        for line in text.decode().splitlines():
            name, _, url = line.partition(" ")
            addresses[name] = urllib.parse.urlparse(url.strip()).netloc
        return addresses

    def log_text(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def connect(self, listener="public", timeout=20):
        return http.client.HTTPConnection(self.addresses[listener], timeout=timeout)

    def request(self, method, path, body=None, headers=None, listener="public"):
        connection = self.connect(listener)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def stop(self):
        self.process.terminate()
        status = self.process.wait(timeout=60)
        self.process.stdout.close()
        return status


def random_upload(app, keys=14, now=None):
    """An upload of `keys` random keys of the days before today; returns its JSON and its TEKs."""
    today = int(now or time.time()) // 86400 * 86400 // INTERVAL_SECONDS
    teks = [base64.b64encode(os.urandom(16)).decode() for _ in range(keys)]
    body = {
        "healthAuthorityID": app,
        "temporaryExposureKeys": [
            {"key": tek, "rollingStartNumber": today - 144 * (1 + index % 13),
             "rollingPeriod": 144, "transmissionRisk": 3}
            for index, tek in enumerate(teks)],
        "padding": base64.b64encode(os.urandom(256)).decode(),
    }
    # Several keys of one day need different starts: at most three may share one.
    for index, key in enumerate(body["temporaryExposureKeys"]):
        key["rollingStartNumber"] = today - 144 * (1 + index)
    return json.dumps(body), teks
