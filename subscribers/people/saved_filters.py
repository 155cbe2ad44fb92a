"""Saving filters of the list of people, sharing them, and deleting them."""

from collections.abc import Iterable
from urllib.parse import parse_qs, urlencode

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q

from newsletter.audit.record import record
from subscribers.audit_actions import SavedFilterAction
from subscribers.models import SavedFilter, Topic
from subscribers.models.saved_filter import LONGEST_FILTER_NAME, LONGEST_FILTERS
from subscribers.need_to_know.hidden import hidden_topics
from subscribers.person_names import clean_name

MOST_OF_ONE, MOST_SHOWN = 30, 60


class CannotSaveFilter(ValueError):
    """The filters can't be saved. The message says why, and what to do."""


class NotYourFilter(ValueError):
    """The saved filter is a colleague's."""


@transaction.atomic
def save_filter(
    owner: User, *, name: str, chosen: Iterable[tuple[str, str]], is_shared: bool
) -> SavedFilter:
    """Save filters under a name.

    Args:
        chosen: parameter and value of each filter, without a search.

    Returns:
        The saved filter, also where it was there already: a button that was pressed twice.

    Raises:
        CannotSaveFilter: there is no name or filter, too much of one, the name is taken, or what
            would be shared has words that somebody typed.
    """
    kept = list(chosen)
    cleaned, filters = clean_name(name), urlencode(kept)
    _refuse_odd(cleaned, filters)
    if is_shared and any(key == "institution" for key, _ in kept):
        raise CannotSaveFilter(
            "A filter by institution can’t be shared: what is typed there may name a person. Save "
            "it for yourself."
        )
    of_owner = SavedFilter.objects.filter(owner=owner)
    same = of_owner.filter(name=cleaned, filters=filters, is_shared=is_shared)
    if (saved := same.first()) is not None:
        return saved
    if of_owner.count() >= MOST_OF_ONE:
        raise CannotSaveFilter(f"You have {MOST_OF_ONE} saved filters. Delete one first.")
    try:
        with transaction.atomic():
            saved = SavedFilter.objects.create(
                owner=owner, name=cleaned, filters=filters, is_shared=is_shared
            )
    except IntegrityError as error:
        # Pressed twice at once, the other press may have been faster.
        if (saved := same.first()) is not None:
            return saved
        raise CannotSaveFilter(
            f"You have a saved filter “{cleaned}” already. Choose another name, or delete it."
        ) from error
    _record(SavedFilterAction.SAVED, saved)
    return saved


def _refuse_odd(name: str, filters: str) -> None:
    if not name:
        raise CannotSaveFilter("Enter a name for these filters.")
    if len(name) > LONGEST_FILTER_NAME:
        raise CannotSaveFilter(f"Enter a name of at most {LONGEST_FILTER_NAME} characters.")
    if not filters:
        raise CannotSaveFilter("Choose a filter first. Words of a search aren’t saved.")
    if len(filters) > LONGEST_FILTERS:
        raise CannotSaveFilter("These filters are too long to be saved.")


@transaction.atomic
def delete_filter(filter_id: int, *, by: User, is_admin: bool) -> bool:
    """Delete a saved filter.

    Args:
        is_admin: whether those that colleagues shared may be deleted, too.

    Returns:
        Whether this call did; False where there is none that they may know of.

    Raises:
        NotYourFilter: a colleague shared it.
    """
    saved = next((each for each in _known_to(by) if each.pk == filter_id), None)
    if saved is None:
        return False
    if saved.owner_id != by.pk and not is_admin:
        raise NotYourFilter
    _record(SavedFilterAction.DELETED, saved)
    saved.delete()
    return True


def saved_filters(account: User) -> list[SavedFilter]:
    """Return an account's own filters and those that are shared, by name.

    What names a need-to-know topic that the account isn't granted is left out. Where there are too
    many, it's some of those that colleagues share.
    """
    known = _known_to(account)
    shown = sorted(known, key=lambda each: each.owner_id != account.pk)[:MOST_SHOWN]
    return [each for each in known if each in shown]


def _known_to(account: User) -> list[SavedFilter]:
    hidden = set(Topic.objects.filter(pk__in=hidden_topics(account)).values_list("slug", flat=True))
    rows = SavedFilter.objects.filter(Q(owner=account) | Q(is_shared=True)).select_related("owner")
    return [each for each in rows if not hidden.intersection(_topics_of(each))]


def _topics_of(saved: SavedFilter) -> list[str]:
    return parse_qs(saved.filters).get("topic", [])


def _record(action: SavedFilterAction, saved: SavedFilter) -> None:
    about = Topic.objects.filter(slug__in=_topics_of(saved), is_restricted=True).first()
    record(
        action,
        saved,
        label=f"saved filter {saved.pk}",
        topic_id=about.pk if about else None,
        is_shared=saved.is_shared,
    )
