"""The frame of the staff pages: name, colours, menu. Read by django-unfold."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import lazy

_url = lazy(cache(reverse), str)
"""The URL of a name, once URLs are known. unfold asks for each some ten times a page."""


def _may_view(name: str) -> Callable[[HttpRequest], bool]:
    """Make a check for the permission to view a model."""
    app, _, model = name.partition(".")
    return lambda request: request.user.has_perm(f"{app}.view_{model}")


def _list_url(model: str) -> Any:
    return _url(f"admin:{model.replace('.', '_')}_changelist")


def _item(title: str, icon: str, model: str) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": _list_url(model),
        "permission": _may_view(model),
    }


SENDING_LOG = {
    "newsletter.transactionalmessage": "Transactional emails",
    "campaigns.delivery": "Campaign emails",
    "newsletter.providerevent": "Provider events",
    "newsletter.providerreport": "Provider reports",
}
"""Lists for questions about one email: one entry of the menu, and tabs."""


SCRIPTS = (
    "htmx",
    "menu",
    "tables",
    "breaks",
    "editor-dialog",
    "links",
    "guard",
    "autosave",
    "preflight",
    "editors",
    "brand-preview",
    "filter",
    "recovery-codes",
    "files",
    "media",
)
"""In the order of their loading; each is a file of static/staff."""


def _script(name: str) -> Callable[[HttpRequest], str]:
    return lambda request: static(f"staff/{name}.js")


def _is_open(models: dict[str, str]) -> Callable[[HttpRequest], bool]:
    """Make a check for a page of one of these models."""
    return lambda request: any(request.path.startswith(str(_list_url(each))) for each in models)


def _is_about_campaigns(request: HttpRequest) -> bool:
    """Return whether a page of campaigns is open; some below their list have their own entry."""
    others = ("admin:studio_over_time", "admin:studio_proof_recipients")
    is_below = request.path.startswith(str(_list_url("campaigns.campaign")))
    return is_below and not request.path.startswith(tuple(str(_url(name)) for name in others))


def _tabs(models: dict[str, str]) -> dict[str, Any]:
    return {
        "models": [{"name": model, "detail": False} for model in models],
        "items": [
            {"title": title, "link": _list_url(model), "permission": _may_view(model)}
            for model, title in models.items()
        ],
    }


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "campaigns.studio.site.site_title",
    "SITE_HEADER": "campaigns.studio.site.site_title",
    "SITE_SUBHEADER": "Staff pages",
    "SITE_URL": "/",
    "SITE_SYMBOL": "mail",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "BORDER_RADIUS": "4px",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("favicon.svg")}
    ],
    "STYLES": [lambda request: static("studio.css")],
    "SCRIPTS": [_script(name) for name in SCRIPTS],
    "TABS": [_tabs(SENDING_LOG)],
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "title": "",
                "items": [
                    {
                        "title": "Dashboard",
                        "icon": "space_dashboard",
                        "link": _url("admin:index"),
                    },
                    {
                        **_item("Campaigns", "campaign", "campaigns.campaign"),
                        "active": _is_about_campaigns,
                    },
                    _item("Events", "event", "campaigns.event"),
                    {
                        "title": "Over time",
                        "icon": "monitoring",
                        "link": _url("admin:studio_over_time"),
                        "permission": _may_view("campaigns.campaign"),
                    },
                    {
                        "title": "Images",
                        "icon": "photo_library",
                        "link": _url("media_library"),
                        "permission": _may_view("newsletter.mediaimage"),
                    },
                    _item("Subscribers", "group", "subscribers.subscriber"),
                    _item("Labels", "sell", "subscribers.label"),
                    _item("Applications", "how_to_reg", "subscribers.application"),
                    _item("Topics", "label", "subscribers.topic"),
                    {
                        "title": "Consent wording",
                        "icon": "history_edu",
                        "link": _url("wordings"),
                        "permission": _may_view("subscribers.topic"),
                    },
                    {
                        "title": "Add form to website",
                        "icon": "web",
                        "link": _url("website_form"),
                        "permission": _may_view("subscribers.topic"),
                    },
                ],
            },
            {
                "title": "Administration",
                "separator": True,
                "items": [
                    _item("Suppressions", "block", "subscribers.suppression"),
                    {
                        "title": "Test recipients",
                        "icon": "mark_email_read",
                        "link": _url("admin:studio_proof_recipients"),
                        "permission": _may_view("campaigns.proofrecipient"),
                    },
                    _item("Imports", "upload_file", "subscribers.importbatch"),
                    _item("Custom fields", "list_alt", "subscribers.customfield"),
                    _item("Countries and bodies", "public", "subscribers.body"),
                    _item("Mission statement", "flag", "subscribers.missionstatement"),
                    _item("Brand", "account_balance", "newsletter.brand"),
                    {
                        "title": "Sending log",
                        "icon": "forward_to_inbox",
                        "link": _list_url(next(iter(SENDING_LOG))),
                        "active": _is_open(SENDING_LOG),
                        "permission": _may_view(next(iter(SENDING_LOG))),
                    },
                    _item("Staff accounts", "badge", "auth.user"),
                    _item("Need-to-know", "visibility_off", "subscribers.topicgrant"),
                    _item("Audit log", "history", "newsletter.auditentry"),
                    {
                        "title": "Evidence of consent",
                        "icon": "contract",
                        "link": _url("consent_evidence"),
                        "permission": lambda request: request.user.has_perm(
                            "subscribers.view_consentrecord"
                        ),
                    },
                ],
            },
        ],
    },
}
