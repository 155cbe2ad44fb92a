"""Signals to the apps above."""

from django.dispatch import Signal

sender_changed = Signal()
"""Sent in the transaction that changes the brand's sender name, sender address or reply-to address.
A receiver answers what followed from it, for staff to read, or with an empty string.
"""

social_links_changed = Signal()
"""Sent in the transaction that changes the brand's social links. A receiver answers as one of
`sender_changed` does.
"""

provider_events_recorded = Signal()
"""Sent with `events`, a list of at most 1,000 ProviderEvent rows, in the transaction that records
them. Facts may come twice, late and in any order. A receiver answers with the fingerprints of
events that came too early for it, such as those of a message whose dispatch isn't settled yet: they
are announced again.
"""

asked_before_attempt = Signal()
"""Sent with `messages`, TransactionalMessages that are about to be sent, and `by_person`, whether
staff want them sent again. A receiver answers with a mapping: the ids of those that must not be
sent → why, for staff to read. This app knows nothing of people: the apps above know who has opted
out since a message was written, or was erased.
"""

asked_whether_discreet = Signal()
"""Sent with `messages`, TransactionalMessages that are about to be sent, in the transaction of
their claim. A receiver answers with the set of ids of those whose recipient is in discreet mode.
"""

neutral_sender_missing = Signal()
"""Sent where the brand is saved and its neutral settings aren't fit for discreet mail. A receiver
answers what follows from it, for staff to read, or with an empty string.
"""

asked_where_images_are_used = Signal()
"""Sent with `keys`, the keys of images, and `leaving_out`, need-to-know topics whose own places
needn't be told. A receiver answers with a list of ImageUse (newsletter.media.image_use): one for
each place that shows one of them.
"""

focal_point_changed = Signal()
"""Sent with `key`, that of an image, in the transaction that changes its focal point: where crops
of it are shown, others are from then on. A receiver answers as one of `sender_changed` does.
"""
