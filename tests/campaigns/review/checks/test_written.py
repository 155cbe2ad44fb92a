from campaigns.review.checks.written import Heading, Passage, Picture, WrittenLink
from tests.campaigns.review.checks.checked import text, written


def test_all_that_is_read_has_the_path_of_its_field() -> None:
    found = written(
        {"type": "heading", "text": "A title"},
        text('<h3>Why &amp; how</h3><p>We\n meet <a href="https://un.org/x">at the <b>UN</b></a>.'),
        {"type": "button", "label": "Programme", "url": "https://un.org/p"},
        {"type": "image", "url": "https://un.org/i.png", "alt": "A full hall"},
        {"type": "heading", "text": "Below"},
        subject="Meeting",
    )

    assert found.passages[:3] == [
        Passage("c.subject", "Meeting"),
        Passage("c.blocks[0].text", "A title"),
        Passage("c.blocks[1].html", "Why & how\n\nWe meet at the UN.", is_prose=True),
    ]
    assert found.headings == [
        Heading("c.blocks[0].text", 1, "A title"),
        Heading("c.blocks[1].html", 3, "Why & how"),
        Heading("c.blocks[4].text", 2, "Below"),
    ]
    assert found.links == [
        WrittenLink("c.blocks[1].html", "https://un.org/x", "at the UN"),
        WrittenLink("c.blocks[2].label", "https://un.org/p", "Programme"),
    ]
    assert found.pictures == [Picture("c.blocks[3].alt", "https://un.org/i.png", "A full hall")]


def test_what_is_unfinished_or_in_another_shape_is_left_out() -> None:
    found = written(
        {"type": "unheard-of", "text": "x"},
        {"type": "heading", "text": ["x"]},
        {"type": "image", "url": "", "alt": ""},
        {},
        text("<p>An <a>open <b>end"),
    )

    assert [passage.text for passage in found.passages] == ["An open end"]
    assert (found.links, found.pictures, found.headings) == ([], [], [])
