"""Emails that differ in their links alone: rendered once, then filled in.

A sign-up form that many people send asks for thousands of the same email, and so does an event that
many people answer: one for each answer, language and time zone. Nothing of a person is kept:
whoever asks gives texts that many emails share, and links, which are put in at the end.
"""

import threading
from collections.abc import Callable, Hashable, Mapping

from django.utils.html import escape

from newsletter.rendering.rendered import Rendered

_ROOM = 256
"""Emails of a process, each of some 10 KB."""
_kept: dict[Hashable, Rendered] = {}
_lock = threading.Lock()


def rendered_once(
    render: Callable[[Mapping[str, str]], Rendered], *, links: Mapping[str, str], key: Hashable
) -> Rendered:
    """Return what `render` makes of these links, rendered anew only for a new key.

    Args:
        render: takes links by name, and puts each into the email as it is.
        links: by name.
        key: all else that the email depends on.
    """
    places = {name: _place(number, link) for number, (name, link) in enumerate(links.items())}
    whole = (key, tuple(places.items()))
    email = _kept.get(whole)
    if email is None:
        email = render(places)
        with _lock:
            if len(_kept) >= _ROOM:
                _kept.clear()
            _kept[whole] = email
    html, text = email.html, email.text
    for name, place in places.items():
        html = html.replace(place, escape(links[name]))
        text = text.replace(place, links[name])
    return Rendered(subject=email.subject, html=html, text=text, language=email.language)


def _place(number: int, link: str) -> str:
    """Return an address as long as the link, because lines of the text part break by length."""
    scheme, separator, rest = link.partition("://")
    return f"{scheme}{separator}{f'place{number}.'.ljust(len(rest), 'x')}"
