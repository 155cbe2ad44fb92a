"""Skipping: who gets no email although they were in the audience when sending began."""

from campaigns.states import SkipReason


def skip_reason(
    *,
    is_erased: bool,
    is_suppressed: bool,
    is_confirmed: bool,
    is_over: bool = False,
    is_paused: bool = False,
    is_discreet: bool = False,
    has_answered: bool = False,
    fits_no_more: bool = False,
) -> SkipReason | None:
    """Return why a delivery that is about to be claimed is skipped; None where it is not.

    Args:
        is_erased: the subscriber is gone.
        is_suppressed: nothing, or no campaign, may be sent to the address.
        is_confirmed: the person still follows the topic, and hasn't left by a link in this email.
        is_over: the last day of the person's membership has passed.
        is_paused: the person wants no campaigns for now.
        is_discreet: the person is in discreet mode, and the campaign asks for an answer by a
            personal link.
        has_answered: the person doesn't fit the campaign's rule about answers any more.
        fits_no_more: the person doesn't fit the campaign's conditions, which are about answers, any
            more.
    """
    if is_erased:
        return SkipReason.ERASED
    if is_suppressed:
        return SkipReason.SUPPRESSED
    if not is_confirmed:
        return SkipReason.UNSUBSCRIBED
    if is_over:
        return SkipReason.TERM_ENDED
    if is_paused:
        return SkipReason.PAUSED
    if is_discreet:
        return SkipReason.DISCREET
    if has_answered:
        return SkipReason.ANSWERED
    return SkipReason.NO_LONGER_FITS if fits_no_more else None
