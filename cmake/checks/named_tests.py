#!/usr/bin/env python3
"""Checks that the tests which documents name are there: a code span of the form `Suite.Name` in an
*.md file must be a test of ours, and each promise of docs/privacy.md must name one.

usage: named_tests.py [ROOT]
"""

import os
import re
import sys

import source_tree

NAMED = re.compile(r"`([A-Z]\w+\.[A-Z]\w+)`")
# TEST(Suite, Name), TEST_F, TEST_P, TYPED_TEST and RapidCheck's RC_GTEST_PROP(Suite, Name, (…)).
DEFINED = re.compile(
    r"^(?:TEST(?:_F|_P)?|TYPED_TEST|RC_GTEST(?:_FIXTURE)?_PROP)\(\s*(\w+),\s*(\w+)", re.MULTILINE)
PROMISES = os.path.join("docs", "privacy.md")
PROMISE = re.compile(r"^## Promises\n(.*?)^## ", re.MULTILINE | re.DOTALL)
BY_CONSTRUCTION = "by construction"


def tests(root):
    """The names `Suite.Name` of all tests in a tree."""
    found = set()
    for path in source_tree.code_files(root):
        if path.endswith("_test.cc"):
            found.update(".".join(pair) for pair in DEFINED.findall(source_tree.read(root, path)))
    return found


def missing(root, defined):
    problems = []
    for path in source_tree.files(root, (".md",)):
        text = source_tree.read(root, path)
        for match in NAMED.finditer(text):
            if match.group(1) not in defined:
                line = text.count("\n", 0, match.start()) + 1
                problems.append(f"{path}:{line}: there is no test {match.group(1)}")
    return problems


def unproven(root):
    """Rows of the table of promises that name no test."""
    if not os.path.exists(os.path.join(root, PROMISES)):
        return []
    table = PROMISE.search(source_tree.read(root, PROMISES))
    if not table:
        return [f"{PROMISES}: has no table of promises"]
    rows = [row for row in table.group(1).splitlines() if row.startswith("|")][2:]
    return [f"{PROMISES}: no test is named for: {row[2:60]}…" for row in rows
            if not NAMED.search(row) and BY_CONSTRUCTION not in row]


def check(root):
    return missing(root, tests(root)) + unproven(root)


if __name__ == "__main__":
    tree = sys.argv[1] if len(sys.argv) > 1 else "."
    sys.exit(source_tree.report(check(tree), "tests named but not there"))
