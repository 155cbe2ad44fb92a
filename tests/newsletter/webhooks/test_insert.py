"""Inserting events: every column comes out as it went in."""

from datetime import UTC, datetime, timedelta

from newsletter.models import ProviderEvent
from newsletter.states import BounceClass, ProviderEventKind
from newsletter.webhooks.insert import insert_new

WHEN = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)
ODD = """ "quoted" 'single' \\ back\\\\slash, {brace} [bracket] NULL %s \t tab \n line é € 😀 """


def an_event(fingerprint: str, **columns: object) -> ProviderEvent:
    given: dict[str, object] = {
        "raw": b"{}",
        "detail": "",
        "provider_message_id": "",
        "received_at": WHEN,
        **columns,
    }
    return ProviderEvent(provider="mailgun", fingerprint=fingerprint, **given)


def stored(fingerprint: str) -> dict[str, object]:
    columns: dict[str, object] = {**ProviderEvent.objects.values().get(fingerprint=fingerprint)}
    raw = columns["raw"]
    assert isinstance(raw, bytes | memoryview)
    return {**columns, "raw": bytes(raw)}


def test_every_column_comes_out_as_it_went_in(db: None) -> None:
    columns: dict[str, object] = {
        "kind": ProviderEventKind.BOUNCED,
        "bounce_class": BounceClass.HARD,
        "delivery_ref": "r" * 40,
        "digest": "d" * 64,
        "happened_at": WHEN - timedelta(days=1, microseconds=1),
        "interpreted_at": WHEN,
        "problem": ODD,
        "provider_message_id": ODD,
        "delivery_id": 2**48 - 1,
        "message_id": 7,
        "detail": ODD,
        "raw": bytes(range(256)) + ODD.encode(),
        "headers": {"svix-id": ODD, "numbers": [1, 2.5, None, True]},
    }

    insert_new([an_event("full", **columns), an_event("empty")])

    full = stored("full")
    assert {name: full[name] for name in columns} == columns
    nothing = stored("empty")
    assert [
        nothing[name] for name in ("interpreted_at", "happened_at", "delivery_id", "message_id")
    ] == [None] * 4
    assert (nothing["headers"], nothing["detail"], nothing["kind"]) == ({}, "", "")


def test_what_is_known_stays_as_it_is(db: None) -> None:
    insert_new([an_event("known", detail="first")])

    insert_new([an_event("known", detail="second"), an_event("new")])

    assert stored("known")["detail"] == "first"
    assert ProviderEvent.objects.count() == 2
