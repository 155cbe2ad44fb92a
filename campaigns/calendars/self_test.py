"""The self-test of invitations: a mail to ourselves, which must come back with its calendar whole.

Some mailers, and the programs that they lead through, turn an invitation into an attachment, take
it out, or write it anew. Nobody can answer it then, and some people would see a broken file.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from email.message import Message

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from campaigns.calendars.availability import settings_digest
from campaigns.calendars.recipient_lines import NEEDS_ACTION, folded
from campaigns.calendars.reply_address import test_address
from campaigns.models import CalendarTest
from newsletter.brand.current import current_brand
from newsletter.brand.sender_identity import sender_identity
from newsletter.core.tokens import Purpose, make_token
from newsletter.epoch.hold import held
from newsletter.states import Stream
from newsletter.transport.connections.connection import Connection
from newsletter.transport.connections.transmit import prepare, transmit, unsent
from newsletter.transport.message.calendar_part import REQUEST
from newsletter.transport.message.envelope import OutgoingMessage
from newsletter.transport.message.headers import message_id, notice_headers
from newsletter.transport.providers.registry import PROVIDERS
from newsletter.transport.results.result import Outcome, Result

_SUBJECT = "Test of calendar invitations"
_WORDS = (
    "Convene sends this email to itself, to see whether calendar invitations arrive. It needs no "
    "answer."
)
_STARTS = datetime(2000, 1, 3, 9, tzinfo=UTC)


class CannotTest(ValueError):
    """No test can be sent. The message says why."""


def send_test(alias: str, *, now: datetime | None = None) -> CalendarTest:
    """Send a self-test by one mailer for campaigns. Its result comes when the mail is read.

    A test that can't be sent has failed. An earlier one that passed with the same settings holds
    until then, so that no campaign waits for the test.

    Args:
        alias: one of BULK_MAILERS.

    Raises:
        CannotTest: there is no reply mailbox or no sender, or sending is held.
    """
    if settings.REPLY_MAILBOX is None:
        raise CannotTest("Set REPLY_MAILBOX_URL first.")
    if hold := held():
        raise CannotTest(str(hold))
    brand, now = current_brand(), now or timezone.now()
    if not brand.sender_email:
        raise CannotTest("There is no sender address. Add one under Brand.")
    mailer = settings.MAILER_SETTINGS[alias]
    digest = settings_digest(mailer)
    earlier = CalendarTest.objects.filter(mailer=mailer.name, settings_digest=digest).first()
    test, _ = CalendarTest.objects.update_or_create(
        mailer=mailer.name,
        defaults={
            "settings_digest": digest,
            "calendar_hash": "",
            "sent_at": now,
            "passed_at": earlier.passed_at if earlier else None,
            "problem": "",
        },
    )
    to = test_address(test.pk)
    text = _calendar(test, to=to)
    test.calendar_hash = hash_of(text)
    test.save(update_fields=["calendar_hash"])
    sender, ref = sender_identity(brand), make_token(Purpose.CALENDAR_TEST, test.pk)
    result = _send(
        alias,
        OutgoingMessage(
            to=to,
            sender=sender.sender,
            sender_name=sender.sender_name,
            subject=_SUBJECT,
            html=f"<!doctype html><html lang=en><body><p>{_WORDS}</p></body></html>",
            text=_WORDS,
            headers=notice_headers(),
            ref=ref,
            message_id=message_id(ref, domain=sender.id_domain),
            invitation=text,
            invitation_method=REQUEST,
        ),
    )
    if result.outcome is not Outcome.ACCEPTED:
        test.problem = (result.reason or "The mailer didn’t take it.")[:300]
        test.passed_at = None
        test.save(update_fields=["problem", "passed_at"])
    return test


def note_result(test_id: int, mail: Message, *, now: datetime) -> None:
    """Note in which form a self-test came back. One that was sent again since is left alone."""
    test = CalendarTest.objects.filter(pk=test_id).first()
    if test is None:
        return
    problem = what_is_wrong(mail, sent=test.calendar_hash)
    changes = {"problem": problem, "passed_at": None if problem else max(now, test.sent_at)}
    CalendarTest.objects.filter(
        Q(passed_at=None) | Q(passed_at__lt=F("sent_at")),
        pk=test_id,
        calendar_hash=test.calendar_hash,
    ).update(**changes)


def what_is_wrong(mail: Message, *, sent: str) -> str:
    """Return for staff what became of the calendar part on the way; "" if it is whole.

    Args:
        sent: the hash of the calendar that was sent.
    """
    part = next((each for each in mail.walk() if each.get_content_type() == "text/calendar"), None)
    if part is None:
        return "The calendar part is missing."
    if part.get_content_disposition() == "attachment":
        return "The calendar part came as an attachment."
    if str(part.get_param("method") or "").upper() != REQUEST:
        return "The calendar part doesn’t say any more that it is an invitation."
    payload = part.get_payload(decode=True)
    text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return "" if hash_of(text) == sent else "The calendar part was changed on the way."


def hash_of(text: str) -> str:
    """Return the SHA-256 of a calendar, however its lines end."""
    return hashlib.sha256("\n".join(text.strip().splitlines()).encode()).hexdigest()


def _calendar(test: CalendarTest, *, to: str) -> str:
    """Write an invitation in the shape of all others, to a meeting in the past."""
    stamp = f"{test.sent_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    ends = _STARTS + timedelta(hours=1)
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Convene//Convene//EN",
        f"METHOD:{REQUEST}",
        "BEGIN:VEVENT",
        f"UID:calendar-test-{test.pk}-{stamp}",
        "SEQUENCE:0",
        f"DTSTAMP:{stamp}",
        f"DTSTART:{_STARTS:%Y%m%dT%H%M%SZ}",
        f"DTEND:{ends:%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{_SUBJECT}: é\N{NO-BREAK SPACE}ș Київ مرحبا",
        f'ORGANIZER;CN="Convene":mailto:{to}',
        f'ATTENDEE;CN="Convene";PARTSTAT={NEEDS_ACTION};RSVP=TRUE:mailto:{to}',
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(map(folded, lines))


def _send(alias: str, message: OutgoingMessage) -> Result:
    """Send the test over a connection of its own. Nothing is raised."""
    responses = PROVIDERS[settings.MAILER_SETTINGS[alias].provider].responses
    connection = Connection(alias)
    try:
        built = prepare(message, mailer=alias, stream=Stream.BULK)
        backend = connection.open()
    except Exception as error:  # noqa: BLE001 - nothing was sent, and the result says what it was
        return unsent(error, responses)
    try:
        return transmit(built, backend, responses)
    finally:
        connection.drop()
