#!/usr/bin/env python3
"""Tests of tidy.py: what it reads, what it remembers, and that it fails on a finding."""

import contextlib
import io
import json
import os
import tempfile
import unittest

import tidy


class TidyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = os.path.realpath(folder.name)
        self.build = os.path.join(self.root, "build")
        self.write(".clang-tidy", "Checks: '-*,readability-container-size-empty'\n"
                                  "WarningsAsErrors: '*'\n")
        self.write("src/base/deep.h", "#pragma once\n")
        self.write("src/base/a.h", '#pragma once\n#include "base/deep.h"\n')
        self.write("src/base/a.cc", '#include "base/a.h"\n')
        self.write("src/base/b.cc", "int b();\n")
        self.write("src/base/b_test.cc", "int test();\n")
        self.use_flags("-Isrc -std=c++20")
        self.read = []

    def write(self, path, text):
        whole = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as file:
            file.write(text)

    def use_flags(self, flags):
        self.write("build/compile_commands.json", json.dumps([
            {"directory": self.root, "file": f"src/base/{name}",
             "command": f"c++ {flags} -c src/base/{name}"}
            for name in ("a.cc", "b.cc", "b_test.cc")]))

    def check(self, verdict=True, wanted=()):
        """The files that were read, by name, and the number of those with findings."""
        self.read = []

        def tidy_one(path, _):
            self.read.append(os.path.basename(path))
            return verdict, "said"

        with contextlib.redirect_stdout(io.StringIO()):
            faulty = tidy.check(self.root, self.build, wanted, 1, tidy_one)
        return sorted(self.read), faulty

    def test_a_clean_file_is_not_read_again(self):
        self.assertEqual(self.check(), (["a.cc", "b.cc"], 0))
        self.assertEqual(self.check(), ([], 0))

    def test_a_file_with_findings_is_read_again(self):
        self.assertEqual(self.check(verdict=False), (["a.cc", "b.cc"], 2))
        self.assertEqual(self.check(), (["a.cc", "b.cc"], 0))

    def test_a_changed_header_brings_back_the_files_that_include_it(self):
        self.check()
        self.write("src/base/deep.h", "#pragma once\nint deep();\n")
        self.assertEqual(self.check(), (["a.cc"], 0))

    def test_other_flags_or_checks_bring_back_everything(self):
        self.check()
        self.use_flags("-Isrc -std=c++20 -O2")
        self.assertEqual(self.check(), (["a.cc", "b.cc"], 0))
        self.write(".clang-tidy", "Checks: '-*,bugprone-*'\n")
        self.assertEqual(self.check(), (["a.cc", "b.cc"], 0))

    def test_only_what_is_asked_for_is_read(self):
        self.assertEqual(self.check(wanted=[os.path.join(self.root, "src/base/b.cc")]),
                         (["b.cc"], 0))
        self.assertEqual(self.check(wanted=[os.path.join(self.root, "src/bas")]), ([], 0))

    def test_clang_tidy_itself_finds_and_passes(self):
        self.write("src/base/a.cc",
                   "#include <string>\nbool f(std::string s) { return s.size() == 0; }\n")
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            self.assertEqual(tidy.check(self.root, self.build), 1)
        self.assertIn("readability-container-size-empty", output.getvalue())
        self.write("src/base/a.cc",
                   "#include <string>\nbool f(std::string s) { return s.empty(); }\n")
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(tidy.check(self.root, self.build), 0)


if __name__ == "__main__":
    unittest.main()
