"""A provider's format of answers over HTTP, beside their status.

Providers' files are read while settings are made, so nothing here imports Django or a library for
HTTP.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from newsletter.transport.results.result import Result

type Answer = Mapping[str, Any]
"""The object in the body of an answer."""


def _no_errors(answer: Answer) -> Iterable[Answer]:
    return ()


def _not_mine(error: BaseException) -> Result | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFormat:
    """The words and fields in which one provider says more than the status.

    Args:
        code: the name of the field with the provider's own error code; empty where it has none.
        about_us: codes, in lower case, of refusals that name the sender or the account. Without
            them one recipient after the other would be blamed.
        key_is_known: codes that answer a repeated request: the provider has seen its idempotency
            key. None says what became of the earlier request, so the message stays in doubt.
        key_is_busy: the same, while the provider still works on the earlier request.
        wait: the name of a header that stands in for Retry-After.
        texts_about_us: text of answers that aren't JSON and speak of our configuration, with the
            reason for staff.
        errors: reads the errors out of an answer that has one for each message.
        read_error: sorts an exception of the provider's own client library; None where it is none.
    """

    code: str = ""
    about_us: frozenset[str] = frozenset()
    key_is_known: frozenset[str] = frozenset()
    key_is_busy: frozenset[str] = frozenset()
    wait: str = ""
    texts_about_us: Mapping[str, str] = MappingProxyType({})
    errors: Callable[[Answer], Iterable[Answer]] = _no_errors
    read_error: Callable[[BaseException], Result | None] = _not_mine

    def code_of(self, answer: Answer) -> str:
        """Return the error code in `answer`, in lower case; empty where there is none."""
        return str(answer.get(self.code) or "").lower() if self.code else ""


PLAIN = ResponseFormat()
"""The format of a provider that says nothing beside the status."""
