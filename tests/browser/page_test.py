#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The page for browsers, in Chromium.

  page_test.py PRESSHAWK ROOT

Lists have names that want to become markup, and so has all else that a status
can hold. Any script error, breach of the page's policy, or request to elsewhere
fails, and so does what axe finds.
"""

import json
import pathlib
import shutil
import sys
import tempfile

import axe_playwright_python
from playwright.sync_api import expect, sync_playwright

ROOT = pathlib.Path(sys.argv[2]).resolve()
sys.path.insert(0, str(ROOT / "tests/hostile"))
from instance import Instance  # noqa: E402

HOSTILE = "\"><img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>'"
CORPUS = [HOSTILE, "<a href=\"javascript:document.title='taken'\">link</a>", "javascript:document.title='taken'",
          "<img src='http://evil.example/?", "</script><script>document.title='taken'</script>",
          "<style>@import 'http://evil.example'</style>", "<!--access-->", "\u202e${document.title='taken'}{{7*7}}"]
LISTS = [{"id": "oil", "name": HOSTILE, "labels": {HOSTILE: HOSTILE}, "terms": ["crude oil"]},
         {"id": "broken", "name": HOSTILE, "query": f"storm AND ({HOSTILE}"}]


class Page:
    """One page, and what went wrong on it."""

    def __init__(self, browser, url, **options):
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.faults = []
        self.page.on("console", lambda line: line.type == "error" and self.faults.append(line.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: request.url.startswith(url) or self.faults.append(request.url))
        self.page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective))")

    def text(self, place):
        return self.page.locator(place).inner_text()

    def shows(self, place, text):
        """Waits until it does."""
        expect(self.page.locator(place)).to_contain_text(text, timeout=120_000)


def check_page(page, url, instance):
    page.page.goto(url)
    page.shows("#state", "Working: 1 lists active")
    page.shows("#bad", "broken")
    assert "lists.ndjson:2" in page.text("#bad"), page.text("#bad")
    # It lives: an article that comes now is counted without a reload.
    with open(instance.folder / "in.ndjson", "a", encoding="utf-8") as articles:
        articles.write('{"id":"2","body":"crude oil"}\nno article\n')
    page.shows("#state", "2 articles processed")
    page.shows("#deadletters", "not_json")
    page.shows("#slow", "onerror")
    check_markup(page, url)


def check_markup(page, url):
    """There is none but the page's own."""
    assert page.page.title() == "presshawk", page.page.title()
    for name, count in (("img", 0), ("script", 1), ("style", 1), ("iframe", 0), ("a", 5)):
        assert page.page.locator(name).count() == count, (name, page.page.locator(name).count())
    links = page.page.eval_on_selector_all("a", "links => links.map(link => link.href)")
    assert all(link.startswith(url) for link in links), links


def hostile_status(status):
    """A status of a member of a group that is behind, with the corpus wherever a text can stand."""
    return {**status, "ready": False, "not_ready": CORPUS, "instance": CORPUS[0], "reload_problem": CORPUS[1],
            "assignment": [
                {"worker": 0, "topic": text, "partition": number, "lag": 1000 - number, "oldest_record_seconds": 7300 + number}
                for number, text in enumerate(CORPUS)] +
            [{"worker": 1, "topic": "news", "partition": 9, "lag": None, "oldest_record_seconds": None}],
            "rejects": {text: 3 for text in CORPUS}, "kafka_errors": {text: 4 for text in CORPUS},
            "last_errors": [{"time": text, "level": text, "message": text} for text in CORPUS]}


def hostile_lists():
    return {"since": "2026-01-01T00:00:00.000Z", "next": None, "watchlists": [
        {"id": text, "name": text, "alerts": 1, "hits": 1, "nanoseconds": 1, "abandoned": 0,
         "errors": [{"file": text, "line": 3, "message": text, "fix": text}]} for text in CORPUS]}


