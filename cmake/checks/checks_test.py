#!/usr/bin/env python3
"""Tests of the checks: each rule is broken in a small tree of its own and the check must say so."""

import os
import tempfile
import unittest

import banned_words
import doc_links
import format as format_check
import include_direction
import named_tests
import source_tree

ARCHITECTURE = """# Architecture

| Row | Folder | In a line |
|---|---|---|
| 1 | `base/` | ground |
| 2 | `crypto/` | middle |
| 2 | `http/` | middle |
| 3 | `store/` | top |
"""


class TreeTest(unittest.TestCase):
    """A clean tree of four folders, to break."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        self.write("docs/architecture.md", ARCHITECTURE)
        for name in ("base", "crypto", "http", "store"):
            self.write(f"src/{name}/README.md", f"# {name}\n")
            self.write(f"src/{name}/{name}.h", "#pragma once\n")

    def write(self, path, text):
        whole = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as file:
            file.write(text)

    def assert_one(self, problems, *words):
        self.assertEqual(len(problems), 1, problems)
        for word in words:
            self.assertIn(word, problems[0])


class NamedTestsTest(TreeTest):
    PRIVACY = "# Privacy\n\n## Promises\n\n| Promise | Test |\n|---|---|\n{}\n\n## More\n"

    def setUp(self):
        super().setUp()
        self.write("src/base/base_test.cc", "TEST_P(KeyTest, Stays) {\n}\n"
                   "RC_GTEST_PROP(KeyTest, Goes, (int days)) {\n}\n")

    def promising(self, row):
        self.write("docs/privacy.md", self.PRIVACY.format(row))
        return named_tests.check(self.root)

    def test_tests_that_exist_may_be_named(self):
        self.assertEqual(self.promising("| a | `KeyTest.Stays`, `KeyTest.Goes` |"), [])

    def test_a_test_that_does_not_exist_is_reported_with_its_line(self):
        self.assert_one(self.promising("| a | `KeyTest.Stays`, `KeyTest.Stay` |"),
                        "docs/privacy.md:7", "KeyTest.Stay")

    def test_a_promise_without_a_test_is_reported(self):
        self.assert_one(self.promising("| kept for ever | the tests of base |"), "kept for ever")

    def test_a_promise_may_be_kept_by_construction(self):
        self.assertEqual(self.promising("| a | by construction: base.h |"), [])


class IncludeDirectionTest(TreeTest):
    def check(self):
        return include_direction.check(self.root)

    def including(self, path, included):
        self.write(path, f'#include <vector>\n\n#include "{included}"\n')
        return self.check()

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.check(), [])

    def test_a_lower_row_and_the_own_folder_may_be_included(self):
        self.assertEqual(self.including("src/store/a.cc", "base/base.h"), [])
        self.assertEqual(self.including("src/store/b.cc", "crypto/crypto.h"), [])
        self.assertEqual(self.including("src/store/deep/c.cc", "store/store.h"), [])

    def test_a_higher_row_may_not(self):
        problems = self.including("src/base/a.cc", "store/store.h")
        self.assert_one(problems, "src/base/a.cc:3", "row 3")

    def test_a_test_is_no_exception(self):
        self.assert_one(self.including("src/base/a_test.cc", "http/http.h"), "a_test.cc")

    def test_the_same_row_may_not(self):
        self.assert_one(self.including("src/http/a.h", "crypto/crypto.h"), "same row")

    def test_apps_and_tests_may_include_every_row(self):
        self.assertEqual(self.including("apps/enks/main.cc", "store/store.h"), [])
        self.assertEqual(self.including("tests/x/a.cc", "base/base.h"), [])

    def test_programs_may_include_what_lies_beside_them(self):
        self.assertEqual(self.including("bench/a.cc", "figure.h"), [])

    def test_a_path_that_does_not_begin_at_src_is_refused(self):
        self.assert_one(self.including("src/store/a.cc", "store.h"), "from src/ on")

    def test_an_unknown_folder_is_refused(self):
        self.assert_one(self.including("src/store/a.cc", "util/a.h"), "util/")

    def test_a_folder_that_the_table_lacks_is_refused(self):
        self.write("src/extra/a.h", "#pragma once\n")
        self.assert_one(self.check(), "src/extra")

    def test_a_row_without_a_folder_is_refused(self):
        self.write("docs/architecture.md", ARCHITECTURE + "| 4 | `gone/` | nothing |\n")
        self.assert_one(self.check(), "gone/")

    def test_the_rows_come_from_the_document(self):
        self.write("docs/architecture.md", ARCHITECTURE.replace("| 3 | `store/`", "| 2 | `store/`"))
        self.assert_one(self.including("src/store/a.cc", "http/http.h"), "same row")


class BannedWordsTest(TreeTest):
    def check(self, allowed=None):
        return banned_words.check(self.root, allowed or {})

    def with_code(self, code, path="src/store/a.cc"):
        self.write(path, code + "\n")
        return self.check()

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.check(), [])

    def test_each_rule_finds_what_it_bans(self):
        for rule, code in [
                ("wall-clock", "auto now = std::chrono::system_clock::now();"),
                ("wall-clock", "auto now = std::chrono::steady_clock::now();"),
                ("wall-clock", "auto now = time(nullptr);"),
                ("wall-clock", "clock_gettime(CLOCK_REALTIME, &now);"),
                ("randomness", "std::random_device device;"),
                ("randomness", "std::mt19937 engine(1);"),
                ("randomness", "int x = rand();"),
                ("randomness", "RAND_bytes(out, 16);"),
                ("naked-new", "auto* x = new Thing;"),
                ("naked-delete", "delete thing;"),
                ("output", "std::cout << 1;"),
                ("output", 'printf("x");'),
                ("output", 'std::fprintf(stderr, "x");'),
                ("sleep", "std::this_thread::sleep_for(wait);"),
                ("sleep", "usleep(10);"),
                ("sleep", "sleep(1);"),
                ("using-namespace", "using namespace std;"),
                ("unfinished", "// TODO: later"),
                ("unfinished", "// FIXME"),
                ("machine-path", 'const char* path = "/' + 'root/data";'),
                ("machine-path", "// see /" + "work/notes"),
                ("cli11", "#include <CLI/CLI.hpp>"),
                ("long-line", "x" * 101),
                ("long-file", "\n" * 400),
        ]:
            with self.subTest(code=code[:60]):
                problems = self.with_code(code)
                self.assertTrue(problems, "not found")
                self.assertTrue(all(f"[{rule}]" in problem for problem in problems), problems)

    def test_what_only_looks_alike_passes(self):
        for code in [
                "Thing(const Thing&) = delete;",
                "asio::steady_timer timer(loop);",
                "SeededRandom random(7);",
                "auto text = SnapshotTime(nullptr);",
                "snprintf(out, size, format);",
                "strand(1);",
                "timer.sleep(1);",
                "using namespace std::chrono_literals;",
                "using namespace std::literals;",
                '// a new one, to delete; std::cout would do',
                'const char* text = "new // delete printf(";',
                "#include <new>",
                'const char* text = R"(std::cout << new)";',
                "const int many = 1'000; auto text = 'x'; int new_one = 1'000;",
                "// TODO(#12): later",
                'const char* path = "exports/root/a";',
                "x" * 100,
                "\n" * 398,
        ]:
            with self.subTest(code=code[:60]):
                self.assertEqual(self.with_code(code), [])

    def test_programs_may_write_to_the_terminal(self):
        self.assertEqual(self.with_code("std::cout << 1;", "src/cli/a.cc"), [])
        self.assertEqual(self.with_code("std::cout << 1;", "apps/enks/main.cc"), [])

    def test_documents_and_scripts_are_searched_for_unfinished_work(self):
        self.write("docs/a.md", "TODO\n")
        self.assert_one(self.check(), "docs/a.md:1", "[unfinished]")

    def test_documents_may_have_long_lines(self):
        self.write("docs/a.md", "x" * 500 + "\n")
        self.assertEqual(self.check(), [])

    def test_an_exception_covers_its_file_and_rule_only(self):
        allowed = {("src/store/a.cc", "output"): "reason"}
        self.write("src/store/a.cc", "std::cout << 1;\n")
        self.assertEqual(self.check(allowed), [])
        self.write("src/store/b.cc", "std::cout << 1;\n")
        self.assert_one(self.check(allowed), "src/store/b.cc")

    def test_an_exception_that_is_not_needed_fails(self):
        allowed = {("src/store/a.cc", "output"): "reason"}
        self.assert_one(self.check(allowed), "no longer needs")


class DocLinksTest(TreeTest):
    def check(self):
        return doc_links.check(self.root)

    def with_text(self, text):
        self.write("docs/a.md", text)
        return self.check()

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.check(), [])

    def test_links_to_files_folders_headings_and_other_sites_pass(self):
        self.assertEqual(self.with_text(
            "# A `b/` heading\n[x](architecture.md) [y](../src/base) [z](#a-b-heading)\n"
            "[w](architecture.md#architecture) [v](https://example.org/none)\n"), [])

    def test_a_link_to_nothing_is_found(self):
        self.assert_one(self.with_text("one\n[x](none.md)\n"), "docs/a.md:2", "none.md")
        self.assert_one(self.with_text("![x](none.png)\n"), "none.png")

    def test_a_link_to_a_heading_that_is_not_there_is_found(self):
        self.assert_one(self.with_text("[x](architecture.md#none)\n"), "no such heading")
        self.assert_one(self.with_text("[x](#none)\n"), "no such heading")

    def test_code_is_no_link(self):
        self.assertEqual(self.with_text("`[x](none.md)`\n```\n[x](none.md)\n```\n"), [])

    def test_a_folder_without_a_readme_is_found(self):
        os.remove(os.path.join(self.root, "src/http/README.md"))
        self.assert_one(self.check(), "src/http")

    def test_a_readme_that_does_not_begin_with_its_folder_is_found(self):
        for text in ("#http\n", "# store\n", "\n# http\n", "# http \n", "## http\n", ""):
            with self.subTest(text=text):
                self.write("src/http/README.md", text)
                self.assert_one(self.check(), "src/http/README.md:1", "# http")


class FormatTest(TreeTest):
    def setUp(self):
        super().setUp()
        self.write(".clang-format", "BasedOnStyle: Google\n")

    def test_a_clean_tree_passes(self):
        self.assertEqual(format_check.check(self.root), [])

    def test_a_file_that_would_change_is_found(self):
        self.write("src/http/a.cc", "int  f( ) {return 1;}\n")
        problems = format_check.check(self.root)
        self.assertTrue(problems)
        self.assertIn("src/http/a.cc", problems[0])

    def test_documents_are_none_of_its_business(self):
        self.write("src/http/README.md", "# http\n\n|  a | b |\n|---|---|\n*  one\n")
        self.assertEqual(format_check.check(self.root), [])


class SourceTreeTest(unittest.TestCase):
    def test_blanking_keeps_lines_and_code(self):
        code = 'a; // b\n/* c\nd */ e = "f // g"; h'
        blank = source_tree.blank_comments_and_literals(code)
        self.assertEqual(len(blank), len(code))
        self.assertEqual(blank.split(), ["a;", "e", "=", ";", "h"])
        self.assertEqual(blank.count("\n"), 2)


if __name__ == "__main__":
    unittest.main()
