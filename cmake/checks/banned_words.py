#!/usr/bin/env python3
"""Checks for words that this house does not use and for lines and files that are too long.

Each rule names what to use instead. Exceptions are listed in ALLOWED with their reason; one that is
no longer needed is an error too, so the list only shrinks.

usage: banned_words.py [ROOT]
"""

import os
import re
import sys

import source_tree

LINE_LENGTH_MAX = 100
SOURCE_LINES_MAX = 400

# (file, rule): reason.
ALLOWED = {
    ("src/base/clock.cc", "wall-clock"): "SystemClock is where the time enters the program",
    ("src/base/random.cc", "randomness"): "SystemRandom is where randomness enters the program",
    ("src/base/log.cc", "output"): "StderrLog writes the log",
    ("src/base/check.cc", "output"): "the last words of a process with a broken invariant",
    ("src/cli/command.cc", "cli11"): "the front that hides CLI11 from every other file",
    ("src/store/runs/key_writer.cc", "naked-new"): "a unique_ptr with a private constructor",
    ("src/store/sql/sql_store.cc", "naked-new"): "a unique_ptr with a private constructor",
    ("src/store/sqlite/statement.cc", "naked-new"): "a unique_ptr with a private constructor",
    ("src/store/schema/migration_1_postgres.cc", "long-line"): "applied SQL never changes",
    ("src/store/schema/migration_1_sqlite.cc", "long-line"): "applied SQL never changes",
}


class Rule:
    """A regular expression that code must not match, in files whose path `applies`."""

    def __init__(self, name, pattern, instead, applies=lambda path: True):
        self.name = name
        self.pattern = re.compile(pattern)
        self.instead = instead
        self.applies = applies


def _is_program_output(path):
    return path.startswith(("src/cli/", "apps/", "bench/"))


# Matched against code whose comments and literals are blank.
CODE_RULES = [
    Rule("wall-clock",
         r"\b(system_clock|steady_clock|high_resolution_clock|utc_clock|gettimeofday"
         r"|clock_gettime|timespec_get|localtime(_r)?)\b|\btime\s*\(\s*(nullptr|NULL|0|&)",
         "take a base::Clock"),
    Rule("randomness",
         r"\b(random_device|mt19937(_64)?|default_random_engine|minstd_rand0?|RAND_(priv_)?bytes"
         r"|getrandom|getentropy|arc4random\w*|drand48)\b|\bs?rand\s*\(",
         "take a base::Random"),
    Rule("naked-new", r"\bnew\b", "use std::make_unique"),
    Rule("naked-delete", r"(?<!=)(?<!= )\bdelete\b", "let a std::unique_ptr own it"),
    Rule("output",
         r"\bstd::(cout|cerr|clog)\b|\bv?f?printf\s*\(|\bputs\s*\(|\bfputs\s*\("
         r"|\bfmt::print\b|\b(stdout|stderr)\b",
         "take a base::Log; only src/cli and apps write to the terminal",
         lambda path: not _is_program_output(path)),
    Rule("sleep", r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w.>:])(::)?sleep\s*\(",
         "wait for the event itself, or turn a VirtualClock",
         lambda path: not path.startswith("src/cli/")),
    Rule("using-namespace", r"\busing\s+namespace\b(?!\s+std::(\w+::)*\w*literals\s*;)",
         "name what is used"),
]

# Matched against everything that is written in a file.
TEXT_RULES = [
    Rule("unfinished", r"\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))",
         "finish it, or name its issue: TODO(#12)"),
    Rule("machine-path", r"(?<![\w.~$}/-])/(work|root)/",
         "a path of one machine means nothing on another"),
    Rule("cli11", r"#\s*include\s*<CLI/",
         "include cli/command.h; CLI11 takes half a minute to compile",
         lambda path: path.endswith(source_tree.CODE_ENDINGS)),
]

TEXT_ENDINGS = source_tree.CODE_ENDINGS + (
    ".md", ".txt", ".cmake", ".py", ".sh", ".sql", ".json", ".toml", ".yml", ".yaml", ".proto",
    ".service")
NARROW_ENDINGS = source_tree.CODE_ENDINGS + (".txt", ".cmake", ".py", ".sql", ".proto")


def rule_problems(path, text, rules):
    """[(path, rule name, message)] for each place in `text` that breaks one of `rules`."""
    problems = []
    for rule in rules:
        if not rule.applies(path):
            continue
        for match in rule.pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            word = match.group(0).strip()
            problems.append((path, rule.name, f"{path}:{line}: {word}: {rule.instead}"))
    return problems


def length_problems(path, text):
    problems = []
    lines = text.split("\n")
    if path.endswith(NARROW_ENDINGS) and not path.startswith("fuzz/corpus/"):
        for number, line in enumerate(lines, 1):
            if len(line) > LINE_LENGTH_MAX:
                message = f"{path}:{number}: {len(line)} columns: at most {LINE_LENGTH_MAX}"
                problems.append((path, "long-line", message))
    count = len(lines) - 1
    if path.startswith("src/") and path.endswith(source_tree.CODE_ENDINGS):
        if count > SOURCE_LINES_MAX:
            message = f"{path}: {count} lines: over {SOURCE_LINES_MAX} a file wants a second noun"
            problems.append((path, "long-file", message))
    return problems


def all_problems(root):
    problems = []
    for path in source_tree.code_files(root):
        code = source_tree.blank_comments_and_literals(source_tree.read(root, path))
        problems += rule_problems(path, code, CODE_RULES)
    own_folder = os.path.dirname(os.path.abspath(__file__))
    own = {f"cmake/checks/{name}" for name in os.listdir(own_folder)}
    for path in source_tree.files(root, TEXT_ENDINGS):
        text = source_tree.read(root, path)
        problems += length_problems(path, text)
        if path not in own:  # these files must spell the words they look for
            problems += rule_problems(path, text, TEXT_RULES)
    return problems


def check(root, allowed=None):
    allowed = ALLOWED if allowed is None else allowed
    used = set()
    shown = []
    for path, rule, message in all_problems(root):
        if (path, rule) in allowed:
            used.add((path, rule))
        else:
            shown.append(f"{message} [{rule}]")
    for path, rule in sorted(set(allowed) - used):
        shown.append(f"banned_words.py: {path} no longer needs its exception from {rule}: drop it")
    return shown


if __name__ == "__main__":
    tree = sys.argv[1] if len(sys.argv) > 1 else "."
    sys.exit(source_tree.report(check(tree), "places against the rules of the house"))
