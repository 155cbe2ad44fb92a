import pytest

from subscribers.consent.topic_texts import BadTopicText, checked_texts


def test_texts_are_kept_in_one_line_and_without_empty_ones() -> None:
    typed = {
        "uk": {"name": "  Щоквартальні \n зустрічі ", "description": "", "consent": " "},
        "fr": {"name": " "},
    }
    assert checked_texts(typed) == {"uk": {"name": "Щоквартальні зустрічі"}}


@pytest.mark.parametrize(
    ("text", "raw"),
    [("name", "x" * 101), ("description", "x" * 301), ("consent", "x" * 1001), ("name", "a\0b")],
)
def test_what_cant_be_kept_is_named_with_its_language(text: str, raw: str) -> None:
    with pytest.raises(BadTopicText, match=f"Ukrainian, {text}"):
        checked_texts({"uk": {text: raw}})


def test_half_a_character_is_refused() -> None:
    with pytest.raises(BadTopicText):
        checked_texts({"fr": {"name": "\ud800"}})
