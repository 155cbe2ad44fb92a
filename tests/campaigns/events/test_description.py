import pytest

from campaigns.events.check_event import BadEvent
from campaigns.events.description import (
    BadDescription,
    description_html,
    description_text,
    kept_description,
    to_edit,
    unless_as_before,
)
from campaigns.events.schedule import change_event
from campaigns.models import Event

PLAIN = "We meet <once> a quarter.\nBring tea & time.\n\nEverybody’s welcome."


def test_a_plain_description_stays_as_it_was_and_is_shown_with_its_paragraphs() -> None:
    assert kept_description(PLAIN) == PLAIN
    assert description_text(PLAIN) == PLAIN
    html = description_html(PLAIN)
    assert html.count("<p>") == 2
    assert "&lt;once&gt; a quarter.<br>Bring" in html


@pytest.mark.parametrize(
    "typed",
    [
        '<p onclick="x()">Hello <b>you</b></p>',
        "<p>Hello <b>you</b><script>alert(1)</script></p>",
        '<p style="position:fixed">Hello <b>you</b></p><iframe src="https://x.example"></iframe>',
        '<p>Hello <b>you</b><img src="x" onerror="x()"></p>',
    ],
)
def test_rich_text_is_cleaned_when_it_is_saved_and_when_it_is_shown(typed: str) -> None:
    for html in (kept_description(typed), description_html(typed)):
        assert "<p>Hello <b>you</b></p>" in html
        for word in ("onclick", "onerror", "script", "style", "iframe", "alert"):
            assert word not in html


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://plain.example", "{archive_url}"])
def test_a_link_that_can_not_be_taken_is_refused(link: str) -> None:
    with pytest.raises(BadDescription):
        kept_description(f'<p><a href="{link}">there</a></p>')


def test_a_link_says_nothing_to_where_it_leads() -> None:
    html = description_html('<p><a href="https://itht.example/">there</a></p>')
    assert 'rel="noopener noreferrer"' in html


def test_braces_are_text_as_any_other() -> None:
    kept = kept_description("<p>Write {given_name} or {anything}</p>")
    assert "{given_name} or {anything}" in description_html(kept)


@pytest.mark.parametrize("typed", ["<p></p>", "<p> </p><p><br></p>", "<p>&nbsp;</p>", "  "])
def test_the_editors_empty_paragraph_is_no_description(typed: str) -> None:
    assert kept_description(typed) == ""


def test_rich_text_has_a_plain_form() -> None:
    text = description_text("<h2>Why</h2><p>To <strong>meet</strong>.</p><ul><li>One</li></ul>")
    assert "<" not in text
    assert "To meet." in text
    assert "One" in text


def test_opening_a_plain_description_in_the_editor_changes_nothing() -> None:
    shown = to_edit(PLAIN)
    assert shown.count("<p>") == 2
    assert "<br>" in shown
    # The editor writes characters where the page wrote entities.
    typed = shown.replace("&#x27;", "'").replace("&quot;", '"')
    assert unless_as_before(typed, before=PLAIN) == PLAIN
    assert unless_as_before("<p>Other</p>", before=PLAIN) == "<p>Other</p>"
    rich = "<p>Kept</p>"
    assert unless_as_before(to_edit(rich), before=rich) == rich
    assert unless_as_before("", before=PLAIN) == ""


def test_descriptions_in_other_languages_are_cleaned_too(event: Event) -> None:
    change_event(
        event,
        texts={
            "uk": {"description": "<p onclick='x()'>Раз на квартал</p>"},
            "ro": {"description": "<p></p>"},
        },
    )
    assert event.texts == {"uk": {"description": "<p>Раз на квартал</p>"}}
    with pytest.raises(BadEvent, match="Ukrainian, description"):
        change_event(event, texts={"uk": {"description": '<p><a href="x:y">a</a></p>'}})
