"""The builder: a rule as rows of a form, with what may be chosen in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.audience.conditions.kind import Kind
from campaigns.audience.conditions.kinds import KINDS
from campaigns.audience.conditions.tree import Kinds
from campaigns.studio.audience.inputs import INPUTS, ConditionInput, Scope
from campaigns.studio.audience.typed import (
    CONDITIONS,
    EXCEPTIONS,
    FormProblem,
    TypedCondition,
    TypedGroup,
    TypedRule,
)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownInput:
    """An input with its value."""

    input: ConditionInput
    id: str
    name: str
    value: str
    choices: Sequence[Choice]
    has_focus: bool = False

    @property
    def is_among(self) -> bool:
        """Return whether its value is one of the choices."""
        return any(each.is_chosen for each in self.choices)

    @property
    def chosen(self) -> str:
        """The names of what is ticked, for the closed list."""
        return ", ".join(each.label for each in self.choices if each.is_chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A condition or a group of the form."""

    name: str
    label: str
    kind: str = ""
    inputs: Sequence[ShownInput] = ()
    error: str = ""
    match: str = ""
    rows: Sequence["Row"] = ()
    has_focus: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """All that the builder's template shows."""

    match: str
    conditions: Sequence[Row]
    exceptions: Sequence[Row]
    kinds: Sequence[Kind]
    is_full: bool
    focus: str = ""
    problems: Sequence[FormProblem] = ()


def builder_of(
    rule: TypedRule,
    *,
    kinds: Kinds,
    scope: Scope,
    focus: str = "",
    problems: Sequence[FormProblem] = (),
) -> Builder:
    """Return the rows of the form.

    Args:
        kinds: those that may be added.
        focus: the name of the row, or of the list, that gets the focus.
        problems: what is wrong with it.
    """
    errors = {each.id: each.text for each in problems}
    make = _Rows(scope=scope, focus=focus, errors=errors)
    return Builder(
        match=rule.match,
        conditions=[
            make.row(each, f"{CONDITIONS}-{place}") for place, each in enumerate(rule.conditions)
        ],
        exceptions=[
            make.row(each, f"{EXCEPTIONS}-{place}") for place, each in enumerate(rule.exceptions)
        ],
        kinds=list(kinds.values()),
        is_full=rule.is_full,
        focus=focus,
        problems=problems,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    scope: Scope
    focus: str
    errors: Mapping[str, str]

    def row(self, each: TypedCondition | TypedGroup, name: str) -> Row:
        has_focus = name == self.focus
        error = self.errors.get(name, "")
        if isinstance(each, TypedGroup):
            within = [self.row(one, f"{name}-{place}") for place, one in enumerate(each.conditions)]
            return Row(
                name=name,
                label="Group",
                match=each.match,
                rows=within,
                error=error,
                has_focus=has_focus,
            )
        inputs = INPUTS.get(each.kind, ())
        return Row(
            name=name,
            label=KINDS[each.kind].label if each.kind in KINDS else "Unknown condition",
            kind=each.kind,
            error=error,
            inputs=[
                self._input(one, each, name, has_focus=has_focus and place == 0)
                for place, one in enumerate(inputs)
            ],
        )

    def _input(
        self, one: ConditionInput, each: TypedCondition, name: str, *, has_focus: bool
    ) -> ShownInput:
        values = each.values.get(one.name, [])
        return ShownInput(
            input=one,
            id=f"{name}-{one.name}",
            name=f"{name}:{one.name}",
            value=values[0] if values else "",
            choices=[
                Choice(value, label, value in values)
                for value, label in one.choices(self.scope, values)
            ],
            has_focus=has_focus,
        )
