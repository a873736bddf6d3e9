"""A real enks program on a fresh installation, for whole-program tests."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from support.postgres import PostgresServer
from support.server import Server
from support.split import SplitServer

INTERVAL_SECONDS = 600


# Tests of one process on SQLite become tests of several processes on PostgreSQL with this in their
# environment.
IS_SPLIT = os.environ.get("SPLIT_INSTALLATION") == "1"


class Installation:
    """`enks init` in a temporary folder; knows how to run subcommands and servers on it."""

    def __init__(self, enks, database=None, overrides=(), region="US", period="4h"):
        if IS_SPLIT and not database:
            database = PostgresServer.of_this_process().create_database()
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

    def serve(self):
        return SplitServer(self) if IS_SPLIT else self.serve_alone()

    def serve_alone(self, *arguments):
        """One process, whatever the tests run on."""
        return Server(self.command("serve", *arguments))

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


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
