"""Look for static files once a process, instead of once for each client that asks for a page.

WhiteNoise reads what is there of all 500 of them before the first answer. Each test's client has a
handler of its own, which is set up afresh, and that took longer than most tests.
"""

from whitenoise.middleware import WhiteNoiseMiddleware

_look = WhiteNoiseMiddleware.add_files_from_finders
_found: dict[str, dict[str, object]] = {}


def add_files_once(middleware: WhiteNoiseMiddleware) -> None:
    """Add the static files, in place of WhiteNoise's own way: those of the last time, if any."""
    prefix = middleware.static_prefix
    if prefix not in _found:
        _look(middleware)
        _found[prefix] = dict(middleware.files)
    middleware.files.update(_found[prefix])
