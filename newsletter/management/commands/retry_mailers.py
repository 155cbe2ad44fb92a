"""The command `retry_mailers`, which ends the rests of mailers for campaigns."""

from typing import Any

from newsletter.audit.record import record
from newsletter.audit_actions import MailerAction
from newsletter.management.operator_command import OperatorCommand
from newsletter.transport.pacing.choose_mailer import resting_mailers
from newsletter.transport.pacing.circuit_breaker import end_rests


class Command(OperatorCommand):
    help = (
        "Have mailers that are resting tried again at once, because what was wrong is mended. "
        "Campaigns that were paused because of it stay paused: resume them by resume_campaign."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        resting = resting_mailers()
        end_rests()
        names = ", ".join(each.mailer for each in resting)
        if not resting:
            self.stdout.write("No mailer is resting.")
            return
        record(MailerAction.RETRIED, label=names)
        for each in resting:
            self.stdout.write(
                f"{each.mailer} was to rest until {each.until:%H:%M:%S} UTC: {each.reason}"
            )
        self.stdout.write("A worker tries again with the next emails.")
