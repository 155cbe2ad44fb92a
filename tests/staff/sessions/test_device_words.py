"""A device is named in words that its owner knows it by."""

import pytest

from staff.sessions.device_words import device_words

ON_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{WINDOWS} {ON_CHROME}", "Chrome on Windows"),
        (f"{WINDOWS} {ON_CHROME} Edg/140.0", "Edge on Windows"),
        (f"{WINDOWS} {ON_CHROME} OPR/120.0", "Opera on Windows"),
        (f"{WINDOWS} {ON_CHROME} Vivaldi/7.5", "Vivaldi on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
         "Firefox on Windows"),
        (f"{IPHONE} (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
         "Safari on iPhone"),
        (f"{IPHONE} (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
         "Chrome on iPhone"),
        (f"Mozilla/5.0 (Linux; Android 10; K) {ON_CHROME}", "Chrome on Android"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {ON_CHROME}", "Chrome on ChromeOS"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {ON_CHROME}", "Chrome on Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
         "Firefox on Linux"),
    ],
)  # fmt: skip
def test_a_device_is_named_by_browser_and_system(agent: str, words: str) -> None:
    assert device_words(agent) == words


@pytest.mark.parametrize(
    "agent",
    [
        f"{WINDOWS} {ON_CHROME} Whale/4.33",
        f"{WINDOWS} AppleWebKit/537.36 (KHTML, like Gecko) Iron Chrome/140.0 Safari/537.36",
        f"{WINDOWS} Gecko/20100101 Firefox/140.0 PaleMoon/33.0",
    ],
)
def test_a_browser_is_not_called_by_the_name_of_what_it_is_built_on(agent: str) -> None:
    assert device_words(agent) == "Unknown browser on Windows"


@pytest.mark.parametrize(
    "agent", ["curl/8", "", "<script>" * 900, "(" * 5000, "(()" * 5000, "\x00", "é"]
)
def test_what_no_browser_says_of_itself_is_of_an_unknown_kind(agent: str) -> None:
    assert device_words(agent) == "A device of an unknown kind"
