"""Tasks that workers are woken for.

The rows say what is to be done. A task that runs twice finds nothing the second time.
"""

from celery import shared_task

from newsletter.core.wake import HINT_EXPIRES, wake
from newsletter.epoch.hold import held
from newsletter.outbox import deliver
from newsletter.seals.seal import seal_entries
from subscribers.consent import end_memberships as memberships
from subscribers.consent import submissions
from subscribers.evidence.chain import CONSENT
from subscribers.imports import ask
from subscribers.imports.undo_asked import undo_asked
from subscribers.imports.uploads import work as import_work
from subscribers.people import new_address
from subscribers.retention import expire


@shared_task(name=submissions.HANDLING)
def handle_submissions() -> None:
    """Do what stored forms ask for, the most trusted first, and send what follows from each."""
    # For its effect: after a restore it moves the ids on, so that no new row gets a lost one's.
    held()
    if submissions.handle_waiting(lambda number: deliver.deliver_due(limit=number)):
        # One, in place of the one that this turn was: two would be ever more.
        wake(submissions.HANDLING, queue="transactional", expires=HINT_EXPIRES)


@shared_task(name="subscribers.sweep_submissions")
def sweep_submissions() -> None:
    """Handle the public forms for which no worker was woken."""
    # For its effect, as above.
    held()
    submissions.sweep_submissions()
    new_address.sweep_address_changes()


@shared_task(name="subscribers.handle_address_change")
def handle_address_change(change_id: int) -> None:
    """Ask the owner of a new address."""
    new_address.handle_address_change(change_id)


@shared_task(name="subscribers.end_memberships")
def end_memberships() -> None:
    """Unsubscribe whoever's membership of a topic has ended."""
    # For its effect, as above.
    held()
    memberships.end_memberships()


@shared_task(name="subscribers.seal_consent_records")
def seal_consent_records() -> None:
    """Chain the consent records that were written since the last seal."""
    seal_entries(CONSENT)


@shared_task(name="subscribers.forget_expired")
def forget_expired() -> None:
    """Delete data whose time has come."""
    expire.forget_expired()


@shared_task(name="subscribers.advance_import")
def advance_import(upload_id: int) -> None:
    """Do the step that one uploaded list waits for."""
    # For its effect, as above.
    held()
    import_work.advance_import(upload_id)


@shared_task(name="subscribers.sweep_imports")
def sweep_imports() -> None:
    """Do the steps of uploaded lists that nobody does, and undo imports as staff asked."""
    # For its effect, as above.
    held()
    import_work.sweep_imports()
    undo_asked()


@shared_task(name="subscribers.ask_imported")
def ask_imported() -> None:
    """Ask the next people of imported lists to confirm. Nobody is asked while mail is on hold."""
    if not held():
        ask.ask_imported()
