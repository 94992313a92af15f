# SPDX-License-Identifier: Apache-2.0
"""The tables of a document that claim what the program does.

What a table claims is told by its heading:

  query | holds | not          bodies for which the query holds, and does not
  term  | holds | not          the same for a list with this term
  query | article | holds      yes or no
  query | article | hits       `body 0-7 Kremlin`, …; the text may be left out
  query | error                what the error or its fix says, in backticks
  query | warning              the same of a warning
  text  | canonical            a text, and its tokens
  markup | text                JSON texts: a field, and what is searched of it
  language | term | among its forms   one form of the term, by `presshawk forms`
  input | reason               a line, and why it is rejected, or `accepted`

Tables with other headings claim nothing. All claims of a document are asked
with one run of the program for each of: matches, mistakes, rejects.
"""

import json
import pathlib
import re
import subprocess
import tempfile

# Around a text whose tokens are claimed, so that there are no others.
BEFORE, AFTER = "zzbefore", "zzafter"


def tables(text):
    """(heading, rows) of each table; cells without the backticks around them."""
    heading, rows = [], []
    for line in [*text.splitlines(), ""]:
        if not line.startswith("|"):
            if rows:
                yield tuple(heading), rows
            heading, rows = [], []
            continue
        cells = [c.strip() for c in re.split(r"(?<!\\)\|", line.strip()[1:-1])]
        cells = [c.replace("\\|", "|") for c in cells]
        if not heading:
            heading = cells
        elif set("".join(cells)) - set("-: "):
            rows.append(cells)


def bare(cell):
    """A cell without the backticks, where these go around all of it."""
    found = re.fullmatch(r"`([^`]+)`", cell)
    return found.group(1) if found else cell


