"""A translation's page: its start, the source beside each text, and what its buttons do."""

import json
import re
from html import unescape

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from campaigns.content.edit_content import remove_content, save_content
from campaigns.content.translations.standing import TranslationStanding
from campaigns.content.translations.start import start_from_source
from campaigns.models import Campaign
from campaigns.sending.accept_fallback import accept_fallback
from campaigns.states import CampaignStatus
from tests.campaigns.content.translations.conftest import english, spanish, stands
from tests.campaigns.studio.page_helpers import page

TEXT = {"id": "bb", "type": "rich_text", "html": "<p>We meet on Tuesday.</p>"}
HEADING = {"id": "aa", "type": "heading", "text": "Our next meeting"}
NEW = {"id": "ee", "type": "heading", "text": "Programme"}


@pytest.fixture
def source(draft: Campaign) -> Campaign:
    english(draft, HEADING, TEXT, subject="You are invited", preheader="")
    return draft


@pytest.fixture
def translated(source: Campaign) -> Campaign:
    start_from_source(source, language="es")
    heading, text = {**HEADING, "text": "Reunión"}, {**TEXT, "html": "<p>El martes.</p>"}
    spanish(source, subject="Le invitamos", blocks=[heading, text])
    return source


def fields_of(html: str) -> dict[str, str]:
    """Return what the form of a page would send."""
    fields = {}
    for tag in re.findall(r"<input\b[^>]*>", html):
        name = re.search(r'name="([^"]+)"', tag)
        if name and 'type="radio"' not in tag:
            value = re.search(r'value="([^"]*)"', tag)
            fields[name[1]] = unescape(value[1]) if value else ""
    for name, value in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.S
    ):
        fields[name] = unescape(value)
    fields.pop("csrfmiddlewaretoken", None)
    return fields


def opened(client: Client, campaign: Campaign, language: str = "es") -> str:
    return client.get(page("content", campaign, language)).content.decode()


def press(client: Client, campaign: Campaign, act: str, **typed: str) -> str:
    fields = fields_of(opened(client, campaign)) | typed
    answer = client.post(page("content", campaign, "es"), {**fields, "act": act}, follow=True)
    return answer.content.decode()


def test_a_language_without_content_starts_from_the_source_by_one_press(
    wrens: Client, source: Campaign
) -> None:
    assert "Start from the English version" in opened(wrens, source)
    html = press(wrens, source, "start_from_source")
    assert "Copied from the English version" in html
    assert source.contents.get(language="es").blocks == [HEADING, TEXT]
    assert "3 texts need a look" in html
    assert "Spanish (3 to do)" in html
    assert "Start from the English version" not in html


def test_texts_are_written_in_the_direction_of_their_language(
    wrens: Client, source: Campaign
) -> None:
    start_from_source(source, language="ar")
    html = opened(wrens, source, "ar")
    for name in ("subject", "preheader", "aa-text", "bb-html"):
        [field] = re.findall(rf'<(?:input|textarea)[^>]*\bname="{name}"[^>]*>', html)
        assert 'lang="ar" dir="rtl"' in field, name
    blank_url = re.search(r'<input[^>]*name="zzblankzz-url"[^>]*>', html)
    assert blank_url
    assert "rtl" not in blank_url[0]
    assert 'dir="rtl"' not in opened(wrens, source, "en")


def test_the_source_itself_offers_nothing_of_the_kind(wrens: Client, source: Campaign) -> None:
    html = opened(wrens, source, "en")
    assert "st-source" not in html.replace("st-sources", "")
    assert "Start from" not in html


def test_what_was_typed_before_the_start_isnt_lost(wrens: Client, source: Campaign) -> None:
    press(wrens, source, "start_from_source", subject="Hola")
    assert source.contents.get(language="es").subject == "Hola"


def test_what_saved_itself_before_the_start_is_no_colleagues(
    wrens: Client, source: Campaign
) -> None:
    fields = fields_of(opened(wrens, source)) | {"subject": "Hola"}
    saved = wrens.post(page("autosave", source, "es"), fields).json()
    start = {**fields, **saved, "act": "start_from_source"}
    assert wrens.post(page("content", source, "es"), start).status_code == 302
    content = source.contents.get(language="es")
    assert (content.subject, content.blocks) == ("Hola", [HEADING, TEXT])
    assert stands(source) == {
        "aa": TranslationStanding.UNTRANSLATED,
        "bb": TranslationStanding.UNTRANSLATED,
    }


