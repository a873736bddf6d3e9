#!/usr/bin/env python3
"""Checks that includes point one way: a folder of src/ includes from itself and lower rows only.

The rows are read from the table in docs/architecture.md, their only place, so that the drawing and
the rule cannot differ. What lies above src/ (apps, tests, fuzz, bench) may include from every row.

usage: include_direction.py [ROOT]
"""

import os
import re
import sys

import source_tree

TABLE_LINE = re.compile(r"^\| (\d+) \| `(\w+)/` \|", re.MULTILINE)
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def rows(root):
    """{folder: row} as docs/architecture.md draws them."""
    text = source_tree.read(root, "docs/architecture.md")
    return {folder: int(row) for row, folder in TABLE_LINE.findall(text)}


def table_problems(root, row_of):
    """The table and the folders that exist must be the same."""
    source = os.path.join(root, "src")
    folders = {name for name in os.listdir(source) if os.path.isdir(os.path.join(source, name))}
    problems = [f"src/{name}: not in the table of docs/architecture.md"
                for name in sorted(folders - set(row_of))]
    problems += [f"docs/architecture.md: names {name}/, which is no folder of src/"
                 for name in sorted(set(row_of) - folders)]
    return problems


def include_problem(folder, included, row_of):
    """What is wrong with a file of `folder` (None above src/) that includes `included`, or None."""
    target, slash, _ = included.partition("/")
    if not slash:  # beside the including file, which programs may do
        return None if folder is None else "write the path from src/ on"
    if target not in row_of:
        return f"{target}/ is no folder of the table in docs/architecture.md"
    if folder is None or target == folder or row_of[target] < row_of[folder]:
        return None
    if row_of[target] == row_of[folder]:
        return f"{folder}/ and {target}/ are in the same row"
    return f"{target}/ (row {row_of[target]}) is above {folder}/ (row {row_of[folder]})"


def file_problems(root, path, row_of):
    parts = path.split(os.sep)
    folder = parts[1] if parts[0] == "src" and len(parts) > 2 else None
    if folder is not None and folder not in row_of:
        return []  # table_problems() has said so
    code = source_tree.read(root, path)
    problems = []
    for match in INCLUDE.finditer(code):
        problem = include_problem(folder, match.group(1), row_of)
        if problem:
            line = code.count("\n", 0, match.start(1)) + 1
            problems.append(f'{path}:{line}: "{match.group(1)}": {problem}')
    return problems


def check(root):
    row_of = rows(root)
    problems = table_problems(root, row_of)
    for path in source_tree.code_files(root):
        problems += file_problems(root, path, row_of)
    return problems


if __name__ == "__main__":
    tree = sys.argv[1] if len(sys.argv) > 1 else "."
    sys.exit(source_tree.report(check(tree), "includes against the rows of docs/architecture.md"))
