"""Links: what may stand in a mail, and every trick that may not."""

import pytest

from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.hrefs import MAXIMUM_URL, check_image, check_link, check_ours

BAD_ANYWHERE = [
    "",
    "   ",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "vbscript:x",
    "data:text/html;base64,PHNjcmlwdD4=",
    "file:///etc/passwd",
    "blob:https://example.org/x",
    "//evil.example/x",
    "/relative",
    "www.example.org",
    "https:",
    "https://",
    "https:///path",
    "https:example.org",
    "https://parliament.example@evil.example/",
    "https://[::1",
    "https://example.org:99999/",
    'https://example.org/"onmouseover="x',
    "https://example.org/<script>",
    "https://example.org/a b",
    "https://example.org/\u202egnp.exe",
    "https://example.org/\ue000archive_url\ue001",
    "https://example.org/\ud800",
    "https://example.org/" + "x" * MAXIMUM_URL,
]


@pytest.mark.parametrize("check", [check_link, check_image, check_ours])
@pytest.mark.parametrize("url", BAD_ANYWHERE)
def test_what_could_harm_or_lead_nowhere_is_refused_with_its_path(url: str, check: object) -> None:
    assert callable(check)
    with pytest.raises(BlockError) as caught:
        check(url, path="blocks[2].url")
    assert caught.value.path == "blocks[2].url"
    assert len(str(caught.value)) < 250
    str(caught.value).encode()


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "HTTPS://EXAMPLE.org/A?b=1&c=2#d",
        "https://пример.рф/путь",
        "https://[2001:db8::1]/",
        "mailto:office@example.org?subject=Hello%20there",
        "tel:+442071234567",
        "{unsubscribe_url}",
        "{preferences_url}",
        "{archive_url}",
    ],
)
def test_good_links_stay_as_they_are(url: str) -> None:
    assert check_link(f" {url} ", path="url") == url


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "{given_name}",
        "https://example.org/?n={given_name}",
        "{{ url }}",
        "mailto:",
        "ftp://example.org",
    ],
)
def test_links_of_other_schemes_or_with_fields_inside_are_refused(url: str) -> None:
    with pytest.raises(BlockError):
        check_link(url, path="url")


def test_an_error_shows_the_link_without_what_could_disturb_the_page() -> None:
    with pytest.raises(BlockError, match="“www.example.org” must start with https://"):
        check_link("www.example.org", path="url")
    with pytest.raises(BlockError, match=r"“https://a\.example/\\u202eb” contains"):
        check_link("https://a.example/\u202eb", path="url")


@pytest.mark.parametrize(
    "url", ["http://example.org/a.png", "mailto:a@example.org", "{archive_url}", "cid:picture"]
)
def test_an_image_is_https_alone(url: str) -> None:
    with pytest.raises(BlockError):
        check_image(url, path="url")


def test_our_own_pages_may_be_http_on_a_developers_machine() -> None:
    assert (
        check_ours("http://localhost:8000/confirm/x/", path="url")
        == "http://localhost:8000/confirm/x/"
    )
    with pytest.raises(BlockError):
        check_ours("mailto:a@example.org", path="url")
