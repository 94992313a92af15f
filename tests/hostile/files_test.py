#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files that are not what they seem: as watch-lists, mapping, configuration, articles.

  files_test.py PRESSHAWK

Every run ends by itself, in bounded memory, with an answer that names the file.
"""

import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from program import Program

MEBIBYTE = b"\0" * (1 << 20)


def special_files(folder):
    """Path and what the answer must say."""
    os.mkfifo(folder / "fifo")
    (folder / "loop").symlink_to("loop2")
    (folder / "loop2").symlink_to("loop")
    (folder / "gone").symlink_to("nowhere")
    yield folder / "fifo", "not a regular file"
    yield folder / "loop", "symbolic links"
    yield folder / "gone", "No such file"
    yield pathlib.Path("/dev/zero"), "not a regular file"
    yield pathlib.Path("/proc/self/mem"), "Input/output error"
    if os.geteuid() != 0:  # root may read anything
        (folder / "secret").write_text("x")
        (folder / "secret").chmod(0)
        yield folder / "secret", "Permission denied"


def check_special_files(program, folder):
    lists, news = folder / "k.ndjson", folder / "news.ndjson"
    lists.write_text('{"id":"k","terms":["Kremlin"]}\n')
    news.write_text('{"id":"1","body":"Kremlin"}\n')
    for path, answer in special_files(folder):
        for role, arguments in (
                ("watch-lists", ("match", "-w", path, news)),
                ("mapping", ("match", "-w", lists, "-m", path, news)),
                ("configuration", ("run", "--config", path)),
                ("configuration to check", ("check", "--config", path))):
            code, out, err, peak = program.run(*arguments, timeout=60)
            text = (out + err).decode(errors="replace")
            program.expect(f"{path.name} as {role}", code in (1, 3) and answer in text and str(path) in text,
                           f"exit code {code}: {text}")
            program.expect(f"{path.name} as {role}: memory", program.sanitized or peak < 100, peak)
    # Among good ones: a directory, a FIFO.
    for name in ("directory", "pipe"):
        inside = folder / name
        inside.mkdir()
        shutil.copy(lists, inside / "a.ndjson")
        (inside / "b.yaml").mkdir() if name == "directory" else os.mkfifo(inside / "b.yaml")
        code, out, err, _ = program.run("match", "-w", inside, news, timeout=60)
        program.expect(f"a {name} among the watch-lists", code == 1 and b"b.yaml: error:" in err and out.count(b"\n") == 1,
                       err)
    # A sparse file takes no disk, and would take all memory.
    with open(folder / "huge.ndjson", "wb") as file:
        file.truncate(20 << 30)
    code, _, err, peak = program.run("match", "-w", folder / "huge.ndjson", news, timeout=60)
    program.expect("watch-lists of 20 GiB", code == 3 and b"larger than" in err, err)
    program.expect_memory("watch-lists of 20 GiB", peak, 100)
    # What a shell gives is read.
    done = subprocess.run(
        ["bash", "-c", f"'{program.path}' match --matches-only -w <(cat '{lists}') <(cat '{news}')"],
        capture_output=True, timeout=60, check=False)
    program.expect("process substitution", done.stdout == b"1\tk\n", done)


def write_bomb(path, command, mebibytes, block=MEBIBYTE):
    with open(path, "wb") as out:
        packer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out)
        for _ in range(mebibytes):
            packer.stdin.write(block)
        packer.stdin.close()
        packer.wait()


def check_bombs(program, folder):
    lists = folder / "k.ndjson"
    lists.write_text('{"id":"k","terms":["Kremlin"]}\n')
    for suffix, command in ((".gz", ["gzip", "-c"]), (".zst", ["zstd", "-q", "-c"])):
        bomb = folder / f"bomb.ndjson{suffix}"
        write_bomb(bomb, command, 512)
        code, _, err, peak = program.run("match", "-w", lists, bomb)
        program.expect(f"{bomb.name} of one line", code == 0 and b":1: rejected: too_large: 536870912 bytes" in err,
                       f"{code} {err}")
        program.expect_memory(f"{bomb.name} of one line", peak, 200)
        write_bomb(bomb, command, 512, b"\n" * (1 << 20))
        code, _, err, peak = program.run("match", "-w", lists, bomb)
        program.expect(f"{bomb.name} of blank lines", code == 0 and b"0 articles" in err, f"{code} {err}")
        program.expect_memory(f"{bomb.name} of blank lines", peak, 200)
        whole = bomb.read_bytes()
        for name, content in (("cut off", whole[:-10]), ("not what it says", b"x" * 1000),
                              ("damaged", whole[:2000] + b"\xff" * 64 + whole[2064:])):
            bomb.write_bytes(content)
            code, _, err, _ = program.run("match", "-w", lists, bomb)
            program.expect(f"{bomb.name} {name}", code == 3 and str(bomb).encode() in err, f"{code} {err}")
        bomb.write_bytes(b"")
        code, _, err, _ = program.run("match", "-w", lists, bomb)
        program.expect(f"{bomb.name} empty", code == 0 and b"0 articles" in err, f"{code} {err}")
    # A window of 2 GiB would have to be held in memory.
    wide = folder / "wide.ndjson.zst"
    write_bomb(wide, ["zstd", "-q", "-c", "--ultra", "--long=31"], 8)
    code, _, err, peak = program.run("match", "-w", lists, wide)
    program.expect("a zstd window of 2 GiB", code == 3 and str(wide).encode() in err, f"{code} {err}")
    program.expect_memory("a zstd window of 2 GiB", peak, 200)
    # 100,000 members of nothing, then an article.
    many = folder / "many.ndjson.gz"
    many.write_bytes(gzip.compress(b"", mtime=0) * 100_000 +
                     gzip.compress(b'{"id":"1","body":"Kremlin"}', mtime=0))
    code, out, err, _ = program.run("match", "--matches-only", "-w", lists, many)
    program.expect("100,000 empty gzip members", (code, out) == (0, b"1\tk\n"), err)


def list_files():
    """Name, content, exit code of `match`, the lists that hold for Kremlin, a part of the answer."""
    good = '{"id":"good","terms":["Kremlin"]}\n'
    yaml = "watchlists:\n  - id: good\n    terms: [Kremlin]\n"
    yield "half.ndjson", good + '{"id":"b","te', 1, ["good"], ":2:1: error"
    yield "half.yaml", yaml + "  - id: b\n    terms: [Kre", 1, ["good"], "half.yaml:5"
    yield "laughs.yaml", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nwatchlists: *c\n", 1, [], "unknown key `a`"
    yield "self.yaml", "watchlists: &a [*a]\n", 1, [], "this alias stands in"
    yield "deep.yaml", "watchlists: " + "[" * 1_000_000, 1, [], "deep"
    yield "deep.ndjson", good + '{"id":"a","terms":' + "[" * 1_000_000, 1, ["good"], "levels"
    yield "cycle.ndjson", good + '{"id":"a","query":"@b"}\n{"id":"b","query":"@a"}\n', 1, ["good"], "refers to itself"
    yield "chain.ndjson", good + "".join(
        f'{{"id":"c{i}","query":"@c{i + 1}"}}\n' for i in range(20_000)) + '{"id":"c20000","terms":["x"]}\n', \
        0, ["good"], ""
    yield "zeros.ndjson", good + "\0" * 10_000_000, 1, ["good"], "not a valid JSON"
    yield "ids.ndjson", good + "".join(
        json.dumps({"id": i, "terms": ["Kremlin"]}) + "\n" for i in
        ("", "a b", "\u202e", "a\0b", "ä", "\u001b[2J", "a" * 129, "../../etc/passwd", "a\nb")), 1, ["good"], "an id has"
    yield "odd_ids.ndjson", "".join(
        json.dumps({"id": i, "terms": ["Kremlin"]}) + "\n" for i in ("..", "-", "a" * 128)), 0, \
        ["-", "..", "a" * 128], ""
    yield "million.ndjson", "".join(
        f'{{"id":"l{i}","terms":["word{i}"]}}\n' for i in range(1_000_000)) + good, 0, ["good"], ""
    yield "one_of_a_million.ndjson", '{"id":"good","terms":["Kremlin",' + ",".join(
        f'"word{i} {i}"' for i in range(1_000_000)) + "]}\n", 0, ["good"], ""
    yield "long_term.ndjson", good + '{"id":"a","terms":["' + "x" * 10_000_000 + '"]}\n', 0, ["good"], ""
    yield "escapes.ndjson", good + '{"id":"a","terms":["\\u001b[\\u202e!"]}\n', 1, ["good"], "\\u{1B}"
    yield "lines.ndjson", "x\n" * 1_000_000, 1, [], "reading stopped"


def check_list_files(program, folder):
    news = folder / "news.ndjson"
    news.write_text('{"id":"1","body":"Kremlin"}\n')
    for name, content, expected_code, expected_lists, answer in list_files():
        path = folder / name
        path.write_text(content, encoding="utf-8")
        code, out, err, peak = program.run("match", "--matches-only", "-w", path, news)
        lists = [line.split("\t")[1] for line in out.decode().splitlines()]
        program.expect(name, (code, lists) == (expected_code, expected_lists) and answer.encode() in err,
                       f"{code} {lists[:9]} {err[-400:]}")
        program.expect(f"{name}: nothing steers the terminal", b"\x1b" not in err, err)
        program.expect_memory(name, peak, 2500)
        path.unlink()


def main():
    program = Program(sys.argv[1])
    for check in (check_special_files, check_bombs, check_list_files):
        with tempfile.TemporaryDirectory() as folder:
            check(program, pathlib.Path(folder))
    return program.report()


if __name__ == "__main__":
    sys.exit(main())
