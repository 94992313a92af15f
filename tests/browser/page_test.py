#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The page for browsers, in Chromium.

  page_test.py PRESSHAWK ROOT

Lists have names that want to become markup. Any script error, breach of the
page's policy, or request to elsewhere fails, and so does what axe finds.
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
    assert page.page.title() == "presshawk", page.page.title()
    assert page.page.locator("img").count() == 0 and page.page.locator("script").count() == 1


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
            assert not page.faults and not dark.faults, (page.faults, dark.faults)
            check_stop(page, instance)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
