"""The receipt of a person's consent, by the link that opens their preferences."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsletter.brand.current import current_brand
from newsletter.core.addresses import masked_address
from newsletter.core.languages import own_name
from newsletter.core.requests.neutral_request import is_neutral
from newsletter.core.tokens import Purpose
from newsletter.public_pages.page_for_one import page_for_one, part_for_one
from newsletter.templatetags.dates import date_and_time
from subscribers.consent.offered_topics import all_topics
from subscribers.evidence.in_words import HOW, WHAT
from subscribers.evidence.statement import records_of_person, stated
from subscribers.models import ConsentRecord, Subscriber
from subscribers.states import ConsentAction, ConsentMethod
from subscribers.views.neutral_button import behind_neutral_button
from subscribers.views.owner_link import owner_of, refuse
from subscribers.views.public_page import as_of_one_moment


class RecordShape(NamedTuple):
    """The things that a record says, or leaves out."""

    has_date: bool
    has_wording: bool
    has_answers: bool
    has_language: bool
    has_network: bool
    has_seal: bool


@behind_neutral_button
@require_safe
@never_cache
@as_of_one_moment
def receipt_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the receipt, ready to be printed."""
    subscriber = owner_of(request, token, Purpose.MANAGE)
    if subscriber is None:
        return refuse(request, token, Purpose.MANAGE)
    topics = {topic.slug: topic.local_name for topic in all_topics()}
    records = mark_safe("".join(_record(entry, topics) for entry in _entries(subscriber)))  # noqa: S308 - of escaped values
    now = timezone.now()
    values = {
        "address": masked_address(subscriber.email),
        "code": subscriber.digest,
        "records": records,
        "made_at": now.isoformat(),
        "made_on": date_and_time(now),
        "token": token,
    }
    return page_for_one(
        request,
        "subscribers/receipt.html",
        values,
        shape=bool(records),
        context=lambda: {"has_records": bool(records)},
    )


@behind_neutral_button
@require_safe
@never_cache
def receipt_file(request: HttpRequest, token: str) -> HttpResponse:
    """Give the receipt as a file that a program can read.

    Its words of consent name us. So at the neutral domain it comes after a press alone, and its
    name says less: lists of downloads are open to whoever uses the device.
    """
    subscriber = owner_of(request, token, Purpose.MANAGE)
    if subscriber is None:
        return refuse(request, token, Purpose.MANAGE)
    receipt = {
        "receipt": "Consent to get email",
        "from": current_brand().name,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "address": masked_address(subscriber.email),
        "address_code": subscriber.digest,
        "records": _entries(subscriber),
    }
    answer = HttpResponse(
        json.dumps(receipt, ensure_ascii=False, indent=2),
        content_type="application/json; charset=utf-8",
    )
    name = "receipt.json" if is_neutral(request) else "consent-receipt.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _entries(subscriber: Subscriber) -> list[dict[str, Any]]:
    records = records_of_person(ConsentRecord.objects.all(), digest=subscriber.digest)
    return list(stated(records, to_person=True))


def _record(entry: dict[str, Any], topics: Mapping[str, str]) -> SafeString:
    """Return one record in the words of the page."""
    wording = entry["wording"] or {}
    language = wording.get("language") or ""
    when = entry["given_at"] or entry["recorded_at"]
    action, method = ConsentAction(entry["action"]), ConsentMethod(entry["method"])
    shape = RecordShape(
        has_date=bool(entry["given_at"]),
        has_wording=bool(wording),
        has_answers=bool(entry["answers"]),
        has_language=bool(language),
        has_network=bool(entry["network"]),
        has_seal=bool(entry["seal"]),
    )
    values = {
        "record": str(entry["record"]),
        "what": str(WHAT.get(action, action.label)),
        "about": topics.get(entry["topic"]["url_name"], entry["topic"]["name"]),
        "given_at": when,
        "given_on": date_and_time(datetime.fromisoformat(when)),
        "how": str(HOW.get(method, method.label)),
        "words": linebreaksbr(wording.get("text", "")),
        "answers": linebreaksbr(entry["answers"] or ""),
        "version": str(wording.get("version", "")),
        "tag": language,
        "language": own_name(language) if language else "",
        "sha256": wording.get("sha256", ""),
        "network": entry["network"] or "",
        "seal": str(entry["seal"]),
        "signature": entry["signature"],
    }
    return part_for_one("subscribers/_receipt_record.html", values, shape=shape)
