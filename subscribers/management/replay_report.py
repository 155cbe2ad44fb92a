"""The result of a replay of opt-outs, in what commands print."""

from newsletter.core.plural import number_of
from subscribers.people.replay_opt_outs import Replayed


def as_dict(done: Replayed) -> dict[str, object]:
    names = ("files", "opt_outs", "applied", "came_back", "erased", "missing", "unreadable")
    return {
        **{name: getattr(done, name) for name in names},
        "unknown_topics": dict(done.unknown_topics),
    }


def sentences_about(done: Replayed) -> list[str]:
    """Return the result, one sentence a line."""
    said = [
        f"{number_of(done.opt_outs, 'opt-out')} read from {number_of(done.files, 'file')}; "
        f"{done.applied} of them were new to this database."
    ]
    if done.erased:
        said.append(f"Erased again: {done.erased}. They had been erased after the backup was made.")
    if done.came_back:
        said.append(f"Kept: {done.came_back}. They have confirmed again since they unsubscribed.")
    for slug, number in sorted(done.unknown_topics.items()):
        said.append(
            f"{number} unsubscribed from the topic {slug}, which is not in this database. Create "
            f"the topic and run this command again."
        )
    if done.unreadable:
        said.append(f"{number_of(done.unreadable, 'line')} could not be read.")
    if done.missing:
        said.append(
            f"{number_of(done.missing, 'opt-out')} missing from the journals, because the disk was "
            f"full."
        )
    return said
