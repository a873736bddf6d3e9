"""A running `enks serve`, and waiting for what it does."""

import http.client
import os
import select
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.parse

START_SECONDS_MAX = 30


def wait_until(condition, seconds, what):
    """Polls `condition` until it gives something true; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        threading.Event().wait(0.02)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


def unprivileged(user, group, folder):
    """What a command for a program that refuses to be root, or should not be, begins with: nothing
    unless we are root. `folder` becomes the user's."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, user, group)
    return ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]


class Reachable:
    """Requests to `addresses`, by the name of the listener."""

    addresses = {}

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


class Server(Reachable):
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
