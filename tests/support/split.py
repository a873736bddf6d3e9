"""An installation whose server is split: a process that publishes, one that exports, serves files
and cleans up, and nginx in front of both as docs/deploy/split.nginx.conf sets it up."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

from support.server import START_SECONDS_MAX, Reachable, Server, unprivileged, wait_until

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "deploy" / "split.nginx.conf"
PUBLISHING = "publish"
EXPORTING = "export,files,cleanup"

# What stands around the example on a Debian machine (/etc/nginx/nginx.conf): logs of every request
# and compression, which the example has to override, the more so as here everything is compressed.
AROUND = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
events {{ worker_connections 1024; }}
http {{
  access_log {folder}/access.log;
  gzip on;
  gzip_types *;
  gzip_min_length 1;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/enks.conf;
}}
"""


def adapted_example(folder, listeners, publishing, exporting):
    """The example for these addresses, without TLS."""
    text = EXAMPLE.read_text(encoding="utf-8")
    changes = {
        "listen 443 ssl http2;": f"listen {listeners['public']};",
        "listen [::]:443 ssl http2;": "",
        "ssl_certificate /etc/ssl/certs/enks.pem;": "",
        "ssl_certificate_key /etc/ssl/private/enks.key;": "",
        "listen 127.0.0.1:8090;": f"listen {listeners['internal']};",
        "server 127.0.0.1:8080;": f"server {publishing['public']};",
        "server 127.0.0.1:8081;": f"server {publishing['internal']};",
        "server 127.0.0.1:8082;": f"server {exporting['public']};",
        "server 127.0.0.1:8083;": f"server {exporting['internal']};",
    }
    for old, new in changes.items():
        assert text.count(f"  {old}\n") == 1, f"{EXAMPLE} has not one line {old}"
        text = text.replace(f"  {old}\n", f"  {new}\n")
    # Beside the operator's log one that shows everything, for tests to look into.
    log = "error_log /var/log/nginx/enks.log emerg;"
    assert log in text, f"{EXAMPLE} logs elsewhere"
    return text.replace(log, f"error_log {folder}/enks.log emerg; "
                             f"error_log {folder}/everything.log info;")


class Proxy:
    """nginx in a temporary folder, with the rights of nobody, on any free ports."""

    LOGS = ("error.log", "enks.log", "access.log", "everything.log")

    def __init__(self, publishing, exporting):
        self.logs_at_end = {}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="enks-nginx-"))
        # nginx cannot listen on "any free port". But it takes over open listeners that a process
        # before it has left to it: that is how it replaces itself without losing a connection.
        sockets = [socket.create_server(("127.0.0.1", 0), backlog=512) for _ in range(2)]
        names = ["{}:{}".format(*listener.getsockname()) for listener in sockets]
        self.addresses = dict(zip(("public", "internal"), names))
        (self.folder / "enks.conf").write_text(
            adapted_example(self.folder, self.addresses, publishing, exporting), encoding="utf-8")
        (self.folder / "nginx.conf").write_text(AROUND.format(folder=self.folder))
        numbers = [listener.fileno() for listener in sockets]
        self.process = subprocess.Popen(
            [*unprivileged("nobody", "nogroup", self.folder), "/usr/sbin/nginx",
             "-e", self.folder / "error.log", "-c", self.folder / "nginx.conf"],
            pass_fds=numbers, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "NGINX": "".join(f"{number};" for number in numbers)})
        for listener in sockets:
            listener.close()
        try:
            wait_until(self._ready, START_SECONDS_MAX, "nginx to start")
        except AssertionError:
            self.stop()
            raise

    def _ready(self):
        assert self.process.poll() is None, "nginx did not start: " + self.log_text()
        return (self.folder / "nginx.pid").exists()

    def log_text(self):
        """All that nginx leaves behind where an operator has set it up as the example says."""
        return "".join(self._read(name) for name in self.LOGS[:3])

    def everything(self):
        """What nginx says of each request if it is let."""
        return self._read(self.LOGS[3])

    def _read(self, name):
        if name in self.logs_at_end:
            return self.logs_at_end[name]
        log = self.folder / name
        return log.read_text(errors="replace") if log.exists() else ""

    def stop(self):
        """The logs can still be read afterwards."""
        if not self.folder.exists():
            return
        self.process.terminate()
        self.process.wait(timeout=60)
        self.logs_at_end = {name: self._read(name) for name in self.LOGS}
        shutil.rmtree(self.folder, ignore_errors=True)


class SplitServer(Reachable):
    """What Server is, of an installation that is split."""

    def __init__(self, installation):
        self.parts = []
        try:
            for roles in (PUBLISHING, EXPORTING):
                self.parts.append(installation.serve_alone("--roles", roles))
            self.publishing, self.exporting = self.parts
            self.proxy = Proxy(self.publishing.addresses, self.exporting.addresses)
        except BaseException:
            for part in self.parts:
                part.kill()
            raise
        self.addresses = self.proxy.addresses

    def log_text(self):
        return "".join(part.log_text() for part in [*self.parts, self.proxy])

    def kill(self):
        self.proxy.stop()
        for part in self.parts:
            part.kill()

    def stop(self):
        self.proxy.stop()
        return max(abs(part.stop()) for part in self.parts)
