"""Keys of custom fields, and those that they can't have because something of ours is called so."""

import re
import unicodedata

from newsletter.rendering.merge_fields import CUSTOM, MERGE_FIELDS
from subscribers.export_columns import COLUMNS
from subscribers.models import CustomField, Subscriber
from subscribers.models.custom_field import LONGEST_KEY

_OTHERS = frozenset(
    {
        *("consent", "subscribed", "status", "opted_out", "bounced", "complained", "suppressed"),
        *("address", "email_address", "from", "sender", "to", "subject", "timestamp", "reason"),
        *("name", "first_name", "last_name", "family_name", "organisation", "organization"),
        *("ignore", "unclear", "label", "labels", "url"),
    }
)
"""Fields of imports, words that these take for one of them, and words that would mislead."""
RESERVED = (
    frozenset(MERGE_FIELDS)
    | frozenset(COLUMNS)
    | frozenset(field.name for field in Subscriber._meta.get_fields())
    | _OTHERS
)
"""Keys that would be taken for a merge field, a column of lists, or a detail that we have."""
_KEY = re.compile(r"[a-z][a-z_]*")
"""As the names of merge fields are in rendered emails: without digits."""


class BadKey(ValueError):
    """A key that no custom field can have. The message is fit to be shown."""


def checked_key(raw: str) -> str:
    """Return a key as it is kept.

    Raises:
        BadKey: it can't be written so, or is the name of something of ours.
    """
    key = raw.strip()
    if not _KEY.fullmatch(key):
        raise BadKey("Use small letters a to z and underscores, and begin with a letter.")
    if len(key) > LONGEST_KEY:
        raise BadKey(f"Use at most {LONGEST_KEY} characters.")
    if key in RESERVED or key.startswith(CUSTOM):
        raise BadKey(f"“{key}” is a name that we use already. Choose another, such as “my_{key}”.")
    return key


def key_for(name: str) -> str:
    """Return a key made of a field's name, or an empty text where it has no such letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = "_".join(re.findall(r"[a-z]+", plain))[:LONGEST_KEY].strip("_")
    return f"my_{key}"[:LONGEST_KEY] if key in RESERVED else key


def name_key(name: str) -> str:
    """Return what two names of fields that read alike have in common."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def field_named(name: str, *, but: int | None = None) -> CustomField | None:
    """Return the field with this name, in whatever case it is written.

    Args:
        but: the id of a field that isn't meant.
    """
    key = name_key(name)
    others = (field for field in CustomField.objects.all() if field.pk != but)
    return next((field for field in others if name_key(field.name) == key), None)
