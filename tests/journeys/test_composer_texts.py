"""The composer's texts and its preview: merge fields by name, pastes, looks, and a phone."""

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chromium import DESKTOP, PHONE, Complaints
from tests.journeys.test_composer import Draft, draft, page
from tests.journeys.test_every_page import faults_on
from tests.journeys.test_whole_chain import sign_in

__all__ = ["draft", "page"]

pytestmark = [pytest.mark.journey, pytest.mark.browser]

PASTE = """
([text, html]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  data.setData("text/html", html);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}
"""
HUGE = """
() => {
  const began = performance.now();
  const data = new DataTransfer();
  data.setData("text/plain", "Ten megabytes. ".repeat(700_000));
  data.setData("text/html", "<p style='mso-x:y'>Ten megabytes. </p>".repeat(280_000));
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  return performance.now() - began;
}
"""
FROM_WORD = """
<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style>
</head><body lang=EN-GB><!--StartFragment--><p class=MsoTitle>The agenda<o:p></o:p></p>
<p class=MsoNormal><b><span lang=EN-GB>Two</span></b> days <i>in</i> the parliament<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-.25in;mso-list:l0 level1 lfo1'>
<![if !supportLists]><span style='mso-list:Ignore'>1.<span>&nbsp;&nbsp;</span></span><![endif]>Open
<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-.25in;mso-list:l0 level2 lfo1'>
<![if !supportLists]><span style='mso-list:Ignore'>a.<span>&nbsp;</span></span><![endif]>Welcome
</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><!--EndFragment--></body></html>
"""
FROM_GOOGLE = """
<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr">
<span style="font-weight:400">Plain, </span><span style="font-weight:700">bold</span> and
<a href="https://www.google.com/url?q=https://example.org/a&amp;sa=D"><span>a link</span></a></p>
<br><ul><li><p><span>One</span></p></li><ul><li><p><span>Inside</span></p></li></ul></ul></b>
"""
RUNS = "window.parent.hasRun = true"
HOSTILE = (
    f'<p>Harmless words</p><script>{RUNS}</script><img src=x onerror="{RUNS}">'
    f'<a href="javascript:{RUNS}">go</a><svg onload="{RUNS}"></svg>'
)


def editor(page: Page) -> Any:
    return page.locator(".ProseMirror[contenteditable]").last


def add_text(page: Page) -> Any:
    expect(page.locator("#composer[data-ready]")).to_be_visible()
    page.locator(".st-add").get_by_role("button", name="Text", exact=True).click()
    expect(editor(page)).to_be_focused()
    return page.locator("textarea[name$=-html]").last


def test_merge_fields_are_chosen_by_name_changed_in_a_form_and_marked_when_wrong(
    page: Page, draft: Draft
) -> None:
    area = add_text(page)
    page.keyboard.type("Dear {giv")
    page.keyboard.press("Enter")
    page.keyboard.type(", welcome")
    pill = editor(page).locator(".st-pill")
    expect(pill).to_have_text("Given name · colleague")
    pill.click()
    form = page.get_by_role("dialog", name="Merge field")
    form.get_by_label("Fallback").fill("friend {of} ours")
    form.get_by_role("button", name="Keep").click()
    expect(pill).to_have_text("Given name · friend of ours")
    expect(area).to_have_value("<p>Dear {given_name|friend of ours}, welcome</p>")
    page.keyboard.press("Control+z")
    expect(pill).to_have_text("Given name · colleague")

    # What is typed after its form, or while an arrow key has selected it, doesn't replace it.
    is_selected = "ProseMirror-selectednode"
    for key, typed in (("", "!"), ("ArrowLeft", "s")):
        pill.click()
        form.get_by_role("button", name="Keep").click()
        expect(pill).not_to_contain_class(is_selected)
        if key:
            page.keyboard.press(key)
        if key == "ArrowLeft":
            expect(pill).to_contain_class(is_selected)
        page.keyboard.type(typed)
    expect(area).to_have_value("<p>Dear {given_name|colleague}s!, welcome</p>")
    for _ in range(30):
        if area.input_value() == "<p>Dear {given_name|colleague}, welcome</p>":
            break
        page.keyboard.press("Control+z")
    expect(area).to_have_value("<p>Dear {given_name|colleague}, welcome</p>")

    subject = page.get_by_label("Subject", exact=True)
    subject.fill("")
    subject.press_sequentially("Hello {full")
    page.keyboard.press("Enter")
    expect(subject).to_have_value("Hello {full_name|colleague}")
    subject.press_sequentially(" and {nobody_knows}")
    note = page.locator(".st-field", has=subject).locator(".st-pill-note")
    expect(note).to_contain_text("There is no merge field {nobody_knows}")
    note.get_by_role("button", name="Change merge field").click()
    form.get_by_label("Field", exact=True).select_option("Event time")
    form.get_by_role("button", name="Keep").click()
    draft.wait_for("Hello {full_name|colleague} and {event_time}")
    expect(note).to_be_empty()
    assert draft.blocks[-1]["html"] == "<p>Dear {given_name|colleague}, welcome</p>"


