"""Findings of preflight."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """The consequence of a finding."""

    BLOCKER = "blocker"
    """The campaign can't be approved or launched."""
    WARNING = "warning"
    """It can, but a person should have seen this."""
    ADVICE = "advice"
    """It would be better otherwise, which is a matter of judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightFinding:
    """One problem that preflight found, in words for staff."""

    severity: Severity
    message: str
    path: str = ""
    """The field it is about, such as contents.en.subject; empty: the campaign as a whole."""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


def blockers(findings: list[PreflightFinding]) -> list[PreflightFinding]:
    """Return the findings that forbid an approval or a launch."""
    return [finding for finding in findings if finding.severity == Severity.BLOCKER]


def by_severity(findings: Iterable[PreflightFinding]) -> list[PreflightFinding]:
    """Return the findings with the gravest first, and else in their order."""
    order = list(Severity)
    return sorted(findings, key=lambda finding: order.index(finding.severity))


def blocker(message: str, path: str = "") -> PreflightFinding:
    """Return a finding that forbids an approval or a launch."""
    return PreflightFinding(severity=Severity.BLOCKER, message=message, path=path)


def warning(message: str, path: str = "") -> PreflightFinding:
    """Return a finding that a person should see."""
    return PreflightFinding(severity=Severity.WARNING, message=message, path=path)


def advice(message: str, path: str = "") -> PreflightFinding:
    """Return a finding that a person may follow or not."""
    return PreflightFinding(severity=Severity.ADVICE, message=message, path=path)
