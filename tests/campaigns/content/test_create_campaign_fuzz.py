"""Whatever JSON says, the answer is a campaign or a ContentError, and never half of one."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.content.check_content import ContentError
from campaigns.content.create_campaign import create_campaign, read_json
from campaigns.models import Campaign, CampaignContent, Event
from subscribers.models import Topic

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
KINDS = (
    st.sampled_from(
        ["heading", "rich_text", "event_card", "image", "button", "quotation", "divider"]
    )
    | SCALARS
)
BLOCKS = st.lists(
    st.fixed_dictionaries(
        {"type": KINDS},
        optional=dict.fromkeys(("text", "html", "url", "alt", "label", "source"), JSON),
    )
)
CONTENT = st.fixed_dictionaries(
    {}, optional={"subject": JSON, "preheader": JSON, "blocks": BLOCKS | JSON}
)
CONTENTS = st.dictionaries(st.just("en") | st.text(), CONTENT | JSON) | JSON
SHAPES = st.fixed_dictionaries(
    {"name": st.just("x") | JSON, "topic": st.just("quarterly-meetings") | JSON},
    optional={
        "language": st.just("en") | JSON,
        "event": st.just("quarterly-meeting") | JSON,
        "contents": CONTENTS,
    },
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=SHAPES | JSON)
def test_any_json_is_taken_whole_or_refused_by_path(topic: Topic, event: Event, data: Any) -> None:
    before = Campaign.objects.count()
    try:
        campaign = create_campaign(data)
    except ContentError as error:
        assert str(error).isprintable()  # noqa: PT017 - both ends are answers
        assert Campaign.objects.count() == before
        assert CampaignContent.objects.count() == before
    else:
        assert campaign.contents.count() == 1
        campaign.delete()


@settings(max_examples=150, deadline=None)
@given(
    raw=st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_are_json_or_refused(raw: bytes) -> None:
    try:
        read_json(raw)
    except ContentError as error:
        assert str(error)  # noqa: PT017 - both ends are answers