def test_a_start_that_a_colleague_was_faster_with_is_told(wrens: Client, source: Campaign) -> None:
    fields = fields_of(opened(wrens, source))
    save_content(source, language="es", subject="Mía", preheader="", blocks=[NEW])
    answer = wrens.post(page("content", source, "es"), {**fields, "act": "start_from_source"})
    assert answer.status_code == 409
    assert source.contents.get(language="es").subject == "Mía"


def test_each_text_has_its_source_above_it_in_the_sources_direction(
    wrens: Client, translated: Campaign
) -> None:
    html = opened(wrens, translated)
    for anchor, text in (("block-aa", "Our next meeting"), ("block-bb", "We meet on Tuesday.")):
        panel = panel_of(html, anchor)
        assert text in panel
        assert 'lang="en" dir="ltr"' in panel
    assert html.index("Our next meeting") < html.index('id="aa-text"')


def panel_of(html: str, anchor: str) -> str:
    found = re.search(rf'<details[^>]*id="source-of-{anchor}".*?</details>', html, re.S)
    return found[0] if found else ""


def test_what_changed_is_shown_by_elements_and_by_words(
    wrens: Client, translated: Campaign
) -> None:
    english(translated, HEADING, {**TEXT, "html": "<p>We meet on Friday.</p>"})
    panel = panel_of(opened(wrens, translated), "block-bb")
    assert "Needs editing" in panel
    assert re.search(r"<del\b.*removed:.*Tuesday", panel)
    assert re.search(r"<ins\b.*added:.*Friday", panel)


def test_still_right_clears_the_mark_and_keeps_what_is_typed(
    wrens: Client, translated: Campaign
) -> None:
    english(translated, HEADING, {**TEXT, "html": "<p>We meet on Friday.</p>"})
    html = press(wrens, translated, "still_right:bb", subject="Half typed")
    assert 'value="Half typed"' in html
    assert "Needs editing" not in html
    assert "autofocus" in panel_of(html, "block-bb")
    assert not stands(translated)
    assert translated.contents.get(language="es").subject == "Le invitamos"


def test_still_right_of_an_older_source_is_asked_again(wrens: Client, translated: Campaign) -> None:
    english(translated, HEADING, {**TEXT, "html": "<p>We meet on Friday.</p>"})
    fields = fields_of(opened(wrens, translated))
    english(translated, HEADING, {**TEXT, "html": "<p>Cancelled.</p>"})
    html = wrens.post(
        page("content", translated, "es"), {**fields, "act": "still_right:bb"}
    ).content.decode()
    assert "changed while this page was open" in html
    assert "Cancelled." in panel_of(html, "block-bb")
    assert stands(translated) == {"bb": TranslationStanding.STALE}


def test_a_new_block_is_added_at_its_place(wrens: Client, translated: Campaign) -> None:
    english(translated, HEADING, NEW, TEXT)
    html = press(wrens, translated, "add_source:ee")
    assert re.search(r'name="blocks" value="aa ee bb"', html)
    assert stands(translated) == {"ee": TranslationStanding.MISSING}, "nothing was saved yet"
    fields = fields_of(html)
    wrens.post(page("content", translated, "es"), {**fields, "act": "save"})
    assert stands(translated) == {"ee": TranslationStanding.UNTRANSLATED}


def test_a_new_block_can_be_left_out_and_added_later(wrens: Client, translated: Campaign) -> None:
    english(translated, HEADING, NEW, TEXT)
    html = press(wrens, translated, "leave_out:ee")
    assert "Left out of this version (1)" in html
    assert "texts need a look" not in html
    assert re.search(r'name="blocks" value="aa ee bb"', press(wrens, translated, "add_source:ee"))


