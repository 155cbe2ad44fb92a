import pytest

from campaigns.review.checks.structure import check_headings, check_pictures
from campaigns.review.finding import Severity
from tests.campaigns.review.checks.checked import text, written

TITLE = {"type": "heading", "text": "Forum"}


def picture(alt: str) -> dict[str, str]:
    return {"type": "image", "url": "https://un.org/i.png", "alt": alt}


def test_headings_in_order_are_fine() -> None:
    blocks = [TITLE, text("<h2>Day 1</h2><h3>Morning</h3><h3>Noon</h3>"), TITLE, text("<h3>x</h3>")]

    assert list(check_headings(written(*blocks))) == []


@pytest.mark.parametrize(
    ("blocks", "part"),
    [
        ([TITLE, text("<h3>Morning</h3>")], "“Morning” is two levels below"),
        ([text("<h3>Morning</h3>")], "first heading, “Morning”"),
        ([TITLE, text("<h2> </h2><p>x</p>")], "no text"),
        ([text(f"<p>{'word ' * 260}</p>")], "without headings"),
    ],
)
def test_headings_out_of_order_are_told(blocks: list[dict[str, str]], part: str) -> None:
    [finding] = check_headings(written(*blocks))

    assert part in finding.message


@pytest.mark.parametrize(
    "alt", ["IMG_2041.jpg", "IMG_2041", "photo", "Image", "صورة", "my logo.png"]
)
def test_a_description_that_describes_nothing_is_a_warning(alt: str) -> None:
    found = list(check_pictures(written(text(f"<p>{'word ' * 60}</p>"), picture(alt))))

    assert [(each.severity, each.path) for each in found] == [(Severity.WARNING, "c.blocks[1].alt")]


def test_a_described_picture_beside_text_is_fine() -> None:
    blocks = [text(f"<p>{'word ' * 60}</p>"), picture("Delegates in the great hall, 2027")]

    assert list(check_pictures(written(*blocks))) == []


def test_pictures_without_text_are_told() -> None:
    alone = written(TITLE, picture("Our invitation with all details of the meeting and its place"))
    [finding] = check_pictures(alone)
    assert finding.severity == Severity.WARNING

    little = written(text(f"<p>{'word ' * 25}</p>"), picture("A hall"), picture("A garden"))
    [finding] = check_pictures(little)
    assert finding.severity == Severity.ADVICE
    assert "2 pictures and only 25 words" in finding.message


def test_a_long_description_is_advice() -> None:
    [finding] = check_pictures(written(text(f"<p>{'word ' * 60}</p>"), picture("a b " * 40)))

    assert finding.severity == Severity.ADVICE


def test_what_is_said_of_the_event_counts_as_words() -> None:
    card = {"id": "zz", "type": "event_card"}
    [finding] = check_pictures(written(text("<p>We meet.</p>"), picture("Two people talk"), card))
    assert finding.severity == "advice"
    speakers = {"id": "yy", "type": "speakers"}
    assert list(check_pictures(written(card, picture("Two people talk"), speakers))) == []
