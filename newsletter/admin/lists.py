"""Staff lists and forms: lists count nothing, and rows that actions own can't be edited."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from newsletter.admin.change_lists import KeysetList, UncountedList, UncountedPaginator
from newsletter.admin.form import StaffForm
from newsletter.admin.history import SHOWN, history_of
from newsletter.admin.keyset import ListPart
from newsletter.admin.visibility import note_list, note_view, visible_rows
from newsletter.audit.record import record
from newsletter.audit_actions import RowAction
from newsletter.core.spellings import spellings


class StaffAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """A list of rows that may be many, and a form with one button."""

    empty_text = "There is nothing here yet."
    """Shown in place of an empty list: what will be in it, and how to start."""
    list_title = ""
    """The title of the list; by default the model's name in the plural."""
    add_label = ""
    """The button that leads to the form for a new row, and that form's title."""
    add_button = ""
    """The button of that form; by default the same."""

    keyset: Sequence[ListPart] = ()
    """The order of a list that may have millions of rows, whose pages begin at a row. Headers
    sort by columns of `sortable_by` alone, which need an index each. Others have numbered pages.
    """

    is_recorded_by_actions = False
    """Whether the actions that its forms call write into the audit log themselves."""

    form: Any = StaffForm
    actions = None
    paginator = UncountedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    list_fullwidth = True
    compressed_fields = False
    warn_unsaved_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows that this person may know of. All pages of a row begin with them."""
        return visible_rows(super().get_queryset(request), request.user)

    def get_object(self, request: HttpRequest, *given: Any, **options: Any) -> Any:
        """Return a row that this person may know of, and record it where that is called for."""
        row = super().get_object(request, *given, **options)
        if row is not None and request.method in ("GET", "HEAD"):
            note_view(row, request.user)
        return row

    def _note_posted(self, request: HttpRequest, row: Any) -> None:
        """Record that what is posted is answered by a row's page, as a form that is refused is."""
        if row is not None and request.method not in ("GET", "HEAD"):
            note_view(row, request.user)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow the filters of the list's menus, and nothing else.

        Django filters by any column that a URL names. Whoever sees a row could find out by such
        questions what no page shows: the text of an email with the link to a new password, say.
        """
        return any(
            lookup in (name, f"{name}__exact", f"{name}__isnull") for name in self._filters(request)
        )

    def _filters(self, request: HttpRequest) -> list[str]:
        return [getattr(each, "parameter_name", each) for each in self.get_list_filter(request)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[UncountedList]:
        return KeysetList if self.keyset else UncountedList

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": self.add_label, "save_label": self.add_button or self.add_label}
        page: HttpResponse = super().add_view(
            request, form_url, {**context, **(extra_context or {})}
        )
        return page

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        # One button that says what it does; three ways to save are two too many.
        context.setdefault("show_save_and_add_another", False)
        context.setdefault("show_save_and_continue", False)
        context["list_title"] = self.list_title
        self._note_posted(request, context.get("original"))
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def response_add(
        self, request: HttpRequest, obj: Model, post_url_continue: str | None = None
    ) -> HttpResponse:
        if "_continue" not in request.POST:
            self._say(request, "saved")
            return self.response_post_save_add(request, obj)  # type: ignore[no-any-return] # unfold ships no types
        # UserAdmin asks for it: the next page is for what a new person can do.
        self._say(request, "created")
        return redirect(reverse(self._page("change"), args=[obj.pk]))

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        self._say(request, "saved")
        return self.response_post_save_change(request, obj)  # type: ignore[no-any-return] # likewise

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        self._say(request, "deleted")
        return redirect(reverse(self._page("changelist")))

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Lead away from a row that there isn't, or that is hidden, in the same words."""
        messages.warning(
            request, f"There is no such {opts.verbose_name}, or you aren’t allowed to see it."
        )
        return redirect(reverse("admin:index"))

    def only_posted(self, view: Callable[..., HttpResponse]) -> Any:
        """Guard a view of one row that is only posted to, by a button on the row's page.

        Whoever reads its address, after signing in or by reloading, is led to that page.
        """

        def guarded(request: HttpRequest, **row: int) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                return require_POST(view)(request, **row)
            if not self.has_view_permission(request):
                raise PermissionDenied
            return redirect(reverse(self._page("change"), args=list(row.values())))

        return self.admin_site.admin_view(guarded)

    def audit_label(self, obj: Any) -> str:
        """Return what the audit log calls a row. It outlives an erasure, so it names nobody."""
        return f"{self.opts.verbose_name} “{obj}”"

    def audit_topic(self, obj: Any) -> int | None:
        """Return the topic that a row belongs to, if it belongs to one."""
        return None

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        self._record(RowAction.ADDED, obj)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        self._record(RowAction.CHANGED, obj, fields=_changed_fields(message))

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> None:
        for obj in queryset:
            self._record(RowAction.DELETED, obj)

    def _record(self, action: RowAction, obj: Model, **details: Any) -> None:
        if self.is_recorded_by_actions:
            return
        record(action, obj, label=self.audit_label(obj), topic_id=self.audit_topic(obj), **details)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # Asked before the row is looked for, unlike by Django: who may see none is refused alike.
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        context = {
            "history": history_of(self.opts, object_id, account=request.user),
            "shown_at_most": SHOWN,
            "list_title": self.list_title,
            **(extra_context or {}),
        }
        page: HttpResponse = super().history_view(request, object_id, context)
        self._note_posted(request, (getattr(page, "context_data", None) or {}).get("object"))
        return page

    def _page(self, kind: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{kind}"

    def _say(self, request: HttpRequest, done: str) -> None:
        messages.success(request, f"{capfirst(self.opts.verbose_name)} {done}.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find rows by what was typed, in each spelling that means the same."""
        found, has_doubles = super().get_search_results(request, queryset, search_term)
        for other in spellings(search_term)[1:]:
            more, doubled = super().get_search_results(request, queryset, other)
            found, has_doubles = found | more, has_doubles or doubled
        return found, has_doubles

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # "Subscribers", where Django says "Select subscriber to change".
        title = self.list_title or str(self.opts.verbose_name_plural).capitalize()
        page: HttpResponse = super().changelist_view(
            request, {"title": title, **(extra_context or {})}
        )
        if shown := (getattr(page, "context_data", None) or {}).get("cl"):
            note_list(list(shown.result_list), request.user)
        return page


def _changed_fields(message: Any) -> list[str]:
    """Return the labels of the fields in a change message, as Django's admin builds it."""
    parts = message if isinstance(message, list) else []
    return [str(label) for part in parts for label in part.get("changed", {}).get("fields", [])]


class ReadOnlyAdmin(StaffAdmin):
    """Rows that actions write, and staff read."""

    warn_unsaved_form = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
