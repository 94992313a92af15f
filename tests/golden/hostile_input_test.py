#!/usr/bin/env python3
"""Articles that try to break `presshawk match`: each is matched, or rejected with its reason.

  hostile_input_test.py PRESSHAWK
"""

import json
import pathlib
import subprocess
import sys
import tempfile

LIMIT = 16 * 1024 * 1024


def cases():
    """Name, the line as bytes, and "alert", "none" or a reject reason."""
    def article(body, **more):
        return json.dumps({"id": "x", "body": body, **more}, ensure_ascii=False).encode()

    filler = "All quiet in the harbour today. "
    frame = len(article("")) + len(" Kremlin")
    big = filler * ((LIMIT - frame) // len(filler)) + " Kremlin"
    yield "an article just under 16 MiB", article(big), "alert"
    yield "a line over 16 MiB", article(big + filler), "too_large"
    yield "10,000 nested arrays", b'{"body":"Kremlin","x":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "too_deep"
    yield "1,000 nested arrays", b'{"body":"Kremlin","x":' + b"[" * 1_000 + b"]" * 1_000 + b"}", "alert"
    yield "a word of 1 MB, then a term", article("x" * 1_000_000 + " Kremlin"), "alert"
    yield "100,000 accents on one letter", article("Kremlin" + "\u0301" * 100_000), "alert"
    yield "100,000 accents on a kept letter", article("й" + "\u0301" * 100_000 + " Kremlin"), "alert"
    yield "1,000,000 zero-width joiners", article("Kre" + "\u200d" * 1_000_000 + "mlin"), "alert"
    yield "right-to-left override", article("\u202eKremlin\u202c"), "alert"
    yield "escaped NUL", b'{"body":"a\\u0000 Kremlin"}', "alert"
    yield "a raw NUL", b'{"body":"a\0 Kremlin"}', "not_json"
    yield "lone surrogates", b'{"body":"\\ud800 Kremlin \\udc00"}', "alert"
    yield "repeated keys: the last counts", b'{"body":"Kremlin","body":"nothing"}', "none"
    yield "bad UTF-8", b'{"body":"Kremlin \xff"}', "not_utf8"
    yield "half a document", b'{"body":"Kremlin', "not_json"
    yield "text behind the document", b'{"body":"Kremlin"} {"body":"b"}', "not_json"
    yield "an array", b'["Kremlin"]', "not_an_object"
    yield "no text", b'{"title":" \\u00a0 ","summary":"Kremlin"}', "missing_text"
    yield "500,000 open tags", article("<b>" * 500_000 + "Kremlin"), "alert"
    yield "an unclosed comment", article("<!-- Kremlin"), "alert"
    yield "5,000,000 ampersands", article("&" * 5_000_000 + " Kremlin"), "alert"
    yield "300,000 times one ligature of 18 letters", article("\ufdfa" * 300_000 + " Kremlin"), "alert"


def main():
    presshawk = pathlib.Path(sys.argv[1]).resolve()
    wanted = list(cases())
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "lists.ndjson").write_text('{"id":"k","terms":["Kremlin"]}\n', encoding="utf-8")
        (folder / "in.ndjson").write_bytes(b"".join(line + b"\n" for _, line, _ in wanted))
        done = subprocess.run(
            [presshawk, "match", "-w", folder / "lists.ndjson", "--rejects", folder / "rejects",
             "--workers", "1", folder / "in.ndjson"],
            capture_output=True, timeout=300, check=False)
        rejects = {r["line"]: r["reason"] for r in
                   map(json.loads, (folder / "rejects").read_text(encoding="utf-8").splitlines())}
    alerts = {json.loads(line)["origin"]["line"] for line in done.stdout.splitlines()}
    failures = 0
    if done.returncode != 0:
        failures += 1
        print(f"exit code {done.returncode}: {done.stderr.decode()[-1000:]}")
    for number, (name, _, expected) in enumerate(wanted, 1):
        got = rejects.get(number, "alert" if number in alerts else "none")
        if got != expected:
            failures += 1
            print(f"{name}: expected {expected}, got {got}")
    print(f"{len(wanted)} hostile articles, {failures} wrong")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
