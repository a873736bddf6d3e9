#!/usr/bin/env python3
"""Checks that relative links in *.md files lead somewhere, headings included, and that every folder
of src/ has a README.md that begins with its name: a file that some formatter took for code, or that
was copied from another folder, does not.

usage: doc_links.py [ROOT]
"""

import os
import re
import sys

import source_tree

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^()\s]+)\)|!\[[^\]]*\]\(([^()\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE_SPAN = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^#+\s+(.*?)\s*#*$", re.MULTILINE)
ELSEWHERE = re.compile(r"^(\w+:|//)")


def without_code(text):
    """`text` with fenced blocks and code spans made blank; every line keeps its number."""
    text = FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), text)
    return CODE_SPAN.sub(lambda match: " " * len(match.group(0)), text)


def anchors(text):
    """The anchors of a document's headings, in the form that code hosts make of them."""
    found = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"[^\w\- ]", "", heading.lower())
        found.add(plain.replace(" ", "-"))
    return found


def link_problem(root, path, link):
    """What is wrong with a link in `path`, or None."""
    if ELSEWHERE.match(link):
        return None
    target, _, anchor = link.partition("#")
    file = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
    if not os.path.exists(os.path.join(root, file)):
        return "leads nowhere"
    if anchor and file.endswith(".md") and anchor not in anchors(source_tree.read(root, file)):
        return f"{file} has no such heading"
    return None


def link_problems(root, path):
    text = without_code(source_tree.read(root, path))
    problems = []
    for match in LINK.finditer(text):
        link = match.group(1) or match.group(2)
        problem = link_problem(root, path, link)
        if problem:
            line = text.count("\n", 0, match.start()) + 1
            problems.append(f"{path}:{line}: {link}: {problem}")
    return problems


def readme_problem(root, folder):
    """What is wrong with the README.md of a folder of src/, or None."""
    path = f"src/{folder}/README.md"
    if not os.path.exists(os.path.join(root, path)):
        return f"src/{folder}: has no README.md"
    first = source_tree.read(root, path).partition("\n")[0]
    if first != f"# {folder}":
        return f"{path}:1: must be \"# {folder}\", not \"{first}\""
    return None


def readme_problems(root):
    source = os.path.join(root, "src")
    problems = [readme_problem(root, folder) for folder in sorted(os.listdir(source))
                if os.path.isdir(os.path.join(source, folder))]
    return [problem for problem in problems if problem]


def check(root):
    problems = readme_problems(root)
    for path in source_tree.files(root, (".md",)):
        problems += link_problems(root, path)
    return problems


if __name__ == "__main__":
    tree = sys.argv[1] if len(sys.argv) > 1 else "."
    sys.exit(source_tree.report(check(tree), "problems of the documents"))
