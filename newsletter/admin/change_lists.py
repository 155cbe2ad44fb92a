"""Lists of the staff pages: none counts its rows, and the pages of long ones begin at a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.views.main import PAGE_VAR
from django.core.paginator import Page
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.paginator import InfinitePaginator
from unfold.views import ChangeList

from newsletter.admin.filters import FilterMenu, filter_menus
from newsletter.admin.keyset import AFTER, BEFORE, ListPart, keyset_page
from newsletter.core.numbers import whole_number


class UncountedPage(Page):  # type: ignore[type-arg] # generic for the type checker alone
    """A page that knows if another follows, because one row more was read."""

    follows: bool = False

    def has_next(self) -> bool:
        return self.follows


class UncountedPaginator(InfinitePaginator):  # type: ignore[misc] # unfold ships no types
    """A paginator with previous and next alone.

    It never asks how many rows there are, so a list of millions opens as fast as one of ten.
    """

    @cached_property
    def count(self) -> int:
        return 9_999_999_999

    def page(self, number: Any) -> UncountedPage:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        page = UncountedPage(rows[: self.per_page], number, self)
        page.follows = len(rows) > self.per_page
        self.shown = page
        return page


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The addresses of the pages beside one of a list, or empty; its number, where it has one."""

    previous: str = ""
    next: str = ""
    number: int | None = None


class UncountedList(ChangeList):  # type: ignore[misc] # unfold ships no types
    """A list that doesn't say how many results there are, because nobody has counted them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        # A menu on which nothing is chosen sends an empty value.
        given: dict[str, Any] = super().get_filters_params(params)
        return {name: values for name, values in given.items() if any(values)}

    @property
    def page_links(self) -> PageLinks:
        page = self.paginator.shown

        def link(number: int) -> str:
            return str(self.get_query_string({PAGE_VAR: number}))

        return PageLinks(
            link(self.page_num - 1) if page.has_previous() else "",
            link(self.page_num + 1) if page.has_next() else "",
            self.page_num,
        )

    @property
    def filter_query(self) -> str:
        """The query string of the search and the filters, without the place in the list."""
        return str(self.get_query_string(remove=[PAGE_VAR, AFTER, BEFORE]))

    @cached_property
    def filter_menus(self) -> list[FilterMenu]:
        return filter_menus(self)


class KeysetList(UncountedList):
    """A list of which there may be millions of rows: each page begins at a row."""

    def get_results(self, request: HttpRequest) -> None:
        self.page = keyset_page(
            self.queryset,
            self.parts,
            known=self.root_queryset,
            after=whole_number(request.GET.get(AFTER, "")),
            before=whole_number(request.GET.get(BEFORE, "")),
            size=self.list_per_page,
        )
        self.result_list = self.page.rows
        self.result_count = self.full_result_count = len(self.page.rows)
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True
        self.paginator = None

    @property
    def parts(self) -> Sequence[ListPart]:
        """The order: the admin's own, or that of one column with an index, as its header says."""
        chosen: dict[int, str] = self.get_ordering_field_columns()
        for number, direction in chosen.items():
            name = self.list_display[number]
            if name in (self.sortable_by or ()):
                return (ListPart(column=name, is_descending=direction == "desc"),)
        parts: Sequence[ListPart] = self.model_admin.keyset
        return parts

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        given = super().get_filters_params(params)
        return {name: values for name, values in given.items() if name not in (AFTER, BEFORE)}

    @property
    def page_links(self) -> PageLinks:
        def link(**place: int | None) -> str:
            # In place of those by which this page was asked for.
            return str(self.get_query_string({AFTER: None, BEFORE: None, **place}))

        before, after = self.page.before, self.page.after
        return PageLinks(
            link(**{BEFORE: before}) if before is not None else "",
            link(**{AFTER: after}) if after is not None else "",
        )