def check_corpus(page, url, status):
    events = "retry: 600000\n\nevent: status\ndata: " + json.dumps(status) + "\n\n"
    page.page.route("**/api/v1/events", lambda route: route.fulfill(content_type="text/event-stream", body=events))
    page.page.route("**/api/v1/watchlists?**", lambda route: route.fulfill(json=hostile_lists()))
    page.page.goto(url)
    page.shows("#partitions", "not known yet")
    page.shows("#bad", CORPUS[4])
    for place in ("#reasons", "#deadletters", "#partitions", "#log", "#bad", "#slow"):
        for text in CORPUS:
            assert text in page.page.locator(place).text_content(), (place, text)
    assert "2 h" in page.text("#partitions"), page.text("#partitions")
    check_markup(page, url)


def check_trusted_types(page, url):
    """Even a script that tried could not make markup of a text."""
    page.page.goto(url)
    page.shows("#state", "Working")
    assert page.page.evaluate(
        "(() => { try { document.body.innerHTML = '<b>x</b>'; return 'markup' } catch { return 'refused' } })()") == "refused"


def check_logout(browser, program, folder):
    """A logout in one tab ends the stream of the other, which asks for the token."""
    (folder / "token").write_text("s3cret\n")
    (folder / "lists.ndjson").write_text('{"id": "oil", "terms": ["crude oil"]}\n')
    (folder / "in.ndjson").write_text("")
    with Instance(program, folder, token=folder / "token") as instance:
        url = f"http://localhost:{instance.port()}/"
        instance.wait_for("readiness", lambda: instance.get("/readyz")[0] == 200)
        context = browser.new_context()
        first, second = context.new_page(), context.new_page()
        first.goto(url)
        first.get_by_label("Token").fill("s3cret")
        first.get_by_role("button", name="Log in").click()
        second.goto(url)
        for page in (first, second):
            expect(page.locator("#state")).to_contain_text("Working", timeout=120_000)
        first.get_by_role("button", name="Log out").click()
        for page in (first, second):
            expect(page.get_by_label("Token")).to_be_visible(timeout=120_000)
        assert instance.stop() == 0, instance.log()


def check_accessibility(page):
    source = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    page.page.evaluate(source)
    found = page.page.evaluate("axe.run()")["violations"]
    assert not found, json.dumps([(one["id"], one["nodes"][0]["html"]) for one in found], indent=1)


def check_stop(page, instance):
    """Where the service has gone, the page says so."""
    assert instance.stop() == 0, instance.log()
    page.shows("#state", "No answer")


def main():
    chromium = shutil.which("chromium")
    if chromium is None:
        print("skipped: there is no chromium")
        return 77
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = pathlib.Path(name)
        (folder / "lists.ndjson").write_text("".join(json.dumps(one) + "\n" for one in LISTS))
        (folder / "in.ndjson").write_text('{"id":"1","body":"crude oil"}\n')
        browser = playwright.chromium.launch(executable_path=chromium)
        with Instance(sys.argv[1], folder) as instance:
            url = f"http://127.0.0.1:{instance.port()}/"
            instance.wait_for("readiness", lambda: instance.get("/readyz")[0] == 200)
            page = Page(browser, url)
            check_page(page, url, instance)
            check_accessibility(page)
            dark = Page(browser, url, color_scheme="dark", viewport={"width": 320, "height": 640})
            dark.page.goto(url)
            dark.shows("#bad", "broken")
            check_accessibility(dark)
            hostile = Page(browser, url)
            status = json.loads(instance.get("/api/v1/status")[1])
            check_corpus(hostile, url, hostile_status(status))
            check_accessibility(hostile)
            assert not page.faults and not dark.faults and not hostile.faults, (page.faults, dark.faults, hostile.faults)
            check_trusted_types(Page(browser, url), url)
            check_stop(page, instance)
        (folder / "logout").mkdir()
        check_logout(browser, sys.argv[1], folder / "logout")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
