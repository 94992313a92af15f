#!/usr/bin/env python3
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
        self.assertFalse(list(tidy.check_file("core/a.h", "#pragma once\n")))

    def test_a_folder_without_a_readme(self):
        self.assertTrue(list(tidy.check_folders({"core/text/a.h"})))
        self.assertFalse(list(tidy.check_folders({"core/text/a.h", "core/text/README.md"})))

    def test_a_repository(self):
        with tempfile.TemporaryDirectory() as root:
            files = {"core/text/a.cc": '#include "matchers/b.h"\n', "core/text/README.md": "a\n",
                     "scripts/a.py": "path = '/" + "root/a'\n"}
            for name, text in files.items():
                path = pathlib.Path(root) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            subprocess.run(["git", "init", "-q"], cwd=root, check=True)
            subprocess.run(["git", "add", "."], cwd=root, check=True)
            self.assertEqual(sorted(tidy.breaches(root)), [
                "core/text/a.cc:1: core/text must not depend on matchers",
                "scripts/a.py:1: a path of somebody's machine",
                "scripts: not at the top"])


if __name__ == "__main__":
    unittest.main()
