"""A device in words, from what its browser says of itself.

Browsers that are built on another one name that one, too, and then themselves. So one that has a
name which isn't known here is not called by the name of what it is built on: its owner would take
their own device for a stranger's.
"""

import re

BROWSERS = {
    "Edg": "Edge",
    "EdgA": "Edge",
    "EdgiOS": "Edge",
    "Edge": "Edge",
    "OPR": "Opera",
    "OPX": "Opera",
    "OPT": "Opera",
    "OPiOS": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Vivaldi": "Vivaldi",
    "DuckDuckGo": "DuckDuckGo",
    "Ddg": "DuckDuckGo",
    "YaBrowser": "Yandex Browser",
    "Brave": "Brave",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
}
"""Product in a User-Agent (RFC 9110 section 10.1.5) → name."""
BUILT_ON = {"Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
"""The same of those that others are built on, where no other is named. Chrome names Safari."""
NO_NAMES = frozenset({"Mozilla", "AppleWebKit", "Gecko", "Version", "Mobile", *BUILT_ON})
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
"""Part of a User-Agent → name, the first that is in it."""
LONGEST = 1_000
"""Characters that are looked at."""
_COMMENT = re.compile(r"\([^()]*\)")


def device_words(user_agent: str) -> str:
    """Return such as "Firefox on Windows"; nothing of what was sent stands in it."""
    told = user_agent[:LONGEST]
    browser = _browser(told)
    system = next((name for part, name in SYSTEMS if part in told), "")
    if system:
        return f"{browser or 'Unknown browser'} on {system}"
    return browser or "A device of an unknown kind"


def _browser(told: str) -> str:
    """Return the browser's name; empty where it has one that isn't known here, or none."""
    outside = _COMMENT.sub(" ", _COMMENT.sub(" ", told))  # twice, as one may stand in another
    products = {each.partition("/")[0] for each in outside.split()}
    for known in (BROWSERS, {} if products - NO_NAMES else BUILT_ON):
        for product, name in known.items():
            if product in products:
                return name
    return ""
