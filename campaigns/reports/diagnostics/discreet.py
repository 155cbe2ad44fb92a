"""Checks that people in discreet mode can be written to."""

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from campaigns.reports.diagnostics.finding import Found, Level, Said
from newsletter.brand.current import current_brand
from newsletter.brand.neutral import neutral_problems, telling_host
from newsletter.core.addresses import domain_of
from newsletter.models import Brand
from subscribers.people.discreet import WAITS, somebody_is_discreet


def discreet() -> Found:
    """Check the neutral sender and link domain, where anybody needs them or staff set them up."""
    ours = current_brand()
    problems = neutral_problems(ours)
    if not problems:
        yield (
            Level.FINE,
            f"Discreet email comes from {ours.neutral_sender_email}, with links to "
            f"{ours.neutral_domain}.",
        )
    elif somebody_is_discreet():
        yield Level.MEND, f"{WAITS} {' '.join(problem.what for problem in problems)}"
    elif ours.neutral_sender_email or ours.neutral_domain:
        yield (
            Level.LOOK,
            f"Nobody can switch discreet mode on. {' '.join(each.what for each in problems)}",
        )
    if somebody_is_discreet() or not problems:
        yield from _of_mailers(ours)


def _of_mailers(ours: Brand) -> Found:
    """Check what mailers over SMTP add to discreet email by themselves."""
    for mailer in settings.MAILER_SETTINGS.values():
        if mailer.provider != "smtp":
            continue
        host = str(mailer.options.get("ehlo") or DNS_NAME.get_fqdn())
        if told := telling_host(ours, host):
            yield Said(
                Level.LOOK,
                f"{mailer.name} greets the mail server as {host}, which holds “{told}”. The server "
                f"may write that into Received of discreet email: add ehlo= to the mailer’s URL.",
                f"greeting of {mailer.name}",
            )
        signs_for = str(mailer.options.get("neutral_dkim_domain", ""))
        sender = domain_of(ours.neutral_sender_email) if ours.neutral_sender_email else ""
        if signs_for and sender != signs_for and not sender.endswith(f".{signs_for}"):
            yield Said(
                Level.MEND,
                f"{mailer.name} signs discreet email for {signs_for}, but it comes from {sender}. "
                f"It leaves without a signature.",
                f"signature of {mailer.name}",
            )
