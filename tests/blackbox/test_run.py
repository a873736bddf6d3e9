"""./run as its users meet it: what it says of a wrong command line, and whom it stops."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

RUN = pathlib.Path(__file__).resolve().parent.parent.parent / "run"
# Bash takes its first argument for a script. So a copy of it, called as the server is called, is a
# process that looks like the server to the last letter.
SCRIPT = "trap 'exit 0' TERM; while :; do read -r -t 0.1 <> <(:); done\n"


class RunTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        shutil.copy(RUN, self.root / "run")
        (self.root / "build/demo").mkdir(parents=True)
        (self.root / "build/run").mkdir()
        self.program = self.root / "build/run/enks"
        self.pid_file = self.root / "build/demo/server.pid"
        shutil.copy(shutil.which("bash"), self.program)
        (self.root / "serve").write_text(SCRIPT)

    def run_it(self, *arguments):
        return subprocess.run([self.root / "run", *arguments], capture_output=True, text=True,
                              check=False, timeout=60)

    def start(self, *command):
        """A process whose id is in server.pid."""
        process = subprocess.Popen(command, cwd=self.root, stdin=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.pid_file.write_text(f"{process.pid}\n")
        return process

    def assert_left_alone(self, process):
        done = self.run_it("--stop")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("No demonstration server is running", done.stdout)
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(timeout=0.3)
        self.assertFalse(self.pid_file.exists())


class Stop(RunTest):
    def test_the_server_of_this_folder_is_stopped(self):
        server = self.start(self.program, "serve", "--data", "build/demo")
        done = self.run_it("--stop")
        self.assertIn("is stopped", done.stdout + done.stderr)
        self.assertIn(server.wait(timeout=10), (0, -signal.SIGTERM))
        self.assertFalse(self.pid_file.exists())

    def test_a_server_whose_program_was_built_anew_is_stopped(self):
        server = self.start(self.program, "serve", "--data", "build/demo")
        self.program.unlink()
        self.assertTrue(os.readlink(f"/proc/{server.pid}/exe").endswith(" (deleted)"))
        self.assertIn("is stopped", self.run_it("--stop").stdout)
        server.wait(timeout=10)

    def test_a_stranger_who_got_the_number_is_left_alone(self):
        self.assert_left_alone(self.start("sleep", "60"))

    def test_a_stranger_with_the_servers_words_is_left_alone(self):
        self.assert_left_alone(self.start("bash", "serve", "--data", "build/demo"))

    def test_a_server_on_another_folder_is_left_alone(self):
        self.assert_left_alone(self.start(self.program, "serve", "--data", "build/other"))
        self.assert_left_alone(self.start(self.program, "serve"))

    def test_a_server_of_another_copy_of_the_sources_is_left_alone(self):
        other = self.root / "elsewhere"
        shutil.copy(self.program, other)
        self.assert_left_alone(self.start(other, "serve", "--data", "build/demo"))

    def test_what_is_no_process_id_is_put_away(self):
        for text in ("", "x\n", "-1\n", "0\n", "999999999\n", "1 2\n"):
            with self.subTest(text=text):
                self.pid_file.write_text(text)
                self.assertIn("No demonstration server", self.run_it("--stop").stdout)
                self.assertFalse(self.pid_file.exists())

    def test_nothing_to_stop_is_no_failure(self):
        self.assertEqual(self.run_it("--stop").returncode, 0)


class WrongUsage(RunTest):
    def test_a_flag_without_its_value_is_named(self):
        for flag in ("--phones", "--seed", "--port"):
            with self.subTest(flag=flag):
                done = self.run_it(flag)
                self.assertEqual(done.returncode, 2)
                self.assertIn(f"{flag} needs a value", done.stderr)

    def test_a_value_that_is_no_number_is_named(self):
        done = self.run_it("--phones", "--seed", "3")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--phones takes a number, not '--seed'", done.stderr)

    def test_an_unknown_option_is_named(self):
        done = self.run_it("--phone", "3")
        self.assertEqual(done.returncode, 2)
        self.assertIn("'--phone'", done.stderr)


if __name__ == "__main__":
    unittest.main()
