"""The versions of the words that people agreed to when they subscribed to a topic.

The newest is what stands beside a button now. A person is under the version that their newest
record of consent holds; what they only asked for, and never confirmed, isn't their word.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import In
from django.utils import translation

from newsletter.brand.current import current_brand
from newsletter.core.catalogues import in_words_of, page_languages
from subscribers.consent.consent_wording import (
    application_words,
    invitation_words,
    preferences_words,
)
from subscribers.evidence.signatures import text_hash
from subscribers.models import ConsentRecord, ConsentWording, Topic
from subscribers.queries import followers
from subscribers.states import ConsentAction

AGREED = (ConsentAction.CONFIRMED, ConsentAction.IMPORTED, ConsentAction.AGREED_AGAIN)
"""Actions of records that hold the words to which somebody agreed."""
_NONE = 0
"""In place of the id of a wording where none was kept. No row has it."""
_NOT_KEPT = -1
"""In place of the ids of words of now where nobody has agreed to any of them yet."""


@dataclass(frozen=True, slots=True)
class CurrentWording:
    """Words that stand beside a button now."""

    language: str
    text: str

    @property
    def text_hash(self) -> str:
        """SHA-256 of the text, as `ConsentWording` keeps it."""
        return text_hash(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingVersion:
    """A wording of a topic, and how many people who follow the topic are under it.

    Args:
        wording: None where nobody has agreed to these words yet, or where none were kept.
        followers: None where they weren't counted.
    """

    language: str
    text: str
    text_hash: str
    wording: ConsentWording | None
    is_current: bool
    followers: int | None


def current_wordings(topic: Topic) -> list[CurrentWording]:
    """Return all words by which one can subscribe to a topic now, in each language of pages.

    Those of the topic come first, then those of forms with several topics, which are the same for
    all, then those of an application. Where a topic's own words aren't translated, they stand in
    another language, too; they count once, as the installation's own.
    """
    found: dict[str, CurrentWording] = {}
    brand, own = current_brand().name, str(settings.LANGUAGE_CODE)
    languages = sorted(page_languages(), key=lambda language: language != own)
    for language in languages:
        with translation.override(language):
            texts = [invitation_words(topic, brand=brand), preferences_words(brand=brand)]
            if topic.is_moderated:
                texts.append(application_words(topic, brand=brand))
        for text in texts:
            found.setdefault(text, CurrentWording(language, text))
    return list(found.values())


def words_to_ask(topic: Topic, language: str) -> CurrentWording:
    """Return the words of a topic's own form, in a language."""
    with in_words_of(language):
        return CurrentWording(language, invitation_words(topic))


def is_under_current_wording(topic: Topic, *, digest: str = "digest") -> Q:
    """Build a condition: the newest consent of a person to a topic is to words of now.

    Args:
        digest: the name of the outer row's column with the digest of the person's address.
    """
    hashes = [each.text_hash for each in current_wordings(topic)]
    kept = list(ConsentWording.objects.filter(text_hash__in=hashes).values_list("pk", flat=True))
    ever = _consents(topic, digest=digest).filter(wording_id__in=kept)
    # Few have agreed to words that are new. The database finds those by one look at the records,
    # and asks for the newest of each of them alone.
    return Q(Exists(ever)) & Q(In(_newest_wording(topic, digest=digest), [_NOT_KEPT, *kept]))


def versions_of(topic: Topic, *, counts: bool = True) -> list[WordingVersion]:
    """Return the versions of a topic's wording, by language; in each, those of now come first.

    Of earlier ones, those under which somebody follows the topic.

    Args:
        counts: whether to count people, which reads the whole list. Without it, only the words of
            now are returned.
    """
    numbers = _followers_by_wording(topic) if counts else {}
    now = {each.text_hash: each for each in current_wordings(topic)}
    kept = list(
        ConsentWording.objects.filter(Q(text_hash__in=now) | Q(pk__in=numbers)).order_by("-pk")
    )
    versions = [
        *_current(now.values(), kept, numbers if counts else None),
        *(
            WordingVersion(
                language=each.language,
                text=each.text,
                text_hash=each.text_hash,
                wording=each,
                is_current=False,
                followers=numbers[each.pk],
            )
            for each in kept
            if each.text_hash not in now
        ),
    ]
    if numbers.get(_NONE):
        versions.append(
            WordingVersion(
                language="",
                text="",
                text_hash="",
                wording=None,
                is_current=False,
                followers=numbers[_NONE],
            )
        )
    return sorted(versions, key=lambda each: (not each.language, each.language))


def _current(
    now: Iterable[CurrentWording], kept: Iterable[ConsentWording], numbers: dict[int, int] | None
) -> Iterator[WordingVersion]:
    """Yield the words of now. The same words may be kept of several forms; they are one version."""
    for each in now:
        same = [wording for wording in kept if wording.text_hash == each.text_hash]
        yield WordingVersion(
            language=each.language,
            text=each.text,
            text_hash=each.text_hash,
            wording=min(same, key=lambda wording: wording.pk, default=None),
            is_current=True,
            followers=(
                None if numbers is None else sum(numbers.get(wording.pk, 0) for wording in same)
            ),
        )


def _followers_by_wording(topic: Topic) -> dict[int, int]:
    rows = (
        followers(topic)
        .order_by()
        .values_list(_newest_wording(topic, digest="digest"))
        .annotate(number=Count("pk"))
    )
    return dict(rows)


def _consents(topic: Topic, *, digest: str) -> QuerySet[ConsentRecord]:
    return ConsentRecord.objects.filter(
        digest=OuterRef(digest), topic_id=topic.pk, action__in=AGREED
    )


def _newest_wording(topic: Topic, *, digest: str) -> Coalesce:
    """Build the id of the wording of a person's newest consent to a topic."""
    newest = _consents(topic, digest=digest).order_by("-id").values("wording_id")[:1]
    return Coalesce(Subquery(newest), Value(_NONE), output_field=BigIntegerField())
