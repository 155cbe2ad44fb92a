"""Merge fields: an allow-list, a form that survives rendering, and filling by plain joins."""

import string
from html import escape, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.merge import (
    CLOSE,
    OPEN,
    Splice,
    UnknownMergeField,
    fields_without_fallback,
    length_when_filled,
    lost_fields_left_out,
    merge_fields_in,
    open_fields,
    url_field,
)
from newsletter.rendering.merge_fields import MERGE_FIELDS

ANY_TEXT = st.text(st.characters(exclude_characters=OPEN + CLOSE, exclude_categories=["Cs"]))
PLAIN_TEXT = st.text(
    st.characters(exclude_characters=OPEN + CLOSE + "{}|", exclude_categories=["Cs"])
)
FALLBACKS = st.text(
    st.characters(exclude_characters=OPEN + CLOSE + "{}", exclude_categories=["Cs"])
)


def test_fields_are_found_with_and_without_a_fallback() -> None:
    assert merge_fields_in("Dear {given_name|colleague}, {event_time}") == {
        "given_name",
        "event_time",
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no fields",
        "{",
        "}",
        "{}",
        "{ given_name }",
        "{given name}",
        "{2}",
        "{{ x }}",
        "{{given_name}}",
        "{% if x %}",
        "{# x #}",
        "{|x}",
        "a{b",
    ],
)
def test_other_braces_are_plain_text(text: str) -> None:
    assert merge_fields_in(text) == set()
    assert Splice.parse(open_fields(text)).fill({"given_name": "Ada"}, escape=False) == text


@pytest.mark.parametrize(
    "text", ["{unknown}", "{unknown|x}", "{Given_Name}", "{имя}", "{__class__}", "{email}"]
)
def test_an_unknown_field_is_named_with_those_that_exist(text: str) -> None:
    name = text.strip("{}").split("|")[0]
    for reader in (merge_fields_in, open_fields):
        with pytest.raises(UnknownMergeField, match="given_name") as caught:
            reader(text)
        assert f"{{{name}}}" in str(caught.value)


def test_a_huge_unknown_name_does_not_fill_the_message() -> None:
    with pytest.raises(UnknownMergeField) as caught:
        merge_fields_in("{" + "x" * 100_000 + "}")
    assert len(str(caught.value)) < 300


def test_many_open_braces_are_read_in_reasonable_time() -> None:
    assert merge_fields_in("{a|" * 50_000) == set()


@pytest.mark.parametrize(
    ("url", "name"), [("{unsubscribe_url}", "unsubscribe_url"), ("{archive_url}", "archive_url")]
)
def test_a_url_may_be_a_field_as_a_whole(url: str, name: str) -> None:
    assert url_field(url) == name


@pytest.mark.parametrize(
    "url",
    [
        "{given_name}",
        "{unsubscribe_url|x}",
        "x{unsubscribe_url}",
        "{unsubscribe_url}/",
        "{{unsubscribe_url}}",
        "",
    ],
)
def test_nothing_else_is_a_url_field(url: str) -> None:
    assert url_field(url) is None


def test_values_take_the_places_of_fields() -> None:
    splice = Splice.parse(open_fields("{given_name} and {full_name}: {event_time}, {given_name}"))
    assert splice.fields == {"given_name", "full_name", "event_time"}
    values = {"given_name": "Ada", "full_name": "Ada Lovelace", "event_time": "09:00"}
    assert splice.fill(values, escape=False) == "Ada and Ada Lovelace: 09:00, Ada"


@pytest.mark.parametrize("values", [{}, {"given_name": ""}])
def test_a_missing_or_empty_value_gives_way_to_the_fallback(values: dict[str, str]) -> None:
    assert (
        Splice.parse(open_fields("Dear {given_name|colleague}!")).fill(values, escape=False)
        == "Dear colleague!"
    )
    assert Splice.parse(open_fields("Dear {given_name}!")).fill(values, escape=False) == "Dear !"


def test_names_and_fallbacks_are_escaped_in_html_and_only_there() -> None:
    splice = Splice.parse(open_fields('{given_name|<i>"&}'))
    hostile = """<b>"&'</b>"""
    assert splice.fill({"given_name": hostile}, escape=True) == escape(hostile)
    assert splice.fill({}, escape=True) == "&lt;i&gt;&quot;&amp;"
    assert splice.fill({"given_name": hostile}, escape=False) == hostile
    assert splice.fill({}, escape=False) == '<i>"&'