def test_a_block_that_the_source_has_no_more_says_so(wrens: Client, translated: Campaign) -> None:
    english(translated, HEADING)
    panel = panel_of(opened(wrens, translated), "block-bb")
    assert "no longer has this" in panel
    assert "We meet on Tuesday." in panel
    press(wrens, translated, "still_right:bb")
    assert not stands(translated)


def test_a_whole_version_is_marked_as_done(wrens: Client, translated: Campaign) -> None:
    english(translated, NEW, {**TEXT, "html": "<p>Friday.</p>"})
    assert "texts need a look" not in press(wrens, translated, "all_right")


def test_autosave_knows_which_source_its_writer_has_seen(
    wrens: Client, translated: Campaign
) -> None:
    fields = fields_of(opened(wrens, translated))
    english(translated, HEADING, {**TEXT, "html": "<p>We meet on Friday.</p>"})
    answer = wrens.post(
        page("autosave", translated, "es"), {**fields, "bb-html": "<p>El martes, a las 9.</p>"}
    )
    assert answer.status_code == 200
    assert stands(translated) == {"bb": TranslationStanding.STALE}


def test_an_open_page_is_told_how_much_is_to_do_now(wrens: Client, translated: Campaign) -> None:
    english(translated, HEADING, NEW, {**TEXT, "html": "<p>We meet on Friday.</p>"})
    html = opened(wrens, translated)
    assert 'data-tab="es">Spanish (2 to do)' in html
    fields = fields_of(html) | {"bb-html": "<p>El viernes.</p>"}
    saved = wrens.post(page("autosave", translated, "es"), fields).json()
    assert saved["tabs"]["es"] == "Spanish (1 to do)"
    address = page("content", translated, "es")
    left_out = {**fields, "seen": saved["seen"], "act": "leave_out:ee"}
    answer = wrens.post(address, left_out, headers={"HX-Request": "true"})
    told = json.loads(answer.headers["HX-Trigger"])["tabs-changed"]
    assert (told["es"], told["en"]) == ("Spanish", "English")


def test_a_tab_tells_whether_its_language_is_begun(wrens: Client, source: Campaign) -> None:
    html = opened(wrens, source)
    assert 'data-tab="en">English</a>' in html
    assert 'data-tab="es">Spanish (not started)</a>' in html
    fields = fields_of(html) | {"subject": "Hola"}
    tabs = wrens.post(page("autosave", source, "es"), fields).json()["tabs"]
    assert tabs["es"] == "Spanish (2 to do)"
    assert tabs["fr"] == "French (not started)"


def test_replacing_a_colleagues_text_is_no_look_at_a_source_that_changed_meanwhile(
    wrens: Client, translated: Campaign
) -> None:
    fields = fields_of(opened(wrens, translated)) | {"bb-html": "<p>El martes, a las 9.</p>"}
    english(translated, HEADING, {**TEXT, "html": "<p>We meet on Friday.</p>"})
    spanish(translated, subject="De una colega")
    address = page("content", translated, "es")
    conflict = wrens.post(address, {**fields, "act": "save"})
    html = conflict.content.decode()
    assert conflict.status_code == 409
    assert "Friday" in panel_of(html, "block-bb")
    newer = conflict.context["newer"]

    right = wrens.post(address, {**fields_of(html), "act": "still_right:bb"}).content.decode()
    assert "changed while this page was open" in right
    replaced = wrens.post(address, {**fields_of(html), "overwrite": newer})
    assert replaced.status_code == 302
    assert translated.contents.get(language="es").blocks[1]["html"] == "<p>El martes, a las 9.</p>"
    assert stands(translated) == {"bb": TranslationStanding.STALE}


def test_a_language_that_is_no_longer_offered_keeps_what_is_typed_on_the_page(
    wrens: Client, translated: Campaign, settings: Settings
) -> None:
    fields = fields_of(opened(wrens, translated)) | {"subject": "Mío"}
    settings.CONTENT_LANGUAGES = ["en", "fr"]
    answer = wrens.post(page("content", translated, "es"), {**fields, "act": "save"})
    assert answer.status_code == 422
    assert 'value="Mío"' in answer.content.decode()
    assert wrens.post(page("autosave", translated, "es"), fields).status_code == 422
    assert translated.contents.get(language="es").subject == "Le invitamos"