def test_pastes_are_cleaned_and_one_of_ten_megabytes_is_refused_in_words(page: Page) -> None:
    area = add_text(page)
    page.evaluate(PASTE, ["The agenda", FROM_WORD])
    expect(area).to_have_value(
        "<h2>The agenda</h2><p><strong>Two</strong> days <em>in</em> the parliament</p>"
        "<ol><li><p>Open</p><ol><li><p>Welcome</p></li></ol></li></ol>"
    )
    page.keyboard.press("Control+z")
    expect(area).to_have_value("")
    page.evaluate(PASTE, ["Plain", FROM_GOOGLE])
    expect(area).to_have_value(
        '<p>Plain, <strong>bold</strong> and <a href="https://example.org/a">a link</a></p>'
        "<ul><li><p>One</p><ul><li><p>Inside</p></li></ul></li></ul>"
    )
    page.keyboard.press("Control+z")

    for place in (editor(page), page.get_by_label("Subject", exact=True)):
        place.focus()
        assert page.evaluate(HUGE) < 3000
        expect(page.locator("[data-toast]")).to_contain_text("is too long")
    expect(area).to_have_value("")
    page.keyboard.press("End")
    page.keyboard.type(", still here")
    expect(page.get_by_label("Subject", exact=True)).to_have_value("Autumn, still here")


def test_the_preview_follows_keeps_its_place_and_runs_nothing(
    page: Page, complaints: Complaints
) -> None:
    area = add_text(page)
    frame = page.frame_locator("#email")
    page.keyboard.type("Words that the preview shows")
    expect(frame.get_by_text("Words that the preview shows")).to_be_visible()
    area.evaluate(
        "(area, html) => { area.value = html;"
        " area.dispatchEvent(new Event('input', {bubbles: true})); }",
        HOSTILE.replace(f"javascript:{RUNS}", "https://example.org/"),
    )
    expect(frame.get_by_text("Harmless words")).to_be_visible()
    # Even what reaches the frame past all cleaning runs nothing there.
    page.route(
        "**/content/en/email/",
        lambda route: route.fulfill(
            body=f"<!doctype html><body><h1>Unclean</h1>{HOSTILE}<p>{'line<br>' * 400}</p>",
            content_type="text/html; charset=utf-8",
        ),
    )
    subject = page.get_by_label("Subject", exact=True)
    subject.fill("Another subject")
    expect(frame.get_by_role("heading", name="Unclean")).to_be_visible()
    assert page.evaluate("window.hasRun") is None
    assert any("'allow-scripts' permission is not set" in each for each in complaints.heard)
    complaints.heard = []

    scroll = "document.getElementById('email').contentDocument.scrollingElement"
    page.evaluate(f"{scroll}.scrollTop = 300")
    with page.expect_response("**/content/en/email/"):
        subject.fill("A third subject")
    page.wait_for_function("performance.getEntriesByName('preview-shown').length > 3")
    assert page.evaluate(f"{scroll}.scrollTop") == 300
    complaints.heard = []


