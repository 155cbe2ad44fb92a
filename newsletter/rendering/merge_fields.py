"""All merge fields: one row for each, from which everything about it is derived but its value.

Those of custom fields are said by an app above, which knows people; this one knows none.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from newsletter.core.catalogues import SOURCE_LANGUAGE, in_words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeField:
    """One merge field.

    Attributes:
        name: in what staff write, `{name}` or `{name|fallback}`. It is stored, so it never changes.
        meaning: for staff: its value, in a few words.
        fallback: an example in English, for a field that is empty for many recipients, marked for
            the catalogues. Preflight warns where such a field is written without one.
        longest: the value that takes most bytes in HTML; it counts for the limit on size. Unused
            for URLs, whose length depends on SITE_URL.
        is_url: whether it may be the whole of a link's URL.
    """

    name: str
    meaning: str
    fallback: str = ""
    longest: str = ""
    is_url: bool = False

    @property
    def example(self) -> str:
        """The text that staff write, such as `{given_name|colleague}`."""
        return f"{{{self.name}|{self.fallback}}}" if self.fallback else f"{{{self.name}}}"

    @property
    def explanation(self) -> str:
        """The text that an email holds in place of the example."""
        return f"{self.meaning}, or “{self.fallback}”" if self.fallback else self.meaning


def fallback_in(field: MergeField, language: str) -> str:
    """Return the example of a fallback in a language of content.

    It is empty where the catalogues have none, because an English word would be a foreign one.
    """
    if not field.fallback or language.partition("-")[0] == SOURCE_LANGUAGE:
        return field.fallback
    with in_words_of(language):
        words = gettext(field.fallback)
    return "" if words == field.fallback else words


MERGE_FIELDS: Mapping[str, MergeField] = {
    field.name: field
    for field in (
        # A quotation mark takes six bytes in HTML (&quot;). The names are as long as their columns;
        # whoever wants to be greeted by the full name has it in the place of the given name, too.
        MergeField(
            name="given_name",
            meaning="the recipient’s given name, or how they asked to be greeted",
            fallback="colleague",
            longest='"' * 200,
        ),
        MergeField(
            name="full_name",
            meaning="the recipient’s full name, or how they asked to be greeted",
            fallback="colleague",
            longest='"' * 200,
        ),
        MergeField(
            name="institution",
            meaning="the recipient’s institution",
            fallback=gettext_noop("your institution"),
            longest='"' * 200,
        ),
        MergeField(
            name="event_time",
            meaning="the event’s time, in the recipient’s time zone",
            longest="x" * 200,
        ),
        MergeField(
            name="event_time_utc",
            meaning="the event’s time in UTC",
            longest="x" * 200,
        ),
        MergeField(
            name="event_time_line",
            meaning="the event’s time, as it begins a line, with a capital",
            longest="x" * 200,
        ),
        MergeField(
            name="event_time_utc_line",
            meaning="the event’s time in UTC, as it begins a line, with a capital",
            longest="x" * 200,
        ),
        MergeField(
            name="event_time_before",
            meaning="the time that a moved event had before, in the recipient’s time zone",
            fallback=gettext_noop("another time"),
            longest="x" * 200,
        ),
        MergeField(
            name="archive_url",
            meaning="link to the web version of this email",
            is_url=True,
        ),
        MergeField(
            name="preferences_url",
            meaning="link to the preferences page",
            is_url=True,
        ),
        MergeField(
            name="consent_url",
            meaning="link to agree to the consent wording",
            is_url=True,
        ),
        MergeField(
            name="rsvp_url",
            meaning="link to answer the invitation",
            is_url=True,
        ),
        MergeField(
            name="unsubscribe_url",
            meaning="unsubscribe link (every email already ends with one)",
            is_url=True,
        ),
    )
}
"""By name, in the order in which the editor lists them."""

URL_FIELDS = frozenset(field.name for field in MERGE_FIELDS.values() if field.is_url)
"""Those that may stand as the whole of a link's or button's URL."""

CUSTOM = "custom_"
"""The beginning of a custom field's name in rendered emails, and nowhere else. So an email that was
rendered says itself what it needs, whatever has become of the field."""
LONGEST_CUSTOM = '"' * 200

_custom: list[Callable[[], Iterable[MergeField]]] = []


def tell_custom_fields(fields: Callable[[], Iterable[MergeField]]) -> None:
    """Say what custom fields there are.

    Args:
        fields: asked whenever a name is none of those above.
    """
    _custom.append(fields)


def custom_merge_fields() -> dict[str, MergeField]:
    """Return the merge fields of custom fields, by name, in the order of staff."""
    return {field.name: field for fields in _custom for field in fields()}


def all_merge_fields() -> dict[str, MergeField]:
    """Return all merge fields, by name, in the order in which the editor lists them."""
    return {**MERGE_FIELDS, **custom_merge_fields()}


def needs_fallback(name: str) -> bool:
    """Return whether a merge field is empty for many recipients, since nobody has to say it.

    So are those of custom fields.
    """
    field = MERGE_FIELDS.get(name)
    return field is None or bool(field.fallback)
