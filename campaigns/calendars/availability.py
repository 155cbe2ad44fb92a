"""The mailers that may carry invitations: those whose self-test came back whole."""

from django.conf import settings
from django.utils.crypto import salted_hmac

from campaigns.models import CalendarTest
from newsletter.transport.config.mailer_settings import MailerSettings

NO_MAILBOX = (
    "Answers from calendars can’t be read, because REPLY_MAILBOX_URL isn’t set. Ask your system "
    "administrator."
)


def why_no_invitations() -> str:
    """Return for staff why events can't be sent as invitations; "" where they can.

    Campaigns leave by the first mailer that works, so each of them must carry the calendar part.
    """
    if settings.REPLY_MAILBOX is None:
        return NO_MAILBOX
    tests = {test.mailer: test for test in CalendarTest.objects.all()}
    problems = (
        _problem(mailer, tests.get(mailer.name))
        for mailer in (settings.MAILER_SETTINGS[alias] for alias in settings.BULK_MAILERS)
    )
    return next(filter(None, problems), "")


def settings_digest(mailer: MailerSettings) -> str:
    """Return the keyed digest of all that says how a mailer is reached, and the reply mailbox."""
    options = sorted((name, str(value)) for name, value in mailer.options.items())
    box = settings.REPLY_MAILBOX
    facts = repr((mailer.provider, options, box and box.address))
    return salted_hmac("calendar self-test", facts, algorithm="sha256").hexdigest()


def _problem(mailer: MailerSettings, test: CalendarTest | None) -> str:
    name = mailer.name
    if test is None or test.settings_digest != settings_digest(mailer):
        return f"Invitations haven’t been tested with the mailer {name} as it is set up now."
    if test.passed_at is None:
        return (
            f"The test of invitations with the mailer {name} failed: {test.problem}"
            if test.problem
            else f"The test of invitations with the mailer {name} hasn’t come back yet."
        )
    return ""
