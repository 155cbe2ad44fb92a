"""The page of public addresses, from the URL configuration and the views' first lines."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from scripts.reference.markdown import code, heading, page, table

_INTRODUCTION = """\
The addresses that need no sign-in, as visitors, providers and programs call them; [the
contract](../architecture.md#the-contract) says which are kept for good. Reading never changes
anything: what acts is a POST. All but files, webhooks and health checks also answer with a language
in front ([languages](../languages.md))."""

_PROGRAMS = (
    ("Sign-up from another website", "[a plain form or a frame](../embedding.md) to `/subscribe/`"),
    ("Events in a calendar program", "`/events/calendar.ics`, or `.ics` of one event"),
    ("Past emails in a feed reader", "`/archive/feed/`"),
    ("Reports of email providers", "[webhooks](../configuration.md#webhooks)"),
    ("Alerts, as JSON", "[`ALERT_URL`](../configuration.md#alerts), which Convene calls"),
    ("Health and metrics", "`/livez`, `/readyz`, [`/metrics`](../operations.md#metrics)"),
    (
        "Campaigns from a program",
        "[`create_campaign`](commands.md#create_campaign), "
        "[`launch_campaign`](commands.md#launch_campaign), "
        "[`campaign_status --json`](commands.md#campaign_status)",
    ),
    (
        "Subscribers in and out",
        "[`import_subscribers --json`](commands.md#import_subscribers), "
        "[`export_subscribers`](commands.md#export_subscribers)",
    ),
)
_STAFF = ("staff/", "inbox/")
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


def addresses() -> str:
    """Return the page."""
    return page("Addresses, for visitors and programs", _INTRODUCTION, _parts())


def _parts() -> Iterator[str]:
    yield heading(2, "For programs")
    yield (
        "There is no HTTP API for staff's work yet; its address, `/api/v1/`, is kept free. What "
        "programs can use today:"
    )
    yield table(["For", "Use"], _PROGRAMS)
    yield heading(2, "Public addresses")
    rows = sorted(
        {
            (f"/{_ARGUMENT.sub(r'<\1>', path)}", _first_line(view))
            for path, view in _patterns(get_resolver())
            if not path.startswith(_STAFF) and not path.startswith("static/")
        }
    )
    yield table(
        ["Address", "What it does"],
        ([code(path), meaning] for path, meaning in rows if not _is_short(path, rows)),
    )


def _is_short(path: str, rows: list[tuple[str, str]]) -> bool:
    """Return whether the same address stands there with a slash at its end, too."""
    return (f"{path}/", dict(rows)[path]) in rows


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.callback


def _first_line(view: Callable[..., Any]) -> str:
    return (inspect.getdoc(view) or "").partition("\n")[0]
