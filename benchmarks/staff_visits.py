"""The staff pages that are measured, by the role that opens them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

EXPORT = "/staff/newsletter/auditentry/export/"
PEOPLE = "/staff/subscribers/subscriber/"
EVENT = "/staff/campaigns/event/{event}/"
ANSWERS = f"{EVENT}answers/"
SEND = "/staff/campaigns/campaign/{approved}/launch/"
TIMES = f"{SEND}times/"
RECIPIENTS = "/staff/campaigns/campaign/{campaign}/report/recipients/"


@dataclass(frozen=True, slots=True)
class Visit:
    """A page that somebody opens."""

    role: str
    page: str
    path: str
    data: dict[str, str] | None = None
    """Of a form that is posted; None for a page that is read."""

    @property
    def is_file(self) -> bool:
        return self.data is not None


def visits(names: dict[str, Any]) -> Iterator[Visit]:
    """Yield the pages of each role, with the rows that they are about.

    Args:
        names: ids and addresses that paths name.
    """
    for role, path in [
        *((role, "/staff/") for role in _SEE_DASHBOARDS),
        *(("granted", path) for path in _OVER_TIME),
        *(("list manager", path) for path in _OF_PEOPLE),
        *(("granted", path) for path in _OF_PEOPLE[:6]),
        *(("list manager", path) for path in _OF_MAIL),
        *(("auditor", path) for path in _OF_LOG),
        *(("administrator", path) for path in _OF_OFFICE),
        *(("author", path) for path in _OF_CAMPAIGNS),
        *(("publisher", path) for path in _OF_LAUNCH),
        *(("list manager", path) for path in _OF_ANSWERS),
        *((role, path) for role in ("granted", "auditor") for path in _OF_ANSWERS[:4]),
        *(("author", path) for path in (f"{EVENT}overview/", f"{ANSWERS}numbers/")),
    ]:
        yield Visit(role, path, path.format(**names))
    yield Visit("publisher", "timetable by local hours", TIMES.format(**names), {
        "when": "local", "local_time": "09:00", "skips_weekends": "on", "late": "next_day",
        "local_date": str((datetime.now(UTC) + timedelta(days=2)).date()),
    })  # fmt: skip
    yield Visit("list manager", "answers as CSV", f"{ANSWERS}export/".format(**names), {})
    yield Visit("auditor", "audit log as CSV", EXPORT, {})
    yield Visit("administrator", "consent of a topic as JSON", "/staff/consent/", {
        "about": "topic", "topic": str(names["topic"]), "since": "2026-01-01",
        "until": "2026-12-31", "topic_format": "json",
    })  # fmt: skip


_SEE_DASHBOARDS = ("list manager", "auditor", "administrator", "granted", "author", "publisher")
_OF_PEOPLE = [
    PEOPLE,
    f"{PEOPLE}?p=2",
    f"{PEOPLE}?q={{address}}",
    f"{PEOPLE}?q=person.77",
    f"{PEOPLE}?q=Lovelace",
    f"{PEOPLE}?q=ada+lovelace",
    f"{PEOPLE}?q=nobody+of+that+name",
    f"{PEOPLE}?q=%D8%A2%D8%AF%D8%A7",
    f"{PEOPLE}?status=pending",
    f"{PEOPLE}?status=confirmed",
    f"{PEOPLE}?status=awaiting_review",
    f"{PEOPLE}?topic=members",
    f"{PEOPLE}?topic=members&status=declined",
    f"{PEOPLE}?topic=quarterly-meetings&status=pending",
    f"{PEOPLE}?country=NZ",
    f"{PEOPLE}?country=AQ",
    f"{PEOPLE}?o=1",
    f"{PEOPLE}?o=-1",
    f"{PEOPLE}?after={{person}}",
    f"{PEOPLE}?o=1&after={{person}}",
    f"{PEOPLE}?before={{person}}",
    f"{PEOPLE}?after=51",
    f"{PEOPLE}{{person}}/change/",
    f"{PEOPLE}{{person}}/history/",
    f"{PEOPLE}{{hidden}}/change/",
    "/staff/subscribers/suppression/",
    "/staff/subscribers/suppression/?q={address}",
    "/staff/subscribers/suppression/?standing=yes",
    "/staff/subscribers/suppression/?reason=staff",
    "/staff/subscribers/suppression/?after={suppression}",
    "/staff/subscribers/suppression/?after=51",
    "/staff/subscribers/suppression/{suppression}/change/",
    "/staff/subscribers/application/",
    "/staff/subscribers/application/?q=Lovelace",
    "/staff/subscribers/application/?q=Parliament+of+body7.example",
    "/staff/subscribers/application/?q=nobody+of+that+name",
    "/staff/subscribers/application/?status=declined",
    "/staff/subscribers/application/?status=withdrawn",
    "/staff/subscribers/application/?topic=members",
    "/staff/subscribers/application/?assigned=me",
    "/staff/subscribers/application/?after={application}",
    "/staff/subscribers/application/?before={application}",
    "/staff/subscribers/application/{application}/change/",
    "/staff/subscribers/topic/",
    "/staff/subscribers/topic/{topic}/change/",
    "/staff/subscribers/topic/{topic}/invite/",
    "/staff/subscribers/importbatch/",
    "/staff/subscribers/importbatch/?q=list-7",
    "/staff/subscribers/importbatch/{import_batch}/change/",
    "/staff/subscribers/importbatch/{import_batch}/undo/",
]
_OF_MAIL = [
    "/staff/newsletter/transactionalmessage/",
    "/staff/newsletter/transactionalmessage/?q={address}",
    "/staff/newsletter/transactionalmessage/?status=failed",
    "/staff/newsletter/transactionalmessage/?status=uncertain",
    "/staff/newsletter/transactionalmessage/?kind=proof",
    "/staff/newsletter/transactionalmessage/?after=51",
    "/staff/newsletter/transactionalmessage/{message}/change/",
    "/staff/campaigns/delivery/",
    "/staff/campaigns/delivery/?q={address}",
    "/staff/campaigns/delivery/?status=uncertain",
    "/staff/campaigns/delivery/?status=failed",
    "/staff/campaigns/delivery/?after=51",
    "/staff/campaigns/delivery/{delivery}/change/",
    "/staff/newsletter/providerevent/",
    "/staff/newsletter/providerevent/?q={address}",
    "/staff/newsletter/providerevent/?kind=complained",
    "/staff/newsletter/providerevent/?bounce_class=soft",
    "/staff/newsletter/providerevent/?understood=no",
    "/staff/newsletter/providerevent/?provider=resend",
    "/staff/newsletter/providerevent/?after=51",
    "/staff/newsletter/providerevent/{provider_event}/change/",
    "/staff/newsletter/providerreport/",
    "/staff/newsletter/providerreport/?after=51",
]
_OF_LOG = [
    "/staff/newsletter/auditentry/",
    "/staff/newsletter/auditentry/?q=person+7",
    "/staff/newsletter/auditentry/?q=nobody+of+that+name",
    "/staff/newsletter/auditentry/?q=Subscriber+777",
    "/staff/newsletter/auditentry/?action=row.deleted",
    "/staff/newsletter/auditentry/?by=command",
    "/staff/newsletter/auditentry/?days=30",
    "/staff/newsletter/auditentry/?days=1&action=row.changed",
    "/staff/newsletter/auditentry/?after=51",
    "/staff/newsletter/auditentry/{entry}/change/",
]
_OF_OFFICE = [
    "/staff/auth/user/",
    "/staff/newsletter/brand/1/change/",
    "/staff/subscribers/body/",
    "/staff/subscribers/topicgrant/",
    "/staff/subscribers/importbatch/",
    "/staff/subscribers/application/",
    "/staff/consent/",
]
_OVER_TIME = [
    "/staff/campaigns/campaign/over-time/",
    "/staff/campaigns/campaign/over-time/?topic={topic}",
]
_OF_CAMPAIGNS = [
    "/staff/campaigns/campaign/",
    "/staff/campaigns/campaign/?q=Email+7",
    "/staff/campaigns/campaign/?p=40",
    "/staff/campaigns/campaign/{campaign}/report/",
    RECIPIENTS,
    f"{RECIPIENTS}?status=bounced",
    f"{RECIPIENTS}?status=failed",
    f"{RECIPIENTS}?status=accepted",
    f"{RECIPIENTS}?after={{late_delivery}}",
    "/staff/campaigns/campaign/{campaign}/progress/",
    "/staff/campaigns/campaign/{draft}/audience/",
    "/staff/campaigns/campaign/{draft}/details/",
    "/staff/campaigns/event/",
    *_OVER_TIME,
]
# What is counted comes into the page of a long list afterwards, by requests of its own.
_OF_LAUNCH = [
    SEND,
    f"{SEND}numbers/",
    "/staff/campaigns/campaign/{approved}/review/languages/?page=launch",
    "/staff/campaigns/campaign/{approved}/review/",
]
_OF_ANSWERS = [
    ANSWERS,
    f"{ANSWERS}?after={{answer}}",
    f"{ANSWERS}numbers/",
    f"{ANSWERS}numbers/?countries=1",
    f"{ANSWERS}?q=Lovelace",
    f"{ANSWERS}?q={{address}}",
    f"{ANSWERS}?q=person.77",
    f"{ANSWERS}?q=guest+77",
    f"{ANSWERS}?q=Romania",
    f"{ANSWERS}?q=nobody+of+that+name",
    f"{ANSWERS}?answer=yes",
    f"{ANSWERS}?place=waiting",
    f"{ANSWERS}?place=offered",
    f"{ANSWERS}?came=yes",
    f"{ANSWERS}?country=NZ",
    f"{ANSWERS}?country=AQ",
    f"{ANSWERS}{{answer}}/",
    f"{ANSWERS}enter/",
    f"{ANSWERS}badges/",
    f"{ANSWERS}attendance/",
    f"{EVENT}overview/",
]
