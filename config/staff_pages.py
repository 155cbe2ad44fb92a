"""The frame of staff pages for django-unfold: name, colours, sidebar."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy


def _may_view(permission: str) -> Callable[[HttpRequest], bool]:
    app, model = permission.split(".")

    def allowed(request: HttpRequest) -> bool:
        user = request.user
        return user.has_perm(f"{app}.view_{model}") or user.has_perm(f"{app}.change_{model}")

    return allowed


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_superuser)


def _item(title: str, icon: str, model: str) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{model.replace('.', '_')}_changelist"),
        "permission": _may_view(model),
    }


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "campaigns.studio.site.site_title",
    "SITE_HEADER": "campaigns.studio.site.site_title",
    "SITE_SUBHEADER": "Staff",
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
    "SCRIPTS": [lambda request: static("studio.js")],
    "LOGIN": {"form": "campaigns.studio.login.LoginForm"},
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
                        "link": reverse_lazy("admin:index"),
                    },
                    _item("Campaigns", "campaign", "campaigns.campaign"),
                    _item("Events", "event", "campaigns.event"),
                ],
            },
            {
                "title": "People",
                "separator": True,
                "items": [
                    _item("Subscribers", "group", "subscribers.subscriber"),
                    _item("Topics", "label", "subscribers.topic"),
                    _item("Suppressions", "block", "subscribers.suppression"),
                    _item("Imports", "upload_file", "subscribers.importbatch"),
                ],
            },
            {
                "title": "Installation",
                "separator": True,
                "items": [
                    _item("Brand", "account_balance", "newsletter.brand"),
                    _item("Transactional messages", "outbox", "newsletter.transactionalmessage"),
                    _item("Deliveries", "forward_to_inbox", "campaigns.delivery"),
                    _item("Provider events", "quick_reference_all", "newsletter.providerevent"),
                    _item("Provider reports", "inbox", "newsletter.providerreport"),
                    {**_item("Staff accounts", "badge", "auth.user"), "permission": _is_superuser},
                    {
                        **_item("Staff groups", "shield_person", "auth.group"),
                        "permission": _is_superuser,
                    },
                ],
            },
        ],
    },
}
