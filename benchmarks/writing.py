"""Two people who write one campaign at a time, and six languages that are rendered.

Each of the two writes a language of 20 blocks in Chromium, ten characters a second, and pauses so
that the page saves itself. Counted is the time until the answer is there; and every character must
be in the database at the end. A third page writes what a colleague writes, too: it must be told.
"""

import json
from statistics import median

from playwright.sync_api import Page, Request, expect

from benchmarks.composer import browser, composer_url, create, sign_in, spread
from benchmarks.context import Context
from benchmarks.installation import Installation
from benchmarks.machine import load
from benchmarks.rows import Row, Wrong, not_measured, row
from benchmarks.web_server import web
from scripts.services import installed_chromium

PEOPLE = 1_000
LANGUAGES = ["en", "fr", "es", "ro", "uk", "ar"]
WORDS = 10
PAUSE = 2.0
"""Seconds between two words, in which the page saves."""
SAVED_IN = 200
"""Milliseconds in which an autosave is to be answered."""
RENDERED_IN = 500
"""Milliseconds in which six languages are to be rendered."""
_RENDER = """
import json, time
from campaigns.content.assemble import render_content
from campaigns.models import CampaignContent
contents = list(CampaignContent.objects.select_related("campaign__topic", "campaign__event"))
rounds = []
for _ in range({rounds}):
    start = time.perf_counter()
    for content in contents:
        render_content(content)
    rounds.append((time.perf_counter() - start) * 1_000)
print(json.dumps([len(contents), rounds]))
"""


def measure(context: Context) -> list[Row]:
    """Write in two browsers at a time, and render six languages."""
    with context.installation(
        context.size(PEOPLE),
        SITE_URL="http://localhost",
        ALLOWED_HOSTS="localhost",
        LANGUAGES=",".join(LANGUAGES),
    ) as one:
        campaign = create(one, languages=LANGUAGES)
        return [_autosaves(one, campaign, context), _rendered(one, context)]


def _autosaves(one: Installation, campaign: int, context: Context) -> Row:
    what = "autosave of two people who write at a time, 20 blocks"
    if installed_chromium() is None:
        return not_measured(what, "there is no Chromium; `make test` installs it")
    before, times = load(), list[float]()
    words = context.size(WORDS)
    with web(one) as (_, port), browser(port) as open_for:
        pages = {
            language: _writer(open_for(sign_in(one, name)), composer_url(port, campaign, language))
            for name, language in (("one", "en"), ("two", "fr"))
        }
        for page in pages.values():
            page.on("requestfinished", lambda request: _note(request, times))
        typed = _write(list(pages.values()), words)
        for page in pages.values():
            expect(page.locator("#composer[data-dirty]")).to_have_count(0, timeout=30_000)
        _check_conflict(open_for(sign_in(one, "three")), pages["en"])
    for language in pages:
        _check_saved(one, campaign, language, typed)
    if len(times) < words:
        raise Wrong(f"{len(times)} autosaves of two people in {words} pauses")
    return spread(what, times, SAVED_IN, before)


def _writer(page: Page, url: str) -> Page:
    page.goto(url)
    page.wait_for_selector("#composer[data-ready]")
    return page


def _note(request: Request, times: list[float]) -> None:
    if request.method == "POST" and request.url.endswith("/autosave/"):
        times.append(request.timing["responseEnd"])


def _write(pages: list[Page], words: int) -> str:
    """Let each write the same words into the subject, in turns, and return them."""
    text = ""
    for page in pages:
        page.fill("[name=subject]", "")
    for number in range(words):
        word = f"word{number} "
        for letter in word:
            for page in pages:
                page.type("[name=subject]", letter)
            pages[0].wait_for_timeout(100)
        text += word
        pages[0].wait_for_timeout(PAUSE * 1_000)
    return text.strip()


def _check_saved(one: Installation, campaign: int, language: str, typed: str) -> None:
    (subject,) = one.row(
        "SELECT subject FROM campaigns_campaigncontent WHERE campaign_id = %s AND language = %s",
        campaign,
        language,
    )
    if subject != typed:
        raise Wrong(f"{language}: {subject!r} was saved, and {typed!r} typed")


def _check_conflict(late: Page, first: Page) -> None:
    """Let two write the same, and see that the second is told and nothing replaced in silence."""
    _writer(late, first.url)
    first.type("[name=subject]", " ")
    first.fill("[name=preheader]", "Of the first")
    expect(first.locator("#composer[data-dirty]")).to_have_count(0, timeout=30_000)
    late.fill("[name=preheader]", "Of the second")
    expect(late.locator("[data-saved]")).to_contain_text("colleague", timeout=30_000)


def _rendered(one: Installation, context: Context) -> Row:
    before = load()
    program = _RENDER.format(rounds=context.rounds(20) + 1)
    done = one.run("manage.py", "shell", "-v0", "-c", program).splitlines()[-1]
    number, (first, *others) = json.loads(done)
    if number != len(LANGUAGES):
        raise Wrong(f"{number} languages were rendered")
    warm = median(others or [first])
    return row(
        "six languages rendered, 20 blocks each",
        f"{warm:.0f} ms, {first:.0f} ms the first time in a process",
        to_reach=f"{RENDERED_IN} ms",
        met=warm < RENDERED_IN,
        warm_ms=round(warm, 1),
        first_ms=round(first, 1),
        load=before,
    )
