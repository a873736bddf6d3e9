"""The files of a source tree, as the checks see them."""

import os
import re

CODE_FOLDERS = ("src", "apps", "tests", "fuzz", "bench")
CODE_ENDINGS = (".h", ".cc")
SKIPPED_FOLDERS = {".git", "build", "__pycache__"}

_COMMENT_OR_LITERAL = re.compile(
    r"""
    //[^\n]*                          # a comment to the end of the line
  | /\*.*?\*/                         # a comment over lines
  | ^[ ]*\#[ ]*include[ ]*<[^>\n]*>  # the name of a system header
  | R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"  # a raw string
  | "(?:\\.|[^"\\\n])*"               # a string
  | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'   # a character, but not the mark in 1'000
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def files(root, endings, folders=None):
    """Paths below `root`, relative to it and sorted, whose names end in one of `endings`."""
    found = []
    for folder in folders or ["."]:
        for place, folder_names, names in os.walk(os.path.join(root, folder)):
            folder_names[:] = sorted(set(folder_names) - SKIPPED_FOLDERS)
            for name in names:
                if name.endswith(endings):
                    found.append(os.path.relpath(os.path.join(place, name), root))
    return sorted(set(found))


def code_files(root):
    """The C++ files of a tree."""
    return files(root, CODE_ENDINGS, CODE_FOLDERS)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def blank_comments_and_literals(code):
    """`code` with comments, literals and system includes made blank; lines keep their numbers."""

    def blank(match):
        text = match.group(0)
        return re.sub(r"[^\n]", " ", text)

    return _COMMENT_OR_LITERAL.sub(blank, code)


def report(problems, what):
    """Prints the problems found; the exit status of the check."""
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} {what}")
    return 1 if problems else 0
