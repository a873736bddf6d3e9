#!/usr/bin/env python3
"""Runs clang-tidy over the sources that a build folder knows, tests and generated code left out.

A file found clean is remembered in BUILD/tidy under a digest of everything its verdict depends on:
the version and the checks of clang-tidy, the compiler's command, the file, and every header of ours
that it includes, directly or not. A second run therefore only reads what has changed. (A new
version of a system header is not noticed; remove BUILD/tidy after an upgrade.)

usage: tidy.py [--jobs N] BUILD [FILE OR FOLDER...]
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
import time

CLANG_TIDY = "clang-tidy-14"
SECONDS_A_FILE_MAX = 600
INCLUDE = re.compile(rb'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
LEFT_OUT = re.compile(r"_test\.cc$|/testing/|\.pb\.cc$|/headers_alone/")

# Some warning flags in the command are g++'s own.
EXTRA_ARGUMENTS = ["--extra-arg=-Wno-unknown-warning-option"]


def commands(build, wanted, root):
    """[(file, its entry in compile_commands.json)] of what is to be read."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    chosen = {}
    for entry in entries:
        path = os.path.realpath(os.path.join(entry["directory"], entry["file"]))
        inside = os.path.relpath(path, root)
        if LEFT_OUT.search(path) or inside.startswith(("..", "build")):
            continue
        if not wanted or any(path == one or path.startswith(one + os.sep) for one in wanted):
            chosen[path] = entry
    return sorted(chosen.items())


def own_headers(path, source_folder, seen):
    """Adds `path` and the files it includes from `source_folder`, directly or not, to `seen`."""
    if path in seen or not os.path.exists(path):
        return
    with open(path, "rb") as file:
        content = file.read()
    seen[path] = hashlib.sha256(content).hexdigest()
    for name in INCLUDE.findall(content):
        own_headers(os.path.join(source_folder, name.decode()), source_folder, seen)


def digest(path, entry, root, common):
    seen = {}
    own_headers(path, os.path.join(root, "src"), seen)
    parts = [common, entry.get("command") or " ".join(entry["arguments"])]
    parts += [f"{name} {value}" for name, value in sorted(seen.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def common_part(root):
    """What every verdict depends on."""
    version = subprocess.run([CLANG_TIDY, "--version"], capture_output=True, text=True, check=True)
    with open(os.path.join(root, ".clang-tidy"), encoding="utf-8") as file:
        return version.stdout + file.read() + " ".join(EXTRA_ARGUMENTS)


def tidy(path, build):
    """(is it clean, what clang-tidy said)"""
    try:
        run = subprocess.run([CLANG_TIDY, "--quiet", "-p", build, *EXTRA_ARGUMENTS, path],
                             capture_output=True, text=True, timeout=SECONDS_A_FILE_MAX,
                             check=False)
    except subprocess.TimeoutExpired:
        return False, f"{path}: not done after {SECONDS_A_FILE_MAX} s\n"
    return run.returncode == 0, run.stdout + ("" if run.stdout else run.stderr)


def check(root, build, wanted=(), jobs=2, tidy_one=tidy):
    """Prints what was found; the number of files with findings."""
    cache = os.path.join(build, "tidy")
    os.makedirs(cache, exist_ok=True)
    common = common_part(root)
    to_do = {}
    files = commands(build, wanted, root)
    for path, entry in files:
        mark = os.path.join(cache, digest(path, entry, root, common))
        if not os.path.exists(mark):
            to_do[path] = mark
    print(f"{len(files)} files, {len(to_do)} of them new or changed", flush=True)

    def run(path):
        started = time.monotonic()
        return path, *tidy_one(path, build), time.monotonic() - started

    faulty = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for path, is_clean, said, seconds in pool.map(run, to_do):
            verdict = "clean" if is_clean else "findings"
            print(f"{verdict:8} {seconds:5.1f} s  {os.path.relpath(path, root)}", flush=True)
            if is_clean:
                open(to_do[path], "w", encoding="utf-8").close()
            else:
                faulty += 1
                print(said, flush=True)
    print(f"{faulty} files with findings")
    return faulty


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("build", help="the folder with compile_commands.json")
    parser.add_argument("paths", nargs="*", help="only these files or folders")
    arguments = parser.parse_args()
    root = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
    wanted = [os.path.realpath(path) for path in arguments.paths]
    return 1 if check(root, os.path.realpath(arguments.build), wanted, arguments.jobs) else 0


if __name__ == "__main__":
    sys.exit(main())
