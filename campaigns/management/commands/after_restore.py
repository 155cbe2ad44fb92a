"""The command `after_restore`, which opens sending again after a restore."""

import json
import sys
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from campaigns.restoring.accepted_mail import AcceptedMail, read_accepted_mail
from campaigns.restoring.after_restore import (
    RestoreReport,
    after_restore,
    backup_at,
    deliveries_in_doubt,
)
from campaigns.restoring.end_hold import NotRestored, end_hold, hold_to_end, require_nothing_lost
from campaigns.restoring.perhaps_sent import PerhapsSent, perhaps_sent
from newsletter.audit.actor import operator_name
from newsletter.core.db.clock import database_now
from newsletter.core.plural import number_of
from newsletter.management.operator_command import OperatorCommand
from subscribers.management.replay_report import as_dict, sentences_about


class Command(OperatorCommand):
    help = (
        "Resume sending after the database was restored from a backup. Emails that may have been "
        "sent since the backup become uncertain and are not sent again; approved and scheduled "
        "campaigns become drafts; this host's journal of opt-outs is applied; then sending "
        "resumes. Exit code 1: nothing was changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since",
            type=_moment,
            metavar="TIME",
            help="when the backup was made, for example 2026-11-26T03:00 (UTC)",
        )
        parser.add_argument(
            "--accepted-from",
            type=Path,
            metavar="FILE",
            help="the mail server's log, or the provider's events as JSON lines or CSV",
        )
        parser.add_argument(
            "--nothing-lost",
            action="store_true",
            help="no backup was restored; this host or its VAR_DIR is new",
        )
        parser.add_argument("--yes", action="store_true", help="don't ask for confirmation")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["nothing_lost"]:
                self._nothing_lost(options)
                return
            accepted_mail = self._read(options["accepted_from"])
            self._ask(options)
            done = after_restore(
                by=operator_name(), since=options["since"], accepted_mail=accepted_mail
            )
        except NotRestored as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_dict(done, accepted_mail), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_said(done, accepted_mail)))

    def _nothing_lost(self, options: dict[str, Any]) -> None:
        if not options["yes"]:
            require_nothing_lost(now=database_now())
            self._confirm(
                "If a backup was restored after all, recipients will get email twice, and people "
                "who unsubscribed will get email again."
            )
        end_hold(by=operator_name())
        self.stdout.write(json.dumps({"open": True}) if options["json"] else "Sending has resumed.")

    def _read(self, path: Path | None) -> AcceptedMail | None:
        if path is None:
            return None
        try:
            with path.open(encoding="utf-8", errors="replace") as lines:
                return read_accepted_mail(lines)
        except OSError as error:
            raise CommandError(
                f"{path} can't be read: {error.strerror}. Nothing was changed."
            ) from error

    def _ask(self, options: dict[str, Any]) -> None:
        if options["yes"]:
            return
        now, since = database_now(), options["since"]
        hold = hold_to_end(since=since, now=now)
        self.stdout.write(
            f"{hold}\n" if hold else "Nothing seems to be missing from this database.\n"
        )
        for doubt in deliveries_in_doubt(now=now):
            self.stdout.write(
                f"Campaign {doubt.campaign_id}, {doubt.name}: up to "
                f"{number_of(doubt.uncertain, 'email')} may have been sent since the backup."
            )
        at = backup_at(hold, since, now=now)
        for one in perhaps_sent(backup_at=at, restored_at=hold.since if hold else now):
            self.stdout.write(_warned(one, has_file=options["accepted_from"] is not None))
        self.stdout.write(
            "If other hosts have journals of opt-outs, apply them first: manage.py replay_optouts "
            "FILE…"
        )
        self._confirm(
            "Emails that may have been sent become uncertain, and their campaigns become drafts. "
            "Nothing is sent again unless you decide to."
        )

    def _confirm(self, consequence: str) -> None:
        self.stdout.write(consequence)
        if not sys.stdin.isatty():
            raise CommandError("To confirm without a terminal, add --yes. Nothing was changed.")
        if input("Continue? [yes/no] ").strip().lower() != "yes":
            raise CommandError("Nothing was changed.")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(
            f"“{text}” is not a date and time. Example: 2026-11-26T03:00 (UTC)."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _warned(one: PerhapsSent, *, has_file: bool) -> str:
    """Write one sentence about a campaign that may have been launched since the backup."""
    was = (
        "was approved before the backup and needs a new approval"
        if one.was_ready
        else "had not been approved when the backup was made"
    )
    return (
        f"Campaign {one.campaign_id}, {one.name}, {was} (last changed "
        f"{one.changed_at:%-d %B %Y, %H:%M} UTC): it may have been sent since. Check your email "
        f"provider's log{'' if has_file else ', or pass it as --accepted-from'}."
    )


def _as_dict(done: RestoreReport, mail: AcceptedMail | None) -> dict[str, object]:
    return {
        "open": True,
        "campaigns": [
            {
                "id": one.campaign_id,
                "name": one.name,
                "uncertain": one.uncertain - one.accepted,
                "accepted": one.accepted,
            }
            for one in done.doubts
        ],
        "back_to_draft": [
            {"id": one.campaign_id, "name": one.name, "was": one.status} for one in done.returned
        ],
        "being_written": [
            {"id": one.campaign_id, "name": one.name, "is": one.status}
            for one in done.being_written
        ],
        "messages": {
            "uncertain": done.messages - done.messages_accepted,
            "accepted": done.messages_accepted,
        },
        "told_apart": [
            {"id": one.campaign_id, "name": one.name, "event": one.event, "people": one.number}
            for one in done.told_apart
        ],
        "tried_again": done.tried_again,
        "unknown": done.unknown,
        "sessions_ended": done.sessions_ended,
        "opt_outs": as_dict(done.opt_outs),
        "lines": {"understood": mail.understood, "not_understood": mail.others} if mail else None,
    }


def _said(done: RestoreReport, mail: AcceptedMail | None) -> list[str]:
    said = []
    if mail:
        said.append(
            f"{number_of(mail.understood, 'line')} of the file used, {mail.others} skipped."
        )
    for one in done.doubts:
        accepted = f", {one.accepted} accepted according to the file" if mail else ""
        said.append(
            f"Campaign {one.campaign_id}, {one.name}: {one.uncertain - one.accepted} "
            f"uncertain{accepted}."
        )
        if one.uncertain > one.accepted:
            said.append(
                f"  Resolve them: manage.py resolve_uncertain {one.campaign_id} --as "
                f"accepted|planned|failed"
            )
    if done.messages:
        said.append(
            f"{number_of(done.messages, 'transactional email')} may have been sent since the "
            f"backup: {done.messages_accepted} accepted, all others uncertain."
        )
    said += [
        f"Campaign {one.campaign_id}, {one.name}: up to {number_of(one.number, 'short message')} "
        f"to people who answered the invitation to “{one.event}” may have been sent since the "
        f"backup, and won’t be sent again. If your email provider’s log doesn’t show them, tell "
        f"these people yourselves: their answers are on the event’s page."
        for one in done.told_apart
    ]
    said += [
        _warned(one, has_file=mail is not None) for one in (*done.returned, *done.being_written)
    ]
    if done.tried_again:
        said.append(
            f"{number_of(done.tried_again, 'email')} that had failed before the backup "
            f"{'was' if done.tried_again == 1 else 'were'} tried again since, and accepted "
            f"according to the file."
        )
    if done.unknown:
        said.append(
            f"The file also has {number_of(done.unknown, 'email')} of campaigns that were launched "
            f"after the backup."
        )
    said += sentences_about(done.opt_outs)
    said += [
        "All staff were signed out.",
        "Accounts, roles and grants of need-to-know topics are as they were at the backup, and so "
        "are passwords and second steps. Check those that were changed or taken away since.",
    ]
    said.append("Sending has resumed.")
    said.append(
        "If other hosts have journals of opt-outs that you have not applied yet: pause all "
        "campaigns, then run manage.py replay_optouts FILE…"
    )
    return said
