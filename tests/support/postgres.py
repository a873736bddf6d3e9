"""A real PostgreSQL for whole-program tests."""

import atexit
import pathlib
import shutil
import subprocess
import tempfile

from support.server import START_SECONDS_MAX, unprivileged, wait_until

POSTGRES_BIN = pathlib.Path("/usr/lib/postgresql/15/bin")


class PostgresServer:
    """A PostgreSQL of our own in a temporary folder, reached by its socket; durable as in life."""

    _of_this_process = None

    @classmethod
    def of_this_process(cls):
        """The one that ends with this process, started when it is first asked for."""
        if cls._of_this_process is None:
            cls._of_this_process = cls()
            atexit.register(cls._of_this_process.stop)
        return cls._of_this_process

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="enks-pg-")
        self.as_postgres = unprivileged("postgres", "postgres", self.folder)
        self.databases = 0
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

    def create_database(self):
        """Makes a new database and gives its URL."""
        self.databases += 1
        name = f"enks_{self.databases}"
        self._run("createdb", "-h", self.folder, "-U", "postgres", name)
        return self.url(name)

    def url(self, database="postgres"):
        return f"postgres:host={self.folder} user=postgres dbname={database}"

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)
