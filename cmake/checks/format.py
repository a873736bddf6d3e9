#!/usr/bin/env python3
"""Checks that clang-format would change no C++ file.

usage: format.py [ROOT]
To mend what it finds: clang-format-14 -i FILE.cc... (a document it takes for C++, and ruins it)
"""

import subprocess
import sys

import source_tree

CLANG_FORMAT = "clang-format-14"
FILES_A_RUN = 100


def check(root):
    problems = []
    paths = source_tree.code_files(root)
    for first in range(0, len(paths), FILES_A_RUN):
        command = [CLANG_FORMAT, "--dry-run", "-Werror", "--style=file"]
        run = subprocess.run(command + paths[first:first + FILES_A_RUN], cwd=root,
                             capture_output=True, text=True, check=False)
        problems += [line for line in run.stderr.splitlines() if "error:" in line]
        if run.returncode != 0 and not problems:
            problems.append(f"{CLANG_FORMAT} failed: {run.stderr.strip()}")
    return problems


if __name__ == "__main__":
    tree = sys.argv[1] if len(sys.argv) > 1 else "."
    sys.exit(source_tree.report(check(tree), "places that clang-format-14 -i would change"))
