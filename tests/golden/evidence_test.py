#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every hit of every alert can be highlighted in the article as it came.

  evidence_test.py PRESSHAWK DATA      DATA: the folder of shared articles; may be absent

It does what deploy/ALERTS.md says under "Highlight a hit in the article", naively and with nothing of
presshawk: JSON by Python, HTML by Python. Each span must hold the text of its hit. Hits that run over
two joined values have no place, which their text shows; everything else must have one.
"""

import collections
import html.parser
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import alert_schema  # noqa: E402

BYTES_OF_A_FILE = 4 << 20
# Common words of many languages, so that almost every article alerts, and operators whose hits overlap.
LISTS = """watchlists:
  - {id: words, terms: [the, of, to, de, la, die, der, und, el, que, в, и, на, що, se, na, w, i, bir, ve, في, من, की, के, 的, 在]}
  - {id: names, terms: [Trump, Clinton, U.S., "White House", AT&T, Obama, Путин, Россия, Merkel, 中国]}
  - {id: near, query: '"President Trump" NEAR/5 said'}
  - {id: regex, query: '/[A-Z]\\w+ \\p{L}+ing\\W+\\w+/ OR /\\n+\\w/'}
  - {id: marks, query: '{US} OR "$ 5"~3 OR é* OR ?o OR author:a* OR summary:*e'}
"""
JOINED = "; "


class Text(html.parser.HTMLParser):
    """The text of a piece of HTML, without white space: what a browser would show of it."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.pieces, self.skipped = [], 0

    def handle_starttag(self, tag, attrs):
        self.skipped += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.skipped -= tag in ("script", "style") and self.skipped > 0

    def handle_data(self, data):
        if not self.skipped:
            self.pieces.append(data)


def shown(source):
    parser = Text()
    parser.feed(source.replace("<![CDATA[", "").replace("]]>", ""))
    parser.close()
    return dense("".join(parser.pieces))


def dense(text):
    return "".join(text.split())


def at_pointer(document, pointer):
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def highlighted(article, alert, hit):
    """The part of the article that the page tells a receiver to highlight; None where there is none."""
    if "pointer" in hit:
        begin, end = hit["raw"]
        return at_pointer(article, hit["pointer"])[begin:end]
    value = article.get(hit["field"])
    if not isinstance(value, str) or value[hit["begin"]:hit["end"]] != hit["text"]:
        return None
    return value[hit["begin"]:hit["end"]]


def is_shown(source, hit, alert):
    if "pointer" not in hit or hit["field"] not in alert["article"].get("html", []):
        return source == hit["text"]
    return dense(hit["text"]) in (shown(source), dense(html.unescape(source)))


def is_over_values(article, hit):
    """Whether the hit runs over two joined values, or begins or ends in the white space that joins them."""
    return JOINED in hit["text"] or (hit["text"] != hit["text"].strip() and
                                     not isinstance(article.get(hit["field"]), str))


class Judge:
    def __init__(self, binary):
        self.binary = binary
        self.counts = collections.Counter()
        self.wrong = []

    def match(self, arguments, folder):
        """Runs `match` and judges its alerts; articles are read from the files that it read."""
        done = subprocess.run([self.binary, "match", *arguments], cwd=folder, capture_output=True,
                              timeout=300, check=False, stdin=subprocess.DEVNULL)
        lines = {}
        for alert in alert_schema.alerts_in(done.stdout.decode()):
            file = alert["origin"]["file"]
            if file not in lines:
                lines[file] = (folder / file).read_bytes().split(b"\n")
            line = lines[file][alert["origin"]["line"] - 1].removeprefix(b"\xef\xbb\xbf")
            # Numbers as they are written.
            self.judge(json.loads(line, parse_int=str, parse_float=str), alert)

    def judge(self, article, alert):
        self.counts["alerts"] += 1
        if self.counts["alerts"] % 50 == 1:
            self.wrong += [f"{alert['id']}: {mistake}" for mistake in alert_schema.mistakes(alert)]
        for hit in alert["hits"]:
            self.counts["hits"] += 1
            self.counts["hits with a pointer"] += "pointer" in hit
            source = highlighted(article, alert, hit)
            if source is None and is_over_values(article, hit):
                self.counts["hits over two values"] += 1
            elif source is None or not is_shown(source, hit, alert):
                self.wrong.append(f"{alert['origin']}: {hit} is not {source!r}")


def golden_commands():
    """The arguments of the cases that print alerts as JSON."""
    for case in sorted((HERE / "cases").glob("match_*.golden")):
        command = case.read_text(encoding="utf-8").split("\n", 1)[0]
        arguments = shlex.split(command.removeprefix("$ presshawk match"))
        if not {"--format", "--matches-only", "--rejects", "-"} & set(arguments) and arguments:
            yield arguments


def shared_files(data, folder):
    """The beginning of each file of shared articles, and NewsAPI's answers cut into articles."""
    for packed in sorted((data / "articles").glob("*.ndjson.zst")):
        file = folder / packed.name.removesuffix(".zst")
        with subprocess.Popen(["zstd", "-dcq", packed], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as unpacking:
            text = unpacking.stdout.read(BYTES_OF_A_FILE)
            unpacking.kill()
        file.write_bytes(text[:text.rfind(b"\n") + 1])
        yield file.name, "generic"
    raw = data / "raw_json.tar.zst"
    if raw.exists():
        subprocess.run(["tar", "--zstd", "-xf", raw, "-C", folder], check=True)
        yield from raw_files(folder)


def raw_files(folder):
    presets = {"ninjs1": "ninjs1", "ninjs3": "ninjs3", "newsapi": "newsapi"}
    articles = collections.defaultdict(list)
    for file in sorted((folder / "raw_json").rglob("*.json")):
        try:
            document = json.loads(file.read_bytes())
        except ValueError:
            continue
        entries = document.get("articles", [document]) if isinstance(document, dict) else []
        # Formats under a mapping that is not theirs give other values, which is as good a test.
        for preset in presets.values():
            articles[preset] += [one for one in entries if isinstance(one, dict)]
    for preset, entries in articles.items():
        name = f"raw_{preset}.ndjson"
        (folder / name).write_text("".join(json.dumps(one) + "\n" for one in entries), encoding="utf-8")
        yield name, preset


def main():
    judge = Judge(str(pathlib.Path(sys.argv[1]).resolve()))
    data = pathlib.Path(sys.argv[2])
    for arguments in golden_commands():
        judge.match(arguments, HERE / "inputs")
    of_golden = judge.counts["hits with a pointer"]
    if (data / "articles").exists():
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "lists.yaml").write_text(LISTS, encoding="utf-8")
            for file, preset in shared_files(data, folder):
                judge.match(["-w", "lists.yaml", "-m", preset, file], folder)
    for line in judge.wrong[:20]:
        print(line)
    print(", ".join(f"{count} {what}" for what, count in judge.counts.items()), f"and {len(judge.wrong)} wrong")
    return 1 if judge.wrong or of_golden < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
