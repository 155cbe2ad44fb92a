import pytest

from campaigns.review.checks.links import check_links
from campaigns.review.finding import Severity
from tests.campaigns.review.checks.checked import text, written


def found(url: str, words: str = "Programme of the meeting", *, is_example: bool = False) -> str:
    block = text(f'<p>See the <a href="{url}">{words}</a>.</p>')
    findings = check_links(written(block), own_host="lists.un.org", is_example=is_example)
    return "\n".join(f"{each.severity} {each.path} {each.message}" for each in findings)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.un.org/en/programme?day=2#top",
        "https://bücher.de/",
        "https://xn--bcher-kva.de/",
        "https://рада.укр/",
        "https://www.parlament.gov.ro:8443/x",
        "https://lists.un.org/events/forum/",
        "https://web.archive.org/web/2020/https://www.un.org/",
        "https://www.gov.uk/a?next=https%3A%2F%2Fwww.un.org",
        "https://en.wikipedia.org/wiki/Forum_(Roman)x",
        "https://duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion/tip",
        "mailto:ada@un.org?subject=Forum",
        "mailto:ada@un.org,ben@un.org",
        "mailto:?subject=Forum",
        "tel:+40-21-555-01-00",
        "{rsvp_url}",
    ],
)
def test_a_link_that_can_work_is_fine(url: str) -> None:
    assert found(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://0.0.0.0/x",
        "https://studio.localhost/x",
        "https://lists.un.org/staff/campaigns/3/",
        "mailto:ada.un.org",
    ],
)
def test_a_link_that_nobody_outside_can_follow_is_a_blocker(url: str) -> None:
    assert found(url).startswith(f"{Severity.BLOCKER} c.blocks[0].html")


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("https://www.un.orgg/", "“.orgg”"),
        ("https://www.example.org/x", "kept for examples"),
        ("https://8.8.8.8/", "a number instead of a name"),
        ("https://www.un.org/https://www.un.org/", "begins twice"),
        ("https://10.0.0.7/x", "inside of one network"),
        ("https://192.168.1.1:8000/", "inside of one network"),
        ("https://169.254.169.254/latest", "inside of one network"),
        ("https://[fd00::1]/", "inside of one network"),
        ("https://intranet/minutes", "inside of one network"),
        ("https://files.local/x", "inside of one network"),
        ("https://wiki.corp/x", "inside of one network"),
        ("https://printer.lan/", "inside of one network"),
        ("https://server.internal/", "inside of one network"),
        ("https://https//www.un.org", "inside of one network"),
        ("https://site.test/", "no website"),
        ("https://שלוםa.com/", "may not be the name"),
        ("tel:ask-for-ada", "not a telephone number"),
    ],
)
def test_a_link_that_looks_wrong_is_a_warning(url: str, part: str) -> None:
    assert found(url).startswith(Severity.WARNING)
    assert part in found(url)


def test_examples_are_no_mistake_where_everything_is_one() -> None:
    assert found("https://www.example.org/x", is_example=True) == ""


def test_the_end_of_a_sentence_in_an_address_is_told() -> None:
    assert "ends in “.”" in found("https://www.un.org/page.")


@pytest.mark.parametrize(
    "words",
    [
        "click here", "Here", "here.", "Read more »", "this link", "cliquez ici", "En savoir plus",
        "haga clic aquí", "Más información", "click aici", "Citiți mai mult", "тут", "Детальніше…",
        "اضغط هنا", "للمزيد", "<b>here</b>",
    ],
)  # fmt: skip
def test_words_that_say_nothing_are_a_warning(words: str) -> None:
    assert "doesn’t say where it leads" in found("https://www.un.org/", words)


@pytest.mark.parametrize("words", ["Here is the programme", "More about Moldova", "Тут програма"])
def test_words_that_say_something_are_fine(words: str) -> None:
    assert found("https://www.un.org/", words) == ""


def test_a_link_without_words_is_a_warning() -> None:
    assert "has no words" in found("https://www.un.org/", " ")


def test_a_bare_address_is_advice_where_it_is_long() -> None:
    long = "https://www.un.org/en/some/long/path?with=parameters"

    assert found("https://www.un.org/", "https://www.un.org/") == ""
    assert found(long, long).startswith(Severity.ADVICE)


def test_a_link_that_says_another_site_than_it_leads_to_is_a_warning() -> None:
    assert "says www.un.org but leads to un.org.evil.ru" in found(
        "https://un.org.evil.ru/", "www.un.org"
    )
    assert found("https://www.un.org/x", "un.org") == ""


def test_the_same_words_for_different_places_are_advice() -> None:
    block = text(
        '<p><a href="https://un.org/1">Register</a> <a href="https://un.org/2">Register</a></p>'
    )
    again = text('<p><a href="https://un.org/1">Register</a></p>')
    check = {"own_host": "lists.un.org", "is_example": False}

    [finding] = check_links(written(block, again), own_host="", is_example=False)
    assert (finding.severity, finding.path) == (Severity.ADVICE, "c.blocks[0].html")
    assert list(check_links(written(again, again), **check)) == []  # type: ignore[arg-type]
