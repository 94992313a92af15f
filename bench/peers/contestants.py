# SPDX-License-Identifier: Apache-2.0
"""The peers: how each is configured, what it needs, how it is built and
started. A peer that cannot be had here says why, and is left out."""

import dataclasses
import pathlib
import shutil
import subprocess
import sys
import typing

HERE = pathlib.Path(__file__).resolve().parent


class Missing(Exception):
    """Why a peer cannot be measured on this machine."""


@dataclasses.dataclass
class Contestant:
    name: str
    configuration: str
    kind: str  # "text": from texts in memory; "json": from a file of articles.
    build: typing.Callable  # () -> a function from inputs to a command line
    sizes: tuple = (1_000, 10_000, 100_000)  # Of term sets; 0: Boolean lists.
    new_text: bool = False  # Each round must be text that it has not seen.
    just_in_time: bool = False  # Warm it up for long.


def need(tool, package):
    path = shutil.which(tool)
    if path is None:
        raise Missing(f"{tool} is not installed (Debian: {package})")
    return path


def make(command, what, **options):
    """Runs a step of a build."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise Missing(f"{what} failed: {said[-1].strip() if said else done.returncode}")


class Workshop:
    """Builds the peers, each toolchain's once."""

    def __init__(self, build, work):
        self.programs = build / "bench/peers"
        self.work = work

    def cpp(self, name):
        program = self.programs / f"presshawk_peer_{name}"
        if not program.exists():
            raise Missing(f"{program.name} is not built (its library was not found)")
        return str(program)

    def cpp_text(self, name):
        def build():
            program = self.cpp(name)
            return lambda inputs, n: [program, inputs.texts, inputs.terms(n)]
        return build

    def cpp_json(self, name):
        def build():
            program = self.cpp(name)
            return lambda inputs, n: [program, inputs.terms(n)]
        return build

    def rust(self, name, *arguments, features=()):
        def build():
            cargo = need("cargo", "cargo")
            target = self.work / "rust"
            command = [cargo, "build", "--release", "--quiet", "--bin", name,
                       "--manifest-path", str(HERE / "rust/Cargo.toml"),
                       "--target-dir", str(target)]
            for feature in features:
                command += ["--features", feature]
            make(command, "cargo build")
            return lambda inputs, n: [str(target / "release" / name), inputs.texts,
                                      inputs.terms(n), *arguments]
        return build

    def go(self):
        program = self.work / "go_pipeline"
        make([need("go", "golang-go"), "build", "-o", str(program), "."], "go build",
             cwd=HERE / "go")
        return lambda inputs, n: [str(program), inputs.terms(n)]

    def python(self, script):
        def build():
            folder = self.work / "python"
            if not (folder / "ready").exists():
                make([sys.executable, "-m", "venv", "--clear", str(folder)], "python3 -m venv")
                make([str(folder / "bin/pip"), "install", "--quiet", "-r",
                      str(HERE / "python/requirements.txt")], "pip install")
                (folder / "ready").touch()
            return lambda inputs, n: [str(folder / "bin/python"),
                                      str(HERE / "python" / script), inputs.terms(n)]
        return build

    def lucene(self, presearcher, batch):
        def build():
            java = need("java", "default-jdk-headless")
            compiler = need("javac", "default-jdk-headless")
            jars = self.work / "lucene/jars"
            if not (self.work / "lucene/ready").exists():
                make([need("mvn", "maven"), "-q", "-B", "-f",
                      str(HERE / "lucene_monitor/pom.xml"), "dependency:copy-dependencies",
                      f"-DoutputDirectory={jars}"], "Maven")
                (self.work / "lucene/ready").touch()
            classes = self.work / "lucene/classes"
            sources = sorted((HERE / "lucene_monitor/src").rglob("*.java"))
            make([compiler, "-cp", f"{jars}/*", "-d", str(classes), *map(str, sources)], "javac")
            return lambda inputs, n: [
                java, "-Xmx6g", "-cp", f"{classes}:{jars}/*", "presshawk.LuceneMonitorPeer",
                inputs.canonical, inputs.prefix(n), presearcher, str(batch)]
        return build


def all_contestants(shop):
    term_sizes = (1_000, 10_000, 100_000)
    return [
        Contestant("Hyperscan", "5.4 of Debian; literals, HS_FLAG_CASELESS, raw text, "
                   "word boundaries checked in the callback", "text", shop.cpp_text("hyperscan")),
        Contestant("Vectorscan", "5.4.9 of Debian; the same program", "text",
                   shop.cpp_text("vectorscan")),
        Contestant("RE2::Set", "unanchored set of caseless patterns between boundaries, "
                   "4 GiB; text that it has not seen", "text", shop.cpp_text("re2_set"),
                   sizes=(1_000, 10_000), new_text=True),
        Contestant("aho-corasick, DFA", "Rust crate 1.1; ascii_case_insensitive, all "
                   "occurrences, boundaries checked", "text",
                   shop.rust("aho_corasick", "dfa")),
        Contestant("aho-corasick, contiguous NFA", "the same; what the crate takes by itself for "
                   "many patterns", "text", shop.rust("aho_corasick", "contiguous")),
        Contestant("daachorse", "Rust crate 5.1; bytewise, over text lowered in the measured time",
                   "text", shop.rust("daachorse", features=["daachorse"])),
        Contestant("Lucene Monitor, TermFiltered, one by one", "9.11.1; canonical text, split at "
                   "white space; ids only", "text", shop.lucene("term", 1),
                   sizes=(0, 10_000), just_in_time=True),
        Contestant("Lucene Monitor, TermFiltered, batches of 100", "the same", "text",
                   shop.lucene("term", 100), sizes=(0,) + term_sizes, just_in_time=True),
        Contestant("Lucene Monitor, Multipass(2), one by one", "the same", "text",
                   shop.lucene("multipass", 1), sizes=(0, 10_000), just_in_time=True),
        Contestant("Lucene Monitor, Multipass(2), batches of 100", "the same", "text",
                   shop.lucene("multipass", 100), sizes=(0,) + term_sizes, just_in_time=True),
        Contestant("C++: simdjson and Hyperscan", "On-Demand iterate_many, Hyperscan as above",
                   "json", shop.cpp_json("simdjson_hyperscan")),
        Contestant("Python: hyperscan wheel and orjson", "literals, boundaries checked in the "
                   "callback", "json", shop.python("hyperscan_pipeline.py")),
        Contestant("Python: pyahocorasick and orjson", "iter() over the lowered text, boundaries "
                   "checked", "json", shop.python("pyahocorasick_pipeline.py")),
        Contestant("Go: encoding/json and aho-corasick", "petar-dambovaliev/aho-corasick, all "
                   "occurrences; DFA, at 100,000 terms NFA", "json", shop.go),
    ]