def test_the_email_is_shown_in_each_look_and_as_another_person(page: Page) -> None:
    add_text(page)
    page.keyboard.type("Dear {given_name|reader}")
    frame = page.frame_locator("#email")
    expect(frame.get_by_text("Dear reader")).to_be_visible()
    ground = (
        "() => { const page = document.getElementById('email').contentDocument;"
        " return getComputedStyle(page.body).backgroundColor; }"
    )
    light = page.evaluate(ground)
    page.locator("label[for=show-dark]").click()
    page.wait_for_function(f"light => ({ground})() !== light", arg=light)
    page.locator("label[for=show-text]").click()
    expect(frame.locator("pre")).to_contain_text("Dear reader")
    page.locator("label[for=show-desktop]").click()
    expect(frame.locator("pre")).to_have_count(0)
    person = page.get_by_label("Preview as")
    person.select_option(index=1)
    expect(frame.get_by_text("Dear reader")).to_have_count(0)


def test_on_a_phone_the_preview_is_one_tap_away_and_back(page: Page) -> None:
    page.set_viewport_size(PHONE)
    area = add_text(page)
    page.keyboard.type("On a phone")
    expect(area).to_have_value("<p>On a phone</p>")
    place = page.evaluate("scrollY")
    page.get_by_role("link", name="Preview", exact=True).click()
    frame = page.frame_locator("#email")
    expect(frame.get_by_text("On a phone")).to_be_visible()
    box = page.locator("#preview").bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"]) == (0, 0, PHONE["width"])
    page.go_back()
    expect(page.locator(".st-previewing")).to_have_count(0)
    assert page.evaluate("scrollY") == place
    page.get_by_role("link", name="Preview", exact=True).click()
    page.get_by_role("link", name="Back to editing").click()
    expect(page.locator(".st-previewing")).to_have_count(0)
    expect(page.get_by_label("Subject", exact=True)).to_be_visible()

    # An open list of checks doesn't stay over what it is about.
    checks = page.locator(".st-checks")
    expect(checks).to_have_css("position", "sticky")
    checks.locator("summary").first.click()
    expect(checks).to_have_css("position", "static")
    page.mouse.wheel(0, 3000)
    expect(checks).not_to_be_in_viewport()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_all_parts_of_the_composer_meet_wcag(page: Page, size: Any) -> None:
    page.set_viewport_size(size)
    add_text(page)
    page.keyboard.type("Dear {given_name|you}, {nobody}, {")
    page.keyboard.press("Escape")
    page.get_by_label("Subject", exact=True).fill("To {given_name|you} and {nobody}")
    page.locator("[data-select]").first.check()
    page.locator("[data-collapse]").first.click()
    # So high that nothing is partly covered by what stays in view while one scrolls.
    page.set_viewport_size({"width": size["width"], "height": 4000})
    page.evaluate("scrollTo(0, 0)")
    assert faults_on(page) == []
    page.locator("[data-show-keys]").click()
    assert faults_on(page) == []
    page.set_viewport_size(size)
    box = page.get_by_role("dialog").bounding_box()
    page.set_viewport_size({"width": size["width"], "height": 4000})
    assert box
    assert min(box["x"], box["y"]) >= 0
    assert box["x"] + box["width"] <= size["width"]
    assert box["y"] + box["height"] <= size["height"]
    page.keyboard.press("Escape")
    page.locator(".st-pill").first.click()
    assert faults_on(page) == []
    page.keyboard.press("Escape")
    page.locator("[data-add-below]").last.click()
    expect(page.locator("#composer-menu")).to_be_visible()
    assert faults_on(page) == []


