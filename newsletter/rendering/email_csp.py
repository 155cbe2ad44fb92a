"""The Content-Security-Policy under which an email is shown on a page."""

from django.utils.csp import CSP

EMAIL_POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "img-src": [CSP.SELF, "https:", "data:"],
    "style-src": [CSP.UNSAFE_INLINE],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    # Gives the document no origin, also where somebody opens it outside of its frame.
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}
"""Emails are styled inline, so inline styles are allowed. Nothing else is: what staff and strangers
wrote runs no script, submits no form, sees no cookie, and loads nothing but images."""
