"""Search of staff lists by a full address, of which the row may hold the digest alone."""

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from newsletter.admin.discreet import without_discreet
from newsletter.core.addresses import BadAddress, address_digest, parse_address


class SearchedByAddress:
    """A mixin for a StaffAdmin that is searched by a full address.

    The search is by digest, which is indexed, and finds rows whose address was deleted, too.
    """

    search_fields = ["digest"]
    """One column, which holds the digest."""
    search_help_text = "Full email address"

    def get_search_results[M: Model](
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        if not search_term.strip():
            return queryset, False
        column = self.search_fields[0]
        try:
            digest = address_digest(parse_address(search_term))
            found = queryset.filter(**{column: digest})
            return without_discreet(found, request, digest=column), False
        except BadAddress:
            return queryset.none(), False
