#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each kind of table is wrong once, and that is noticed.

  doc_tables_test.py BINARY
"""

import sys
import unittest

from doc_tables import TableClaims

WRONG = {
    "a query that does not hold": "| query | holds | not |\n| - | - | - |\n| `aa` | bb | cc |",
    "a query that holds": "| query | holds | not |\n| - | - | - |\n| `aa` | aa | aa |",
    "a query that is an error": "| query | holds | not |\n| - | - | - |\n| `aa bb` | aa bb | aa |",
    "a term": "| term | holds | not |\n| - | - | - |\n| `aa` | bb | cc |",
    "an article": '| query | article | holds |\n| - | - | - |\n| `aa` | {"title":"aa"} | no |',
    "an article that is rejected": "| query | article | holds |\n| - | - | - |\n| `aa` | {} | no |",
    "a place": '| query | article | hits |\n| - | - | - |\n| `aa` | {"title":"aa"} | `title 0-3` |',
    "a hit's text":
        '| query | article | hits |\n| - | - | - |\n| `aa` | {"title":"aa"} | `title 0-2 ab` |',
    "one hit too few": '| query | article | hits |\n| - | - | - |\n| `aa` | {"title":"aa"} | none |',
    "an error with other words": "| query | error |\n| - | - |\n| `NOT aa` | `no such words` |",
    "no error": "| query | error |\n| - | - |\n| `aab` | |",
    "no warning": "| query | warning |\n| - | - |\n| `aab` | |",
    "a token too many": "| text | canonical |\n| - | - |\n| `Aa` | `aa bb` |",
    "a token too few": "| text | canonical |\n| - | - |\n| `Aa bb` | `aa` |",
    "another text": '| markup | text |\n| - | - |\n| `"<p>a"` | `"<p>a"` |',
    "another reason": "| input | reason |\n| - | - |\n| `[1]` | not_json |",
    "no reason": '| input | reason |\n| - | - |\n| `{"title":"aa"}` | not_json |',
}


class DocTablesTest(unittest.TestCase):
    def test_what_is_wrong_is_noticed(self):
        for name, text in WRONG.items():
            with self.subTest(name):
                claims = TableClaims("test", text)
                self.assertGreater(claims.count(), 0)
                self.assertNotEqual(claims.failures(BINARY), [])

    def test_what_is_right_is_not_a_failure(self):
        claims = TableClaims("test", "\n\n".join([
            "| query | holds | not |\n| - | - | - |\n| `/a\\|b/` | a | c |",
            "| text | canonical |\n| - | - |\n| `U.S.` | `us` |",
            "| of | another kind |\n| - | - |\n| `x` | y |"]))
        self.assertEqual(claims.failures(BINARY), [])
        self.assertEqual(claims.count(), 3)


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    unittest.main()