def test_a_version_removed_in_another_tab_isnt_written_again_without_a_question(
    wrens: Client, translated: Campaign
) -> None:
    fields = fields_of(opened(wrens, translated))
    remove_content(translated, language="es")
    typed = {**fields, "subject": "Mío"}
    answer = wrens.post(page("content", translated, "es"), {**typed, "act": "save"})
    assert answer.status_code == 409
    assert "was removed" in answer.content.decode()
    for act in ("still_right:bb", "all_right", "leave_out:bb", "add_source:bb"):
        html = wrens.post(page("content", translated, "es"), {**typed, "act": act})
        assert 'value="Mío"' in html.content.decode()
    assert not translated.contents.filter(language="es").exists()


def test_the_buttons_of_a_campaign_that_was_sent_meanwhile_change_nothing(
    wrens: Client, translated: Campaign
) -> None:
    english(translated, HEADING, {**TEXT, "html": "<p>Friday.</p>"})
    fields = fields_of(opened(wrens, translated))
    Campaign.objects.filter(pk=translated.pk).update(status=CampaignStatus.SENT)
    answer = wrens.post(page("content", translated, "es"), {**fields, "act": "still_right:bb"})
    assert "This campaign is sent." in answer.content.decode()
    assert stands(translated) == {"bb": TranslationStanding.STALE}


def test_a_hostile_source_is_shown_as_text(wrens: Client, translated: Campaign) -> None:
    english(translated, {**HEADING, "text": "<script>alert(1)</script>"}, TEXT)
    assert "<script>alert" not in opened(wrens, translated)


@pytest.mark.parametrize(
    "act", ["still_right:", "still_right:zz", "leave_out:@subject", "add_source:zz"]
)
def test_forged_buttons_do_nothing(wrens: Client, translated: Campaign, act: str) -> None:
    before = translated.translated_parts.count()
    press(wrens, translated, act)
    assert not stands(translated)
    assert translated.translated_parts.count() == before


def test_whoever_changes_the_source_is_told_which_versions_need_a_look(
    wrens: Client, translated: Campaign
) -> None:
    fields = fields_of(opened(wrens, translated, "en"))
    address = page("content", translated, "en")
    same = wrens.post(address, {**fields, "act": "save"}, follow=True).content.decode()
    assert "a look, because" not in same
    other = {**fields, "aa-text": "Another meeting", "act": "save"}
    html = wrens.post(address, other, follow=True).content.decode()
    assert "The Spanish version needs a look, because" in html


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_whoever_ends_an_approval_by_a_button_is_told(
    wrens: Client, translated: Campaign, headers: dict[str, str]
) -> None:
    english(translated, HEADING, {**TEXT, "html": "<p>We meet on Friday.</p>"})
    accept_fallback(translated, languages=["es"])
    fields = fields_of(opened(wrens, translated))
    Campaign.objects.filter(pk=translated.pk).update(status=CampaignStatus.SCHEDULED)
    html = wrens.post(
        page("content", translated, "es"), {**fields, "act": "still_right:bb"}, headers=headers
    ).content.decode()
    assert "It is a draft again and isn’t sent at the scheduled time." in html
    translated.refresh_from_db()
    assert translated.status == CampaignStatus.DRAFT


def test_scripts_get_the_part_and_the_sum_alone(wrens: Client, translated: Campaign) -> None:
    english(translated, {**HEADING, "text": "Next"}, {**TEXT, "html": "<p>We meet on Friday.</p>"})
    fields = fields_of(opened(wrens, translated))
    html = wrens.post(
        page("content", translated, "es"),
        {**fields, "act": "still_right:bb"},
        headers={"HX-Request": "true"},
    ).content.decode()
    assert "<form" not in html
    assert "Marked as done" in panel_of(html, "block-bb")
    assert "1 text needs a look" in html
    english(translated, {**HEADING, "text": "Third"}, TEXT)
    html = wrens.post(
        page("content", translated, "es"),
        {**fields, "act": "still_right:aa"},
        headers={"HX-Request": "true"},
    ).content.decode()
    assert "changed while this page was open" in html
    assert "Third" in panel_of(html, "block-aa")
