"""The Content-Security-Policy of staff pages, and of the letter shown inside them."""

from django.utils.csp import CSP

STAFF_POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    # unfold's menus are Alpine expressions in attributes, which Alpine compiles: it can't do without unsafe-eval. Inline
    # scripts stay forbidden; the nonce is for the editor's import map.
    "script-src": [CSP.SELF, CSP.UNSAFE_EVAL, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    # Alpine writes style attributes (the width of the sidebar, what is shown and hidden).
    "style-src-attr": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    # unfold opens related rows in a frame of its own.
    "frame-ancestors": [CSP.SELF],
}

LETTER_POLICY = (
    "default-src 'none'; img-src https: data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""Of the previewed letter: pictures and its own styles, nothing else. It is what staff wrote, so it is treated as hostile."""