@pytest.mark.parametrize(
    "value",
    [
        "{full_name}",
        "{{ settings.SECRET_KEY }}",
        f"{OPEN}full_name{CLOSE}",
        "%s %(x)s {0} \\1 \\g<0>",
    ],
)
def test_a_value_is_never_read_again(value: str) -> None:
    assert (
        Splice.parse(open_fields("{given_name}")).fill(
            {"given_name": value, "full_name": "no"}, escape=False
        )
        == value
    )


@pytest.mark.parametrize(
    "value",
    [
        "Ada\r\nBcc: all@example.org",
        "Ada\nhttps://evil.example",
        "Ada\x00",
        "Ada\u2028x",
        "Ada\x85x",
    ],
)
def test_a_name_adds_no_line_and_no_header(value: str) -> None:
    filled = Splice.parse(open_fields("{given_name}")).fill({"given_name": value}, escape=False)
    assert len(filled.splitlines()) == 1
    assert "\x00" not in filled


@pytest.mark.parametrize(
    "name", ["عائشة", "Þórdís", "李娜", "สมชาย", "O’Brien", "अनीता", "נועה", "Zoë\u200d"]
)
def test_names_of_every_script_pass_unchanged(name: str) -> None:
    splice = Splice.parse(open_fields("{given_name|" + name + "}"))
    assert splice.fill({"given_name": name}, escape=True) == name
    assert splice.fill({}, escape=True) == name


def test_what_was_rendered_with_a_custom_field_is_filled_whether_or_not_it_is_still_there() -> None:
    splice = Splice.parse(f"In {OPEN}custom_seat|no%20seat{CLOSE}.")
    assert splice.fields == {"custom_seat"}
    assert splice.fill({"custom_seat": "<4>"}, escape=True) == "In &lt;4&gt;."
    assert splice.fill({}, escape=True) == "In no seat."


def test_a_field_that_is_gone_gives_way_only_where_that_is_said() -> None:
    with lost_fields_left_out():
        opened = open_fields("{seat|none}, {given_name|you}")
    assert Splice.parse(opened).fill({"given_name": "Ada"}, escape=False) == "none, Ada"
    with pytest.raises(UnknownMergeField):
        open_fields("{seat|none}")


def test_the_sentinel_form_of_another_version_is_refused() -> None:
    with pytest.raises(UnknownMergeField):
        Splice.parse(f"{OPEN}shoe_size{CLOSE}")


@given(ANY_TEXT)
def test_text_without_fields_comes_back_as_it_was(text: str) -> None:
    assert Splice.parse(text).fill({}, escape=True) == text


@given(
    before=PLAIN_TEXT,
    after=PLAIN_TEXT,
    name=st.sampled_from(sorted(MERGE_FIELDS)),
    fallback=FALLBACKS,
)
def test_opening_and_filling_is_a_round_trip(
    before: str, after: str, name: str, fallback: str
) -> None:
    splice = Splice.parse(open_fields(f"{before}{{{name}|{fallback}}}{after}"))
    expected = " ".join(fallback.split())
    assert splice.fields == {name}
    assert splice.fill({}, escape=False) == f"{before}{expected}{after}"
    assert splice.fill({name: "Ada"}, escape=False) == f"{before}Ada{after}"
    assert unescape(splice.fill({}, escape=True)) == unescape(f"{before}{escape(expected)}{after}")


@given(FALLBACKS)
def test_the_sentinel_form_holds_nothing_that_markup_or_wrapping_minds(fallback: str) -> None:
    opened = open_fields("{given_name|" + fallback + "}")
    assert set(opened) <= set(string.ascii_letters + string.digits + "_|%.~-" + OPEN + CLOSE)


def test_the_length_of_a_line_counts_what_will_be_read() -> None:
    assert length_when_filled(open_fields("Dear {given_name|" + "ж" * 50 + "}")) == 17


def test_fields_that_would_leave_a_gap_are_found() -> None:
    assert fields_without_fallback("{given_name} {full_name|you} {event_time| } {nobody}") == {
        "given_name",
        "event_time",
        "nobody",
    }
