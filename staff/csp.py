"""The Content-Security-Policy of staff pages."""

from django.conf import settings
from django.utils.csp import CSP

STAFF_POLICY: dict[str, list[str]] = {
    **settings.SECURE_CSP,
    # unfold's menus are Alpine expressions in attributes, which Alpine compiles: it can't do
    # without unsafe-eval. Inline scripts stay forbidden; the nonce is for the editor's import map.
    "script-src": [CSP.SELF, CSP.UNSAFE_EVAL, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    # Alpine writes style attributes (the width of the sidebar, what is shown and hidden).
    "style-src-attr": [CSP.UNSAFE_INLINE],
    "frame-src": [CSP.SELF],
    # unfold opens related rows in a frame of its own.
    "frame-ancestors": [CSP.SELF],
}
