#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules of the repository that a compiler does not know.

  tidy.py ROOT     checks the tracked files; exits 1 with one line for each breach

Direction of dependencies, third-party libraries in their folders, a README in
every source folder, sizes, names, what must not be in a file, and citations of
the specification.
"""

import pathlib
import re
import subprocess
import sys

# What a folder may include, beside itself. Longest prefix counts.
CORE = ["core/base", "core/model", "core/text", "core/zones", "core/relevance", "core/stories", "core/alerts", "core/metrics",
        "core/yaml", "core/ledger", "core/messages", "core/delivery", "core/config", "core/stream",
        "core/matching", "core/http"]
ALLOWED = {
    "core/base": [],
    "core/model": ["core/base"],
    "core/text": ["core/base", "core/model"],
    "core/stories": ["core/base", "core/model", "core/text"],
    "core/zones": ["core/base", "core/model"],
    "core/relevance": ["core/base", "core/model", "core/zones"],
    "core/alerts": ["core/base", "core/model", "core/text", "core/zones", "core/relevance"],
    "core/metrics": ["core/base"],
    "core/yaml": ["core/base"],
    "core/ledger": ["core/base"],
    "core/messages": ["core/base"],
    "core/delivery": ["core/base", "core/model", "core/stories", "core/alerts",
                      "core/ledger", "core/messages"],
    "core/config": ["core/base", "core/model", "core/yaml", "core/delivery"],
    "core/stream": ["core/base"],
    "core/matching": ["core/base", "core/model", "core/text", "core/stories",
                      "core/alerts", "core/stream"],
    "core/http": ["core/base"],
    "ingest/json": CORE,
    "ingest/file": CORE,
    "ingest/kafka": CORE,
    "ingest/sqlite": CORE,
    "ingest/postgres": CORE,
    "ingest/webhook": CORE,
    "matchers": CORE,
    "cmd/samples": [],
    "cmd": CORE + ["ingest", "matchers", "cmd/samples"],
    "tests/support": CORE + ["ingest", "matchers"],
    "bench": CORE + ["ingest", "matchers", "cmd/samples", "tests/support"],
    "tests": CORE + ["ingest", "matchers", "cmd", "bench", "tests/support"],
}

# One third-party library, one folder (bench and tests may use any).
THIRD_PARTY = {
    r"librdkafka/": ["ingest/kafka"],
    r"simdjson": ["ingest/json"],
    r"hs/hs\.h|hs\.h": ["matchers/hyperscan"],
    r"prometheus/": ["core/metrics"],
    r"unicode/": ["core/text"],
    r"event2/|curl/": ["core/http"],
    r"yaml-cpp/": ["core/yaml"],
    r"openssl/": ["core/base"],
    r"CLI/": ["cmd/cli"],
    r"spdlog/": ["cmd"],
    r"zstd\.h|zlib\.h": ["ingest/file"],
    r"sqlite3\.h": ["ingest/sqlite"],
    r"libpq-fe\.h": ["ingest/postgres"],
    r"nlohmann/": ["cmd", "ingest/kafka", "matchers", "ingest/json", "core/alerts",
                   "core/messages"],
}

LINES_MAX = 800
LICENSE = "SPDX-License-Identifier: Apache-2.0"
BAD_NAMES = re.compile(r"(^|[_/])(utils?|helpers?|common|misc|stuff)([_./]|$)")
# Paths of a machine; split so that this file passes.
BAD_TEXT = re.compile("/" + "work/|/" + "root/|/" + "home/[a-z]")


def room(path):
    """The key of ALLOWED that a path belongs to."""
    best = [key for key in ALLOWED if path.startswith(key + "/")]
    return max(best, key=len) if best else None


def check_includes(path, text):
    own = room(path)
    if own is None:
        yield f"{path}: a folder that ALLOWED in tests/tidy/tidy.py does not know"
        return
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if not found:
            continue
        target = found.group(2)
        where = f"{path}:{number}"
        other = room(target)
        if other is not None and other != own:
            if not any(other == a or other.startswith(a + "/") for a in ALLOWED[own]):
                yield f"{where}: {own} must not depend on {other}"
        if own.startswith(("tests", "bench")):
            continue
        for library, folders in THIRD_PARTY.items():
            if re.match(library, target) and not any(path.startswith(f + "/") for f in folders):
                yield f"{where}: {target} belongs into {' or '.join(folders)} only"


def check_file(path, text):
    lines = text.count("\n")
    is_code = path.endswith((".h", ".cc"))
    if is_code and lines > LINES_MAX:
        yield f"{path}: {lines} lines; at most {LINES_MAX}"
    if path.endswith(".h") and "#pragma once" not in text:
        yield f"{path}: no #pragma once"
    if path.endswith((".h", ".cc", ".py", ".sh", ".cmake")) and text.strip() \
            and LICENSE not in "\n".join(text.splitlines()[:2]):
        yield f"{path}: no line '{LICENSE}' at the start"
    if is_code and "\t" in text:
        yield f"{path}: a tab"
    is_corpus = path.startswith("tests/fuzz/corpus/")  # As the fuzzer left it.
    if text and not text.endswith("\n") and not is_corpus:
        yield f"{path}: no line feed at the end"
    if BAD_NAMES.search(path):
        yield f"{path}: a name that does not say what is in it"
    for number, line in enumerate(text.splitlines(), 1):
        if BAD_TEXT.search(line):
            yield f"{path}:{number}: a path of somebody's machine"


def check_folders(paths):
    """Every folder with sources of the product has a README."""
    folders = {str(pathlib.PurePath(p).parent) for p in paths
               if p.endswith((".h", ".cc")) and p.startswith(("core/", "ingest/", "matchers", "cmd"))}
    for folder in sorted(folders):
        if f"{folder}/README.md" not in paths:
            yield f"{folder}: no README.md"


SPEC = "core/spec/"
# `### A23 Regular expressions` in core/spec.
ANCHOR = re.compile(r"^### ([A-Z]+-?[0-9]+) ", re.M)
# `SPEC A5, A6`, `SPEC TEXT-2 to TEXT-6`; a line may end between two words.
LABEL = r"[A-Z]+-?[0-9]+"
GAP = r"\s+(?:(?://|#|\*)\s*)?"
CITATION = re.compile(rf"\bSPEC{GAP}({LABEL}(?:(?:,{GAP}|{GAP}and{GAP}|{GAP}to{GAP}|-){LABEL})*)")
# The names of documents that are not in the repository; split so that this file passes.
GONE = re.compile("SEMANTICS" + r"(?= A\d|\.md)|DESIGN" + r"\.md")


def check_anchors(texts):
    """Each label of the specification stands once. `texts`: by path."""
    found = {}
    for path, text in sorted(texts.items()):
        if not path.startswith(SPEC):
            continue
        for anchor in ANCHOR.findall(text):
            if anchor in found:
                yield f"{path}: {anchor} is in {found[anchor]} too"
            found.setdefault(anchor, path)


def check_examples(path, text):
    """Each rule of the specification has an example: a sentence, table or block."""
    for rule in re.split(r"^(?=##)", text, flags=re.M):
        anchor = ANCHOR.match(rule)
        if anchor and not re.search(r"^(?:Examples?\b|\||```)", rule, re.M):
            yield f"{path}: {anchor.group(1)} has no example"


def check_citations(path, text, anchors):
    """What a file cites is in the specification."""
    for citation in CITATION.finditer(text):
        number = text.count("\n", 0, citation.start()) + 1
        for label in re.findall(LABEL, citation.group(1)):
            if label not in anchors:
                yield f"{path}:{number}: core/spec has no rule {label}"
    if path.startswith(SPEC):
        # Among themselves its files name rules without the word.
        subjects = {re.match("[A-Z]+", anchor).group(0) for anchor in anchors} - {"A"}
        for label in re.findall(rf"\b((?:A(?=\d{{1,2}}\b)|(?:{'|'.join(sorted(subjects))})-)[0-9]+)\b",
                                text) if subjects else []:
            if label not in anchors:
                yield f"{path}: names {label}, which is no rule"
    for number, line in enumerate(text.splitlines(), 1):
        if GONE.search(line):
            yield f"{path}:{number}: cites what is not in the repository; core/spec is"


TOP = {".ci", ".clang-format", ".clang-tidy", ".clangd", ".editorconfig", ".gitignore",
       "ARCHITECTURE.md", "CHANGELOG.md",
       "CMakeLists.txt", "CMakePresets.json", "CONTRIBUTING.md", "LICENSE", "QUERY_SYNTAX.md",
       "README.md", "bench", "cmd", "core", "deploy", "dev", "ingest", "matchers", "tests"}


def breaches(root):
    """All breaches of a repository."""
    listed = subprocess.run(["git", "ls-files"], cwd=root, check=True,
                            capture_output=True, text=True).stdout.split("\n")
    paths = [p for p in listed if p and (pathlib.Path(root) / p).exists()]
    for top in sorted({p.split("/")[0] for p in paths} - TOP):
        yield f"{top}: not at the top"
    yield from check_folders(set(paths))
    texts = {}
    for path in paths:
        try:
            texts[path] = (pathlib.Path(root) / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    yield from check_anchors(texts)
    anchors = {anchor for path, text in texts.items() if path.startswith(SPEC)
               for anchor in ANCHOR.findall(text)}
    for path, text in texts.items():
        yield from check_file(path, text)
        yield from check_citations(path, text, anchors)
        if path.startswith(SPEC):
            yield from check_examples(path, text)
        if path.endswith((".h", ".cc")):
            yield from check_includes(path, text)


def main():
    found = list(breaches(sys.argv[1]))
    for breach in found:
        print(breach)
    print(f"{len(found)} breaches of the rules")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
