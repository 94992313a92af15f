#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each rule of tidy.py is broken once, and found."""

import pathlib
import subprocess
import tempfile
import unittest

import tidy


class TidyTest(unittest.TestCase):
    def includes(self, path, line):
        return list(tidy.check_includes(path, line + "\n"))

    def test_core_must_not_depend_on_ingest(self):
        self.assertTrue(self.includes("core/text/a.cc", '#include "ingest/json/mapping.h"'))
        self.assertFalse(self.includes("ingest/json/a.cc", '#include "core/text/html_text.h"'))

    def test_matchers_and_ingest_do_not_know_each_other(self):
        self.assertTrue(self.includes("matchers/a.cc", '#include "ingest/json/mapping.h"'))
        self.assertTrue(self.includes("ingest/kafka/a.cc", '#include "matchers/query_set.h"'))

    def test_base_knows_nothing(self):
        self.assertTrue(self.includes("core/base/a.h", '#include "core/model/field.h"'))

    def test_a_folder_without_rules(self):
        self.assertTrue(self.includes("core/new/a.cc", "int a;"))

    def test_an_include_written_another_way(self):
        self.assertTrue(self.includes("matchers/a.cc", "#  include<hs/hs.h>"))

    def test_a_library_has_its_folder(self):
        self.assertTrue(self.includes("matchers/a.cc", "#include <hs/hs.h>"))
        self.assertFalse(self.includes("matchers/hyperscan/a.cc", "#include <hs/hs.h>"))
        self.assertTrue(self.includes("cmd/a.cc", "#include <librdkafka/rdkafka.h>"))
        self.assertFalse(self.includes("bench/a.cc", "#include <hs/hs.h>"))

    def test_files(self):
        self.assertTrue(list(tidy.check_file("core/a.h", "int a;\n")))
        self.assertTrue(list(tidy.check_file("core/a.cc", "int a;\t\n")))
        self.assertTrue(list(tidy.check_file("core/a.cc", "int a;")))
        self.assertTrue(list(tidy.check_file("core/string_utils.cc", "int a;\n")))
        self.assertTrue(list(tidy.check_file("core/a.cc", "x\n" * 801)))
        licensed = f"// {tidy.LICENSE}\n#pragma once\n"
        self.assertFalse(list(tidy.check_file("core/a.h", licensed)))
        self.assertTrue(list(tidy.check_file("core/a.h", "#pragma once\n")))
        self.assertFalse(list(tidy.check_file("a.py", f"#!/usr/bin/env python3\n# {tidy.LICENSE}\n")))
        self.assertTrue(list(tidy.check_file("a.py", "import sys\n")))

    def test_a_folder_without_a_readme(self):
        self.assertTrue(list(tidy.check_folders({"core/text/a.h"})))
        self.assertFalse(list(tidy.check_folders({"core/text/a.h", "core/text/README.md"})))

    def citations(self, text, path="core/text/a.h"):
        return list(tidy.check_citations(path, text, {"A5", "A6", "TEXT-2", "TEXT-6"}))

    def test_a_citation_names_a_rule(self):
        self.assertFalse(self.citations("// SPEC A5, A6 and TEXT-2 to TEXT-6.\n"))
        self.assertFalse(self.citations("// (SPEC A5,\n// A6), SPEC A5-A6, SPEC\n  // A5\n"))
        self.assertEqual(self.citations("int a;  // SPEC A7.\n"),
                         ["core/text/a.h:1: core/spec has no rule A7"])
        self.assertTrue(self.citations("// SPEC A5,\n// TEXT-7\n"))
        self.assertTrue(self.citations("// SPEC TEXT-2 to\n// TEXT-9\n"))
        self.assertFalse(self.citations("SPEC2006 and A7 without the word\n"))

    def test_the_specification_names_rules_of_its_own(self):
        self.assertFalse(self.citations("### A5 Span\nSee TEXT-6, SHA-256.\n", "core/spec/a.md"))
        self.assertTrue(self.citations("### A5 Span\nSee TEXT-7.\n", "core/spec/a.md"))
        self.assertTrue(self.citations("### A5 Span\nSee A7.\n", "core/spec/a.md"))

    def test_a_rule_stands_once(self):
        rule = {"core/spec/a.md": "### A5 Span\n", "core/spec/b.md": "### A5 Other\n"}
        self.assertEqual(list(tidy.check_anchors(rule)),
                         ["core/spec/b.md: A5 is in core/spec/a.md too"])

    def test_a_rule_has_an_example(self):
        rules = "### A5 Span\nExample: a.\n\n### A6 Whole\nIt is.\n\n## More\nExample: b.\n"
        self.assertEqual(list(tidy.check_examples("core/spec/a.md", rules)),
                         ["core/spec/a.md: A6 has no example"])

    def test_documents_that_are_not_in_the_repository(self):
        self.assertTrue(self.citations("// SEMANTICS" + " A5.\n"))
        self.assertTrue(self.citations("// DESIGN" + ".md section 2\n"))

    def test_a_repository(self):
        with tempfile.TemporaryDirectory() as root:
            files = {"core/text/a.cc": f'// {tidy.LICENSE}\n#include "matchers/b.h"\n',
                     "core/text/README.md": "a\n",
                     "scripts/a.py": f"# {tidy.LICENSE}\npath = '/" + "root/a'\n"}
            for name, text in files.items():
                path = pathlib.Path(root) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            subprocess.run(["git", "init", "-q"], cwd=root, check=True)
            subprocess.run(["git", "add", "."], cwd=root, check=True)
            self.assertEqual(sorted(tidy.breaches(root)), [
                "core/text/a.cc:2: core/text must not depend on matchers",
                "scripts/a.py:2: a path of somebody's machine",
                "scripts: not at the top"])


if __name__ == "__main__":
    unittest.main()
