"""Visitors and subscribers on a phone, in English, Ukrainian and Arabic, from first to last.

One signs up in a frame on another website, and in the end is erased, and stays so. Others apply to
join a moderated topic.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from scripts.services import installed_chromium
from tests.browser.chromium import DESKTOP, FLAGS, PHONE
from tests.fakes import websites
from tests.fakes.websites import Website
from tests.journeys.running import RunningInstallation
from tests.journeys.test_embedded_form import our_frame
from tests.journeys.test_whole_chain import sign_in
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.browser]

OURS, OTHER = "lists.example.org", "www.example.net"
SITE = f"https://{OURS}"
LANGUAGES = {"en": "en-GB", "uk": "uk-UA", "ar": "ar-EG"}
"""Each language, and the region of a browser that speaks it."""
FIRST, SECOND, MODERATED = "quarterly-meetings", "forums", "members"
TYPING = 2_500
"""Milliseconds for which a form is open: one that comes sooner looks like a machine's."""
REVIVE = """
import io, json, sys
from django.core.management import call_command
from campaigns.models import Campaign
from campaigns.review.approval import approve
from campaigns.sending.launch import launch_now
call_command("import_subscribers", LIST, topic=TOPIC, consent="They signed up.", stdout=sys.stderr)
made = io.StringIO()
call_command("create_campaign", CAMPAIGN, stdout=made)
campaign = Campaign.objects.get(pk=int(made.getvalue()))
approve(campaign, by="Sam")
launch_now(campaign)
print("\\n" + str(campaign.pk))
"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInstallation]:
    running = RunningInstallation(
        tmp_path_factory.mktemp("visitors") / "var",
        settings="tests.journeys.short_times",
        SITE_URL=SITE,
        EMBED_ORIGINS=f"https://{OTHER}",
    )
    running.start()
    running.url = SITE  # as browsers find it
    yield running
    running.stop()


@pytest.fixture(scope="module")
def everywhere(
    installation: RunningInstallation,
    playwright: Playwright,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Browser]:
    """A browser that finds our host and another website on this machine."""
    embedded = f'<!doctype html><meta name="viewport" content="width=device-width"><title>x</title>\
<iframe src="{SITE}/subscribe/embed/" style="width: 100%; height: 1900px; border: 0"></iframe>'
    folder = tmp_path_factory.mktemp("tls")
    pages = {f"{OTHER}/": Website(embedded)}
    with websites.serve(pages, ours=OURS, port=installation.port, folder=folder, seen=[]) as port:
        browser = playwright.chromium.launch(
            executable_path=installed_chromium(),
            args=[*FLAGS, f"--host-resolver-rules=MAP * 127.0.0.1:{port}"],
        )
        yield browser
        browser.close()


@pytest.fixture
def visitor(
    request: pytest.FixtureRequest, everywhere: Browser, installation: RunningInstallation
) -> Iterator[Visitor]:
    language: str = request.param
    [(brand,)] = installation.rows("SELECT short_name FROM newsletter_brand")
    with everywhere.new_context(
        viewport=PHONE, locale=LANGUAGES[language], ignore_https_errors=True
    ) as context:
        context.set_default_timeout(60_000)
        yield Visitor(context.new_page(), installation, language, brand)


@pytest.fixture
def staff(everywhere: Browser, installation: RunningInstallation) -> Iterator[Page]:
    """The staff pages, with somebody signed in."""
    with everywhere.new_context(viewport=DESKTOP, ignore_https_errors=True) as context:
        context.set_default_timeout(60_000)
        page = context.new_page()
        sign_in(page, installation)
        yield page


def sign_up_in_a_frame(visitor: Visitor, address: str) -> None:
    visitor.page.goto(f"https://{OTHER}/")
    form = our_frame(visitor.page)
    visitor.look(form, "Subscribe")
    visitor.fill_in(form, email=address)
    form.locator(f"input[type=checkbox][value={FIRST}]").check()
    visitor.page.wait_for_timeout(TYPING)
    visitor.press("Subscribe", form)
    visitor.look(form, "Check your email")


def confirm(visitor: Visitor, address: str) -> None:
    message = visitor.read(address, "Confirm your subscription to %(brand_name)s")
    visitor.open_link(message, "/confirm/", "Confirm your subscription")
    assert visitor.statuses(address) == {FIRST: "pending"}
    visitor.press("Confirm subscription")
    visitor.look(visitor.page, "Subscription confirmed")
    assert visitor.statuses(address) == {FIRST: "confirmed"}
    visitor.read(address, "Welcome to %(brand_name)s")


def choose_and_pause(visitor: Visitor, address: str) -> None:
    """Follow another topic instead, and pause; the page is that of the preferences."""
    page = visitor.page
    page.locator(f"input[type=checkbox][value={FIRST}]").uncheck()
    page.locator(f"input[type=checkbox][value={SECOND}]").check()
    page.locator("[name=pause_until]").fill("2027-06-01")
    visitor.press("Save preferences")
    expect(page.locator(".notice-good")).to_be_visible()
    visitor.look(page, "Your preferences")
    assert visitor.statuses(address) == {FIRST: "unsubscribed", SECOND: "confirmed"}
    query = "SELECT COUNT(*) FROM subscribers_subscriber WHERE email = ? AND paused_until > ?"
    assert visitor.installation.rows(query, address, "2027-05-30") == [(1,)]
    visitor.press("End the pause now")
    expect(page.get_by_role("button", name=visitor.said("End the pause now"))).to_have_count(0)


def move(visitor: Visitor, old: str, new: str) -> None:
    visitor.press("Email me a link to change it")
    message = visitor.read(old, "Change your email address at %(brand_name)s")
    visitor.open_link(message, "/preferences/address/", "Change your email address")
    visitor.fill_in(email=new)
    visitor.press("Send confirmation link")
    visitor.look(visitor.page, "Check your email at the new address")
    message = visitor.read(new, "Confirm your new email address for %(brand_name)s")
    visitor.open_link(message, "/preferences/new-address/", "Confirm your new email address")
    visitor.press("Use this address")
    visitor.look(visitor.page, "Your email address has been changed")
    assert visitor.statuses(new) == {FIRST: "unsubscribed", SECOND: "confirmed"}
    told = visitor.read(old, "Your email address at %(brand_name)s has been changed")
    assert new.encode() not in told.as_bytes()


def download(visitor: Visitor, address: str) -> None:
    visitor.press("Email me a link to download it")
    message = visitor.read(address, "Download your data from %(brand_name)s")
    with visitor.page.expect_download() as started:
        visitor.open_link(message, "/preferences/download/", "Download your data")
        visitor.press("Download a file for programs (JSON)")
    held = json.loads(started.value.path().read_text(encoding="utf-8"))
    assert address in json.dumps(held)


def erase(visitor: Visitor, address: str) -> None:
    visitor.press("Email me a link to erase my data")
    message = visitor.read(address, "Erase your data at %(brand_name)s")
    visitor.open_link(message, "/preferences/erase/", "Erase your data?")
    assert visitor.statuses(address)
    visitor.press("Erase my data")
    visitor.look(visitor.page, "Your data has been erased")
    visitor.read(address, "Your data at %(brand_name)s has been erased")
    assert visitor.statuses(address) == {}


def write_to_everybody(installation: RunningInstallation, folder: Path, *revived: str) -> None:
    """Import a list with these addresses, and send a campaign to the topic of that list."""
    people, campaign = folder / "list.csv", folder / "campaign.json"
    with people.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Email"], *([each] for each in revived)])
    blocks = [{"type": "rich_text", "html": "<p>Thank you for coming.</p>"}]
    content = {"subject": "What came of it", "preheader": "In two minutes", "blocks": blocks}
    said = {"name": "Afterwards", "topic": SECOND, "language": "en", "contents": {"en": content}}
    campaign.write_text(json.dumps(said), encoding="utf-8")
    names = {"LIST": str(people), "TOPIC": SECOND, "CAMPAIGN": str(campaign)}
    code = "\n".join(f"{name} = {value!r}" for name, value in names.items()) + REVIVE
    number = int(installation.manage("shell", "-v", "0", "-c", code).split()[-1])
    installation.wait_until(
        lambda: installation.status(number)["status"] == "sent", "the campaign to be sent"
    )


@pytest.mark.parametrize("visitor", LANGUAGES, indirect=True)
def test_from_a_frame_on_another_website_to_an_erasure_that_no_import_undoes(
    visitor: Visitor, tmp_path: Path
) -> None:
    old, new = (f"{name}.{visitor.language}@parliament.example" for name in ("eve", "evelyn"))
    sign_up_in_a_frame(visitor, old)
    confirm(visitor, old)
    visitor.asks_for_link(old)
    choose_and_pause(visitor, old)
    move(visitor, old, new)
    visitor.asks_for_link(new)
    download(visitor, new)
    visitor.open_preferences(new)
    erase(visitor, new)

    installation = visitor.installation
    control = f"control.{visitor.language}@parliament.example"
    write_to_everybody(installation, tmp_path, old, new, control)
    assert visitor.statuses(control) == {SECOND: "confirmed"}
    bulk = "SELECT recipient FROM newsletter_inboxmessage WHERE stream = 'bulk' AND recipient = ?"
    assert installation.rows(bulk, control) == [(control,)]
    for address in (old, new):
        assert visitor.statuses(address).get(SECOND) != "confirmed"
        assert installation.rows(bulk, address) == []


def apply(visitor: Visitor, address: str, name: str) -> None:
    page = visitor.page
    page.goto(f"{SITE}/join/?topic={MODERATED}")
    assert page.locator("html").get_attribute("lang") == visitor.language
    visitor.fill_in(
        name=name,
        email=address,
        institution="National Assembly",
        country="SI",
        office="Member",
        reason="We are drafting a law on trafficking.",
        verification="https://parliament.example/members/1",
    )
    page.locator("[name=mission]").check()
    page.wait_for_timeout(TYPING)
    visitor.press("Send application")
    visitor.look(page, "Check your email")
    message = visitor.read(address, "Confirm your application to %(brand_name)s")
    visitor.open_link(message, "/confirm/", "Confirm your application")
    visitor.press("Confirm application")
    visitor.look(page, "Application confirmed")
    assert visitor.statuses(address) == {MODERATED: "awaiting_review"}


def find_application(staff: Page, name: str) -> None:
    staff.goto(f"{SITE}/staff/subscribers/application/")
    staff.get_by_role("link", name=name).first.click()
    expect(staff.locator("#decide")).to_be_visible()


@pytest.mark.parametrize("visitor", LANGUAGES, indirect=True)
def test_an_application_is_asked_about_and_accepted(visitor: Visitor, staff: Page) -> None:
    address, name = f"lea.{visitor.language}@parliament.example", f"Lea {visitor.language} Novak"
    apply(visitor, address, name)
    find_application(staff, name)
    staff.get_by_role("link", name="Ask a question").click()
    staff.locator("[name=question]").fill("Which committee?")
    staff.get_by_role("button", name="Send question").click()

    message = visitor.read(address, "A question about your application to %(brand_name)s")
    visitor.open_link(message, "/join/answer/", "A question about your application")
    expect(visitor.page.locator("main")).to_contain_text("Which committee?")
    visitor.fill_in(answer="Justice, since 2024.")
    visitor.press("Send answer")
    visitor.look(visitor.page, "Answer sent")

    find_application(staff, name)
    expect(staff.locator("main")).to_contain_text("Justice, since 2024.")
    staff.get_by_role("button", name="Accept application").click()
    visitor.read(address, "Your application to %(brand_name)s was accepted")
    assert visitor.statuses(address) == {MODERATED: "confirmed"}


@pytest.mark.parametrize("visitor", ["uk"], indirect=True)
def test_an_application_is_declined_with_a_courteous_email(visitor: Visitor, staff: Page) -> None:
    address, name = "ivo@parliament.example", "Ivo Kovach"
    apply(visitor, address, name)
    find_application(staff, name)
    staff.get_by_role("link", name="Decline application").click()
    staff.locator("[name=message]").fill("Дякуємо за ваш інтерес.")
    staff.get_by_role("button", name="Decline application").click()
    message = visitor.read(address, "Your application to %(brand_name)s")
    text = message.get_body(("plain",))
    assert text is not None
    assert "Дякуємо за ваш інтерес." in text.get_content()
    assert visitor.statuses(address) == {MODERATED: "declined"}
