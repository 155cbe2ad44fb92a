"""The Content-Security-Policy under which a letter is shown, wherever that is."""

from django.utils.csp import CSP

LETTER_POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "img-src": [CSP.SELF, "https:", "data:"],
    "style-src": [CSP.UNSAFE_INLINE],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    # A document of no origin, also where somebody opens it without its frame.
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}
"""Letters are styled inline, as mail must be. In return what staff and strangers wrote runs
nothing, submits nothing, sees no cookie, and loads only pictures."""
