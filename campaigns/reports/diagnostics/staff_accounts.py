"""Checks of staff accounts: their administrators and roles, and who sees need-to-know topics."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from campaigns.reports.diagnostics.finding import Found, Level, Said
from newsletter.core.plural import number_of
from staff.accounts.administrators import administrators
from staff.roles import ROLES
from subscribers.need_to_know.grants import unseen_topics

ACCOUNTS_NAMED = 5


def staff() -> Found:
    """Check that somebody can manage staff accounts, and that all may do what roles say."""
    if administrators().exists():
        yield Level.FINE, "There is an administrator for /staff/."
    else:
        yield Level.MEND, "There is no administrator for /staff/. Run: manage.py bootstrap"
    active = User.objects.filter(is_active=True, is_staff=True).order_by("username")
    if superusers := _names(active.filter(is_superuser=True)):
        yield Said(
            Level.LOOK,
            "Accounts that createsuperuser made may do everything, whatever their roles say. Give "
            "them roles at /staff/ under Staff accounts, which ends that:",
            "superusers",
            quote=f"{superusers}.",
        )
    if idle := _names(active.filter(is_superuser=False).exclude(groups__name__in=list(ROLES))):
        yield Said(
            Level.LOOK,
            "Accounts without a role may do nothing. Give them one at /staff/ under Staff "
            "accounts, or make them inactive:",
            "no role",
            quote=f"{idle}.",
        )


def _names(accounts: QuerySet[User]) -> str:
    names = list(accounts.values_list("username", flat=True)[: ACCOUNTS_NAMED + 1])
    more = [" and more"] if len(names) > ACCOUNTS_NAMED else []
    return ", ".join(names[:ACCOUNTS_NAMED]) + "".join(more)


def need_to_know() -> Found:
    """Check that somebody sees each need-to-know topic. Which ones these are, nobody may read."""
    if number := unseen_topics().count():
        yield (
            Level.LOOK,
            f"Nobody sees {number_of(number, 'need-to-know topic')}, with campaigns and "
            f"subscribers, as no grant is left. An administrator grants a topic by its URL name, "
            f"at /staff/ under Need-to-know.",
        )
