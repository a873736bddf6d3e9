#!/usr/bin/env python3
"""Runs every fuzz target for a while and fails if one of them found anything.

Each target starts from its kept inputs in fuzz/corpus/NAME/ and from what earlier runs found in
this build folder. A line says what it did; an input that broke it is written to BUILD/found/.

usage: run.py [--build BUILD] [--jobs N] [--only NAME]... [--keep] SECONDS

SECONDS is for each target. With --keep, inputs that reach code no kept input reaches are added to
fuzz/corpus/NAME/ in the end.
"""

import argparse
import concurrent.futures
import configparser
import os
import re
import subprocess
import sys

FUZZ_FOLDER = os.path.dirname(os.path.abspath(__file__))
RSS_LIMIT_MB = 512
SECONDS_AN_INPUT_MAX = 30  # of the clock, which goes on while other programs have the processor
START_SECONDS_MAX = 300  # for reading the corpus, beside the seconds asked for

# Freed memory that the sanitizer holds back counts against the limit, so it holds back little.
ASAN_OPTIONS = "quarantine_size_mb=16:detect_leaks=1:allocator_may_return_null=0"


class Outcome:
    def __init__(self, name, returncode, log):
        self.name = name
        self.is_clean = returncode == 0
        self.log = log
        self.executions = self._number(r"stat::number_of_executed_units:\s*(\d+)")
        self.coverage = self._number(r".*\bcov: (\d+)")
        self.seconds = self._number(r"Done \d+ runs in (\d+) second")

    def _number(self, pattern):
        found = re.findall(pattern, self.log)
        return int(found[-1]) if found else 0

    def line(self):
        verdict = "ok" if self.is_clean else "FAILED"
        return (f"{self.name:16} {verdict:6} {self.executions:>10} executions  "
                f"coverage {self.coverage:>6}  {self.seconds:>4} s")


def targets(build):
    """{name: program} of the targets that were built."""
    folder = os.path.join(build, "fuzz")
    return {name[:-len("_fuzz")]: os.path.join(folder, name)
            for name in sorted(os.listdir(folder))
            if name.endswith("_fuzz") and os.access(os.path.join(folder, name), os.X_OK)}


def max_len(program):
    options = configparser.ConfigParser()
    options.read(program + ".options")
    return options.getint("libfuzzer", "max_len")


def folders(name, build):
    """(what runs in this build folder found, what is kept), both made if missing."""
    found = os.path.join(build, "fuzz", "corpus", name)
    kept = os.path.join(FUZZ_FOLDER, "corpus", name)
    os.makedirs(found, exist_ok=True)
    os.makedirs(kept, exist_ok=True)
    return found, kept


def start(program, build, arguments, seconds_max):
    """(exit status, output) of one run of libFuzzer."""
    try:
        run = subprocess.run([program, *arguments], cwd=build, text=True, errors="replace",
                             env={**os.environ, "ASAN_OPTIONS": ASAN_OPTIONS},
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             timeout=seconds_max, check=False)
        return run.returncode, run.stdout
    except subprocess.TimeoutExpired:
        return 1, f"not done after {seconds_max} s\n"


def limits(program):
    return [f"-rss_limit_mb={RSS_LIMIT_MB}", f"-timeout={SECONDS_AN_INPUT_MAX}",
            f"-max_len={max_len(program)}"]


def fuzz(name, program, build, seconds):
    found, kept = folders(name, build)
    broken = os.path.join(build, "found")
    os.makedirs(broken, exist_ok=True)
    arguments = [*limits(program), f"-max_total_time={seconds}", "-print_final_stats=1",
                 f"-artifact_prefix={broken}/{name}-", found, kept]
    return Outcome(name, *start(program, build, arguments, seconds + START_SECONDS_MAX))


def keep(name, program, build):
    found, kept = folders(name, build)
    before = len(os.listdir(kept))
    status, log = start(program, build, [*limits(program), "-merge=1", kept, found],
                        START_SECONDS_MAX)
    if status != 0:
        print(log)
    print(f"{name:16} kept {len(os.listdir(kept)) - before} more inputs")
    return status == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/asan-ubsan",
                        help="the build folder (build/asan-ubsan)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", action="append", help="only this target")
    parser.add_argument("--keep", action="store_true", help="add new inputs to fuzz/corpus/")
    parser.add_argument("seconds", type=int)
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    chosen = {name: program for name, program in targets(build).items()
              if not arguments.only or name in arguments.only}
    if not chosen:
        print(f"no fuzz targets in {build}: build the target fuzz_targets")
        return 1
    is_clean = True
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        runs = [pool.submit(fuzz, name, program, build, arguments.seconds)
                for name, program in chosen.items()]
        for run in runs:
            outcome = run.result()
            print(outcome.line(), flush=True)
            if not outcome.is_clean:
                is_clean = False
                print(outcome.log[-6000:])
    if arguments.keep and is_clean:
        is_clean = all([keep(name, program, build) for name, program in chosen.items()])
    return 0 if is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
