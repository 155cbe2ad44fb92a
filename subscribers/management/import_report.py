"""The report of an import in the words of the command."""

from newsletter.core.plural import number_of
from subscribers.imports.report import ImportReport
from subscribers.management.topics import mark
from subscribers.models import Topic

_SHOWN_REFUSALS = 20


def in_words(report: ImportReport, topic: Topic) -> str:
    """Return the lines that the command prints."""
    lines = [
        f"{report.file_name} ({report.encoding.removesuffix('-sig').upper()}, separated by "
        f"{report.delimiter})",
        *(f"  {header!r} → {field}" for header, field in report.mapping.items()),
        *(
            [f"  skipped: {', '.join(repr(header) for header in report.ignored_headers)}"]
            if report.ignored_headers
            else []
        ),
        "",
        f"{report.rows:>9,} rows",
        f"{report.added:>9,} {_added(report)} {report.topic}{mark(topic)}",
        f"{report.unchanged:>9,} unchanged: already subscribed, waiting for confirmation, or "
        f"repeated in the file",
        f"{report.opted_out:>9,} opted out, here or in the file; not subscribed",
        *(
            [f"{report.opt_outs:>9,} of them are new opt-outs; they stay on record"]
            if report.opt_outs
            else []
        ),
        f"{report.refused_count:>9,} refused",
        *(
            f"          {refusal.get('place', f'row {refusal["row"]}')}: {refusal['reason']}"
            for refusal in report.refused[:_SHOWN_REFUSALS]
        ),
    ]
    if report.refused_count > _SHOWN_REFUSALS:
        lines.append(
            f"          … and {report.refused_count - _SHOWN_REFUSALS:,} more (--json lists the "
            f"first 1,000)"
        )
    lines += [f"Note: {warning}" for warning in report.warnings]
    lines.append(_outcome(report))
    return "\n".join(lines)


def _added(report: ImportReport) -> str:
    return "to be asked to confirm, for" if report.re_permission else "added to"


def _outcome(report: ImportReport) -> str:
    if report.dry_run:
        return "This was a dry run. Nothing was changed."
    if report.added:
        return (
            f"This is import {report.batch_id}. To undo it, run: manage.py undo_import "
            f"{report.batch_id}"
        )
    if report.opt_outs:
        return (
            f"This is import {report.batch_id}. It added nobody. Its opt-outs stay on "
            f"record, even if you undo it."
        )
    if report.filled:
        return (
            f"This is import {report.batch_id}. It added nobody. It filled in missing "
            f"details of {number_of(report.filled, 'existing subscriber')}."
        )
    return "Nobody in this file is new. Nothing was changed."
