"""The wordings that people agree to: each is kept once, and other words are another version."""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from newsletter.seals.digests import signing_key_id
from subscribers.evidence.signatures import text_hash, wording_signature
from subscribers.models import ConsentWording
from subscribers.states import WordingForm

_ATTEMPTS = 5


def keep_wording(
    text: str, *, form: WordingForm, language_of: Callable[[str], str]
) -> ConsentWording | None:
    """Return the wording with this exact text, and keep it where it is new.

    Two who meet a new wording at the same moment get the same one: the second waits for the
    first's transaction. So a long transaction keeps its wording beforehand.

    Args:
        text: the exact words. Empty: None is returned.
        form: where people agree to it.
        language_of: says in which language it is written; asked where it is new. Empty: unknown.
    """
    if not text:
        return None
    for _ in range(_ATTEMPTS):
        known = ConsentWording.objects.filter(form=form, text_hash=text_hash(text)).first()
        if known is not None:
            return known
        try:
            with transaction.atomic():
                return _add(text, form=form, language=language_of(text))
        except IntegrityError:  # somebody else was faster with it, or with this version's number
            continue
    return _add(text, form=form, language=language_of(text))


def _add(text: str, *, form: WordingForm, language: str) -> ConsentWording:
    versions = ConsentWording.objects.filter(form=form, language=language)
    wording = ConsentWording(
        form=form,
        language=language,
        version=(versions.aggregate(last=Max("version"))["last"] or 0) + 1,
        text=text,
        text_hash=text_hash(text),
        first_used_at=timezone.now(),
        key_id=signing_key_id(),
    )
    wording.signature = wording_signature(wording)
    wording.save(force_insert=True)
    return wording
