"""An email that differs in its links alone is rendered once, and is what it would have been."""

import pytest

from newsletter.models import Brand
from newsletter.rendering import rendered_once as module
from newsletter.rendering.notices import NOTICES, OF_AN_EVENT, render_notice
from newsletter.rendering.rendered import Rendered
from newsletter.rendering.rendered_once import rendered_once
from tests.samples import BRAND
from tests.samples import NOTICES as SAMPLES

OURS = BRAND.values()
OF_NOBODY = ("follows", "topic")
"""A word of ours and the name of a topic, which stand in other emails, too."""
OF_AN_EVENT_ALONE = {
    "title", "when", "utc", "moved", "where", "address", "answer", "attends", "seat", "dial_in",
    "is_cancelled", "is_changed",
}  # fmt: skip
"""The facts of an event, and the answers and places that there are."""


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    module._kept.clear()


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_an_email_from_what_was_kept_is_the_one_that_would_be_rendered(
    name: str, brand: Brand
) -> None:
    other = {
        key: text.replace("a", "b") if key.endswith("_url") else text
        for key, text in SAMPLES[name].items()
    }
    expected = render_notice(name, other, brand=brand)
    module._kept.clear()

    render_notice(name, SAMPLES[name], brand=brand)

    assert render_notice(name, other, brand=brand) == expected


def test_nothing_of_a_person_is_kept(brand: Brand) -> None:
    of_people = {name: texts for name, texts in SAMPLES.items() if name not in OF_AN_EVENT}
    for name, texts in of_people.items():
        render_notice(name, texts, brand=brand)
    kept = str(module._kept)

    for texts in of_people.values():
        for key, text in texts.items():
            if isinstance(text, str) and text and text not in OURS and key not in OF_NOBODY:
                assert text not in kept, key


def test_emails_of_an_event_have_no_text_of_a_person() -> None:
    for name in OF_AN_EVENT:
        texts = {key for key in NOTICES[name] if not key.endswith("_url")}
        assert texts <= OF_AN_EVENT_ALONE, name


def test_no_link_of_an_email_of_an_event_is_kept(brand: Brand) -> None:
    for name in OF_AN_EVENT:
        render_notice(name, SAMPLES[name], brand=brand)
        kept = str(module._kept)
        for key, text in SAMPLES[name].items():
            assert not key.endswith("_url") or text not in kept, key


def test_another_answer_place_or_time_is_another_email(brand: Brand) -> None:
    texts = SAMPLES["rsvp_confirmation"]
    for key in ("answer", "attends", "seat", "when", "title"):
        html = render_notice(
            "rsvp_confirmation", {**texts, key: f"Another {key}"}, brand=brand
        ).html
        assert f"Another {key}" in html


def test_another_topic_brand_or_language_is_another_email(brand: Brand) -> None:
    texts = SAMPLES["confirmation"]
    first = render_notice("confirmation", texts, brand=brand)

    assert (
        "Another"
        in render_notice("confirmation", {**texts, "topics": ["Another"]}, brand=brand).html
    )
    brand.postal_address = "1 New Street"
    assert "1 New Street" in render_notice("confirmation", texts, brand=brand).html
    assert render_notice("confirmation", {**texts, "never_again_url": ""}, brand=brand) != first


def test_a_link_is_put_in_as_it_must_stand(brand: Brand) -> None:
    def render(links: object) -> Rendered:
        assert isinstance(links, dict)
        return Rendered(subject="s", html=f'<a href="{links["a"]}">', text=links["a"])

    for link in ("https://x.example/?a=1&b=2", "http://y.example/2222222222"):
        email = rendered_once(render, links={"a": link}, key="k")
        assert email.html == f'<a href="{link.replace("&", "&amp;")}">'
        assert email.text == link


def test_there_is_room_for_few(brand: Brand) -> None:
    for number in range(1000):
        rendered_once(lambda links: Rendered("s", "h", "t"), links={}, key=number)

    assert len(module._kept) <= module._ROOM
