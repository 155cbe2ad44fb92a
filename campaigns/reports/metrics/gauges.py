"""Gauges as Prometheus reads them.

No label names a topic, a campaign, a person or an address: labels are states, kinds, checks,
queues, and names of mailers and hosts. Whoever may read figures needn't know more.
"""

from collections.abc import Mapping

from prometheus_client.core import GaugeMetricFamily

type Labels = tuple[str, ...]


def gauge(
    name: str, says: str, labels: Labels, numbers: Mapping[Labels, float]
) -> GaugeMetricFamily:
    """Make a gauge.

    Args:
        name: without the prefix that all of ours have.
        says: one sentence, which Prometheus shows beside the name.
        labels: their names.
        numbers: by the values of the labels, in the order of their names.
    """
    family = GaugeMetricFamily(f"convene_{name}", says, labels=labels)
    for values, number in numbers.items():
        family.add_metric(values, number)
    return family


def by_status(known: list[str], counted: Mapping[str, int]) -> dict[Labels, float]:
    """Return the number of each state, those without rows included."""
    return {(status,): float(counted.get(status, 0)) for status in known}