def quoted(cell):
    """What stands in backticks in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def body(cell):
    """An article with the text of a cell as its body."""
    return json.dumps({"body": bare(cell)}, ensure_ascii=False)


def shown_hit(hit, wanted):
    """A hit as the document writes it, with its text where that one has it."""
    place = f"{hit['field']} {hit['begin']}-{hit['end']}"
    return f"{place} {hit['text']}" if len(wanted.split(" ")) > 2 else place


class TableClaims:
    def __init__(self, name, text):
        self.name = name
        # Of each match that is claimed: the list, the article as JSON, and
        # what is wrong with the alert (None where there is none).
        self.lists = []
        self.articles = []
        self.asked = []
        self.mistaken = []  # (query, severity, words)
        self.inputs = []    # (line, reason)
        self.forms = []     # (language, term, form)
        readers = {
            ("query", "holds", "not"): self.read_holds,
            ("term", "holds", "not"): self.read_term,
            ("query", "article", "holds"): self.read_article,
            ("query", "article", "hits"): self.read_hits,
            ("query", "error"): lambda row: self.read_mistake(row, "error"),
            ("query", "warning"): lambda row: self.read_mistake(row, "warning"),
            ("text", "canonical"): self.read_canonical,
            ("markup", "text"): self.read_markup,
            ("language", "term", "among its forms"): lambda row: self.forms.append(tuple(map(bare, row))),
            ("input", "reason"): lambda row: self.inputs.append((bare(row[0]), bare(row[1]))),
        }
        for heading, rows in tables(text):
            for row in rows if heading in readers else []:
                readers[heading](row)

    # Reading.

    def ask(self, condition, article, check):
        self.lists.append({"id": f"r{len(self.lists)}", **condition})
        self.articles.append(article)
        self.asked.append(check)

    def ask_holds(self, condition, article, holds):
        def check(alert):
            if (alert is not None) != holds:
                return f"must {'' if holds else 'not '}hold"
            return None
        self.ask(condition, article, check)

    def read_holds(self, row):
        self.ask_holds({"query": bare(row[0])}, body(row[1]), True)
        self.ask_holds({"query": bare(row[0])}, body(row[2]), False)

    def read_term(self, row):
        self.ask_holds({"terms": [bare(row[0])]}, body(row[1]), True)
        self.ask_holds({"terms": [bare(row[0])]}, body(row[2]), False)

    def read_article(self, row):
        self.ask_holds({"query": bare(row[0])}, bare(row[1]), row[2] == "yes")

    def read_hits(self, row):
        wanted = quoted(row[2])

        def check(alert):
            if alert is None:
                return "must hold"
            got = alert["hits"]
            if len(got) == len(wanted) and all(shown_hit(h, w) == w for h, w in zip(got, wanted)):
                return None
            return f"has the hits {json.dumps(got, ensure_ascii=False)}"
        self.ask({"query": bare(row[0])}, bare(row[1]), check)

    def read_canonical(self, row):
        """One phrase of all tokens, and nothing else between two marks."""
        phrase = f"{BEFORE} {bare(row[1])} {AFTER}"
        text = f"{BEFORE} {bare(row[0])} {AFTER}"
        self.ask_holds({"terms": [phrase]}, body(text), True)

    def read_markup(self, row):
        wanted = json.loads(bare(row[1]))

        def check(alert):
            got = None if alert is None else alert["article"]["title"]
            return None if got == wanted else f"is {json.dumps(got, ensure_ascii=False)}"
        identity = f"markup-{len(self.lists)}"
        self.ask({"query": f"id:{identity}"},
                 json.dumps({"id": identity, "title": json.loads(bare(row[0]))}), check)

    def read_mistake(self, row, severity):
        self.mistaken.append((bare(row[0]), severity, quoted(row[1])))

    # Asking.

    def failures(self, binary):
        """What the program does otherwise."""
        with tempfile.TemporaryDirectory() as folder:
            self.folder = pathlib.Path(folder)
            self.binary = binary
            return [f"{self.name}: {failure}" for failure in
                    [*self.wrong_matches(), *self.wrong_mistakes(), *self.wrong_reasons(), *self.wrong_forms()]]

    def count(self):
        return len(self.asked) + len(self.mistaken) + len(self.inputs) + len(self.forms)

    def write(self, name, lines):
        path = self.folder / name
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        return str(path)

    def run(self, *arguments):
        return subprocess.run([self.binary, *arguments], capture_output=True, timeout=60,
                              check=False)

    def wrong_matches(self):
        if not self.asked:
            return
        lists = self.write("lists.ndjson", map(json.dumps, self.lists))
        articles = self.write("articles.ndjson", self.articles)
        done = self.run("match", "-w", lists, articles)
        if done.returncode != 0 or b": rejected: " in done.stderr:
            yield done.stderr.decode()
        alerts = {}
        for line in done.stdout.decode().splitlines():
            alert = json.loads(line)
            alerts[alert["watchlist"]["id"], alert["origin"]["line"]] = alert
        for number, check in enumerate(self.asked):
            complaint = check(alerts.get((f"r{number}", number + 1)))
            if complaint is not None:
                yield (f"{json.dumps(self.lists[number], ensure_ascii=False)} on "
                       f"{self.articles[number]}: {complaint}")

    def wrong_mistakes(self):
        if not self.mistaken:
            return
        lists = self.write("mistakes.ndjson", [
            json.dumps({"id": f"r{n}", "query": query})
            for n, (query, _, _) in enumerate(self.mistaken)])
        said = {}
        for line in self.run("check", "-w", lists, "--format", "json").stdout.splitlines():
            mistake = json.loads(line)
            said.setdefault((mistake["line"], mistake["severity"]), []).append(
                f"{mistake['message']}; {mistake['fix']}")
        for number, (query, severity, words) in enumerate(self.mistaken, 1):
            got = said.get((number, severity), [])
            if not any(all(word in text for word in words) for text in got):
                yield f"`{query}`: no {severity} that says {words}, but {got}"

    def wrong_reasons(self):
        if not self.inputs:
            return
        lists = self.write("any.ndjson", ['{"id":"any","terms":["any"]}'])
        inputs = self.write("inputs.ndjson", [line for line, _ in self.inputs])
        rejects = self.folder / "rejects.ndjson"
        self.run("match", "-w", lists, "--rejects", str(rejects), inputs)
        reasons = {}
        for line in rejects.read_text(encoding="utf-8").splitlines():
            reject = json.loads(line)
            reasons[reject["line"]] = reject["reason"]
        for number, (line, reason) in enumerate(self.inputs, 1):
            got = reasons.get(number, "accepted")
            if got != reason:
                yield f"`{line}`: {got}, not {reason}"

    def wrong_forms(self):
        for language, term, form in self.forms:
            said = self.run("forms", "--lang", language, "--tsv", term).stdout.decode().splitlines()
            if form not in [line.split("\t")[1] for line in said]:
                yield f"`{term}` in {language} has no form `{form}`"