def test_without_scripts_the_buttons_post_the_form(
    chromium: Any, page: Page, window: BrowserContext, draft: Draft
) -> None:
    state = window.storage_state()
    plain = chromium.new_context(java_script_enabled=False, storage_state=state)
    tab = plain.new_page()
    tab.goto(draft.url)
    tab.get_by_role("button", name="Duplicate: block 1, Heading").click()
    tab.locator(".st-insert summary").first.click()
    tab.locator("details[open] [value^='add:quotation:']").click()
    tab.get_by_role("button", name="Move down: block 1, Heading").click()
    tab.get_by_role("button", name="Save content").click()
    expect(tab.get_by_text("Content saved.")).to_be_visible()
    kinds = [each["type"] for each in draft.blocks]
    assert kinds == ["quotation", "heading", "heading", "divider"], json.dumps(draft.blocks)
    plain.close()


def open_spanish(page: Page, draft: Draft) -> None:
    page.goto(draft.url.replace("/en/", "/es/"))
    page.get_by_role("button", name="Copy the English version").click()
    expect(page.get_by_text("Copied from the English version.")).to_be_visible()
    expect(page.locator("#composer[data-ready]")).to_be_visible()


def test_a_source_panel_stays_while_its_button_meets_a_signed_out_page(
    page: Page, window: BrowserContext, draft: Draft, complaints: Complaints
) -> None:
    open_spanish(page, draft)
    button = page.get_by_role("button", name="Right as it is: Subject")
    toast = page.locator("[data-toast]")
    window.clear_cookies(name="sessionid")
    button.click()
    expect(toast).to_contain_text("You are signed out. Sign in again in another tab")
    expect(button).to_be_visible()
    other = window.new_page()
    sign_in(other, draft.installation)
    other.close()
    button.click()
    expect(toast).to_contain_text("You are signed in again.")
    button.click()
    expect(button).to_have_count(0)
    expect(page.locator("#source-of-line-subject")).to_contain_text("Marked as done")
    complaints.heard = [each for each in complaints.heard if "403" not in each]


def test_panels_tab_and_number_agree_once_a_translation_has_saved_itself(
    page: Page, draft: Draft
) -> None:
    open_spanish(page, draft)
    badge = page.locator("#source-of-line-subject .st-source-badge")
    to_do = page.locator("[data-to-do]")
    tab = page.locator("[data-tab=es]")
    expect(badge).to_have_text("Needs translation")
    expect(to_do).to_have_text("2 texts need a look.")
    subject = page.get_by_label("Subject", exact=True)
    subject.fill("Otoño")
    expect(tab).to_contain_text("(1 to do)")
    expect(to_do).to_have_text("1 text needs a look.")
    expect(badge).to_be_hidden()
    page.locator(".st-block").first.get_by_label("Heading", exact=True).fill("Este otoño")
    expect(tab).not_to_contain_text("to do")
    expect(to_do).to_be_hidden()
    subject.fill("Autumn")
    expect(badge).to_be_visible()
    expect(to_do).to_have_text("1 text needs a look.")


def test_undo_of_add_it_brings_the_source_back_and_redo_takes_it_again(
    page: Page, draft: Draft
) -> None:
    open_spanish(page, draft)
    page.get_by_role("button", name="Remove: block 1, Heading").click()
    page.get_by_role("button", name="Save content").click()
    expect(page.locator("#composer[data-ready]")).to_be_visible()
    add = page.get_by_role("button", name="Add it: Heading")
    inside = page.locator(".st-block .st-source", has_text="This autumn")
    for _ in range(2):
        add.click()
        expect(inside).to_be_visible()
        expect(inside.get_by_role("button")).to_have_count(0)
        expect(add).to_have_count(0)
        page.locator("[data-undo]").click()
        expect(inside).to_have_count(0)
        expect(add).to_be_visible()
        page.locator("[data-redo]").click()
        expect(inside).to_be_visible()
        expect(add).to_have_count(0)
        page.locator("[data-undo]").click()
    assert page.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"
        " === document.querySelectorAll('[id]').length"
    )
