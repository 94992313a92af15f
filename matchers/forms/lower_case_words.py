#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes data/LANG.words: the words that articles write in lower case.

  lower_case_words.py DATA LANG...     DATA: the folder of shared articles

A word counts where at least ARTICLES_MIN articles have it in lower case, and not fewer
than have it with a capital. The names of gold/name_forms.tsv are left out.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import textwrap

ARTICLES_MIN = 4
WORDS_MAX = 6000
WORD = re.compile(r"[^\W\d_]{2,}")


def articles_of(data, language):
    for path in sorted((data / "articles").glob("*.zst")):
        if path.name.startswith(("newsapi", "abp", "reuters")):
            continue  # English and Hindi.
        for line in subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE, check=True).stdout.splitlines():
            article = json.loads(line)
            if article.get("lang") == language:
                yield f"{article.get('title') or ''}\n{article.get('body') or ''}"


def main():
    data = pathlib.Path(sys.argv[1])
    names = {row.split("\t")[2].lower() for row in (data / "gold" / "name_forms.tsv").read_text().splitlines()}
    for language in sys.argv[2:]:
        lower, capital, count = collections.Counter(), collections.Counter(), 0
        for text in articles_of(data, language):
            count += 1
            words = set(WORD.findall(text))
            lower.update(w for w in words if w == w.lower())
            capital.update({w.lower() for w in words if w != w.lower()})
        common = [w for w, n in lower.most_common()
                  if n >= ARTICLES_MIN and n >= capital[w] and w not in names][:WORDS_MAX]
        out = pathlib.Path(__file__).parent / "data" / f"{language}.words"
        lines = textwrap.wrap(" ".join(sorted(common)), 110, break_long_words=False, break_on_hyphens=False)
        out.write_text(
            "# SPDX-License-Identifier: Apache-2.0\n"
            f"# Common words: {len(common)} that at least {ARTICLES_MIN} of {count} news articles write in lower case.\n"
            "# Written by lower_case_words.py.\n" + "".join(f"words {line}\n" for line in lines))


if __name__ == "__main__":
    main()
