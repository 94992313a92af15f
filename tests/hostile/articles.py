# SPDX-License-Identifier: Apache-2.0
"""Articles that try to break the program, each with what is to become of it.

A case: its name, the line as bytes, and "alert", "none", a reject reason, or
"any" (answered one way or another). The list of every test: the term Kremlin.
"""

import json
import pathlib
import subprocess

LIMIT = 16 * 1024 * 1024
LISTS = '{"id":"k","terms":["Kremlin"]}\n'


def article(body, **more):
    return json.dumps({"id": "x", "body": body, **more}, ensure_ascii=False).encode()


def nested(levels):
    """An article of so many levels, its own among them."""
    return b'{"body":"Kremlin","x":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def sized(size):
    filler = "All quiet in the harbour today. "
    frame = len(article("")) + len(" Kremlin")
    body = filler * ((size - frame) // len(filler)) + " Kremlin"
    return article(body + "!" * (size - len(article(body))))


def cases():
    yield "an article of 16 MiB", sized(LIMIT), "alert"
    yield "an article of 16 MiB less a byte", sized(LIMIT - 1), "alert"
    yield "an article of 16 MiB and a byte", sized(LIMIT + 1), "too_large"
    yield "an article of 40 MiB", sized(40 << 20), "too_large"
    yield "1,024 levels", nested(1024), "alert"
    yield "1,025 levels", nested(1025), "too_deep"
    yield "10,000 levels", nested(10_000), "too_deep"
    yield "1,000,000 levels", nested(1_000_000), "too_deep"
    yield "1,000,000 open arrays", b"[" * 1_000_000, "too_deep"
    yield "1,000,000 open objects", b'{"a":' * 1_000_000, "too_deep"
    yield "a word of 1 MB, then a term", article("x" * 1_000_000 + " Kremlin"), "alert"
    yield "a number of 1 MB", b'{"body":"Kremlin","x":1' + b"0" * 1_000_000 + b"}", "alert"
    yield "an exponent beyond all numbers", b'{"body":"Kremlin","x":-1e-999999}', "alert"
    yield "a key of 1 MB", b'{"' + b"k" * 1_000_000 + b'":1,"body":"Kremlin"}', "alert"
    yield "200,000 keys", b'{"body":"Kremlin"' + b"".join(
        b',"k%d":0' % i for i in range(200_000)) + b"}", "alert"
    yield "100,000 accents on one letter", article("Kremlin" + "\u0301" * 100_000), "alert"
    yield "100,000 accents on a kept letter", article("й" + "\u0301" * 100_000 + " Kremlin"), "alert"
    yield "1,000,000 zero-width joiners", article("Kre" + "\u200d" * 1_000_000 + "mlin"), "alert"
    yield "zero-width space, joiner, BOM, soft hyphen in a word", article(
        "K\u200br\u2060e\ufeffm\u00adlin"), "alert"
    yield "right-to-left override", article("\u202eKremlin\u202c"), "alert"
    yield "isolates in a word", article("Kre\u2066m\u2069lin"), "alert"
    yield "tag characters in a word", article("Krem\U000e0041\U000e007flin"), "alert"
    yield "a word backwards behind an override", article("\u202enilmerK"), "none"
    yield "escaped NUL", b'{"body":"a\\u0000 Kremlin"}', "alert"
    yield "a raw NUL", b'{"body":"a\0 Kremlin"}', "not_json"
    yield "NUL behind the document", b'{"body":"Kremlin"}\0', "not_json"
    yield "lone surrogates", b'{"body":"\\ud800 Kremlin \\udc00"}', "alert"
    yield "surrogates the wrong way round", b'{"body":"\\udc00\\ud800 Kremlin"}', "alert"
    yield "repeated keys: the last counts", b'{"body":"Kremlin","body":"nothing"}', "none"
    yield "a repeated key, escaped", b'{"body":"Kremlin","bod\\u0079":"nothing"}', "none"
    yield "a repeated key, the term last", b'{"bod\\u0079":"nothing","body":"Kremlin"}', "alert"
    yield "bad UTF-8", b'{"body":"Kremlin \xff"}', "not_utf8"
    yield "bad UTF-8 in a field that nobody reads", b'{"body":"Kremlin","x":"\xc0\x80"}', "not_utf8"
    yield "a surrogate in UTF-8", b'{"body":"Kremlin \xed\xa0\x80"}', "not_utf8"
    yield "UTF-16", '{"body":"Kremlin"}'.encode("utf-16").replace(b"\n", b""), "not_utf8"
    yield "a byte order mark on a later line", b"\xef\xbb\xbf" + article("Kremlin"), "not_json"
    yield "half a document", b'{"body":"Kremlin', "not_json"
    yield "text behind the document", b'{"body":"Kremlin"} {"body":"b"}', "not_json"
    yield "NaN", b'{"body":"Kremlin","x":NaN}', "not_json"
    yield "an array", b'["Kremlin"]', "not_an_object"
    yield "no text", b'{"title":" \\u00a0 ","summary":"Kremlin"}', "missing_text"
    yield "500,000 open tags", article("<b>" * 500_000 + "Kremlin"), "alert"
    yield "an unclosed comment", article("<!-- Kremlin"), "alert"
    yield "500,000 unclosed comments", article("<!--" * 500_000 + " Kremlin"), "any"
    yield "500,000 open attributes", article("<a b='" * 500_000 + " Kremlin"), "any"
    yield "500,000 sections", article("<![CDATA[<a <!x <!--]]>" * 500_000 + " Kremlin"), "alert"
    yield "500,000 unclosed sections", article("<![CDATA[<b>" * 500_000 + " Kremlin"), "any"
    yield "metadata of 1 MB", article("Kremlin", lang="en" + "-" * 1_000_000, country="U" * 1_000_000,
                                      source="&amp;" * 200_000, tags="&" * 1_000_000,
                                      author="&amp;" * 200_000, url="https://" + "xn--a." * 160_000,
                                      published_at="1" * 1_000_000), "alert"
    yield "500,000 scripts", article("<script>" * 500_000 + " Kremlin"), "any"
    yield "5,000,000 ampersands", article("&" * 5_000_000 + " Kremlin"), "alert"
    yield "300,000 times one ligature of 18 letters", article("\ufdfa" * 300_000 + " Kremlin"), "alert"
    yield "a canonical text of more than 64 MiB", article("\ufdfa" * 4_000_000), "too_large"
    yield "the term 2,000,000 times", article("Kremlin " * 2_000_000), "alert"


def unpack(data, folder):
    """The hostile part of the shared test data; None where there is none."""
    archive = pathlib.Path(data) / "hostile/hostile.tar.zst"
    if not archive.exists():
        return None
    subprocess.run(["tar", "--zstd", "-xf", archive, "-C", folder], check=True)
    return pathlib.Path(folder)


def shared_cases(folder):
    """JSONTestSuite, the big list of naughty strings, and sequences of UTF-8."""
    for path in sorted((folder / "JSONTestSuite").rglob("*.json")):
        document = path.read_bytes()
        if b"\n" in document.rstrip(b"\n"):
            continue  # Several lines; the unit tests read it whole.
        document = document.rstrip(b"\n")
        bad, good = path.name.startswith("n_"), path.name.startswith("y_")
        yield f"{path.name} as a document", document, "rejected" if bad and document.strip() else "any"
        yield f"{path.name} as a field", b'{"title":"Kremlin","x":' + document + b"}", \
            "rejected" if bad else "alert" if good else "any"
    for naughty in json.loads((folder / "blns/blns.json").read_text(encoding="utf-8")):
        yield f"naughty {naughty[:40]!r}", json.dumps({"title": "Kremlin " + naughty}).encode(), "alert"
        yield f"naughty id {naughty[:40]!r}", json.dumps(
            {"id": naughty, "url": naughty, "source": naughty, "author": naughty, "lang": naughty,
             "published_at": naughty, "tags": [naughty], "title": "Kremlin"}).encode(), "alert"
    for line in (folder / "unicode/utf8_byte_sequences.ndjson").read_text(encoding="utf-8").splitlines():
        sequence = json.loads(line)
        content = bytes.fromhex(sequence["hex"])
        special = any(byte < 0x20 or byte in b'"\\' for byte in content)
        yield f"UTF-8 {sequence['name']}", b'{"body":"' + content.replace(b"\n", b"") + b' Kremlin"}', \
            "any" if special else "alert" if sequence["valid_utf8"] else "not_utf8"


def is_as_expected(expected, got):
    if expected == "any":
        return True
    if expected == "rejected":
        return got not in ("alert", "none")
    return got == expected
