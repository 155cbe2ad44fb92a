"""The first mailer that works is given the next batch; one that doesn't is left alone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from newsletter.models import MailerDay, MailerHealth
from newsletter.transport.pacing.choose_mailer import (
    ChosenMailer,
    Resting,
    choose_mailer,
    resting_mailers,
)
from newsletter.transport.pacing.circuit_breaker import end_rests, give_back_probe, record_result
from newsletter.transport.providers.mailer_urls import parse_mailer_urls
from newsletter.transport.results.result import Outcome, Result

DOWN = Result(Outcome.LATER, reason="connection refused", mailer_wide=True)
DOUBT = Result(Outcome.UNKNOWN, reason="no answer")
WRONG = Result(Outcome.MISCONFIGURED, reason="HTTP 401: bad key")
ALONE = ChosenMailer("bulk")


def use(settings: Settings, urls: str) -> None:
    mailers = parse_mailer_urls(urls)
    settings.BULK_MAILERS = ["bulk", "bulk-2", "bulk-3"][: len(mailers)]
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        **dict(zip(settings.BULK_MAILERS, mailers, strict=True)),
    }


@pytest.fixture
def two(db: None, settings: Settings) -> None:
    use(settings, "brevo://:key@ ses://eu-west-1")


def end_rest(mailer: str = "brevo") -> None:
    MailerHealth.objects.filter(mailer=mailer).update(
        rests_until=timezone.now() - timedelta(seconds=1)
    )


def rest_of(mailer: str = "brevo") -> timedelta:
    trouble = MailerHealth.objects.get(mailer=mailer)
    return trouble.rests_until - trouble.changed_at


def chosen() -> ChosenMailer:
    choice = choose_mailer()
    assert isinstance(choice, ChosenMailer), choice
    return choice


def refused() -> Resting:
    rest = choose_mailer()
    assert isinstance(rest, Resting), rest
    return rest


def test_the_first_is_used_while_it_works_and_nothing_is_written(
    two: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    choice = chosen()

    assert choice == ALONE
    with django_assert_num_queries(0):
        record_result(choice, None)
    assert not MailerHealth.objects.exists()
    assert resting_mailers() == []


@pytest.mark.parametrize("outcome", [DOWN, DOUBT, WRONG], ids=["down", "in doubt", "misconfigured"])
def test_where_the_first_takes_nothing_the_second_is_used(two: None, outcome: Result) -> None:
    record_result(ALONE, outcome)

    assert choose_mailer() == ChosenMailer("bulk-2")
    assert [(rest.mailer, rest.reason, rest.is_misconfigured) for rest in resting_mailers()] == [
        ("brevo", outcome.reason, outcome is WRONG)
    ]


def test_rests_double_up_to_a_limit(two: None) -> None:
    for failures in range(1, 12):
        record_result(ALONE, DOWN)
        expected = min(
            settings.MAILER_FIRST_REST * 2 ** (failures - 1), settings.MAILER_LONGEST_REST
        )
        assert expected <= rest_of() <= expected * 1.25
        end_rest()


def busy(seconds: float) -> Result:
    return Result(Outcome.LATER, reason="429", retry_after=seconds, mailer_wide=True)


@pytest.mark.parametrize("seconds", [2.0, 3.0, 3600.0])
def test_a_mailer_that_says_when_rests_as_long_as_it_asks_however_often(
    two: None, seconds: float
) -> None:
    for _ in range(9):
        record_result(ALONE, busy(seconds))
        assert rest_of() == timedelta(seconds=seconds)
        end_rest()


def test_a_mailer_that_asks_for_no_time_at_all_is_not_asked_without_end(two: None) -> None:
    record_result(ALONE, busy(0.0))
    assert rest_of() >= timedelta(seconds=1)


def test_after_doubts_a_mailer_rests_for_longer_each_time_whatever_it_asks_for(two: None) -> None:
    """Each try may put more messages in doubt."""
    for failures in range(3):
        record_result(ALONE, Result(Outcome.UNKNOWN, reason="503", retry_after=2.0))
        assert rest_of() >= settings.MAILER_FIRST_REST * 2**failures
        end_rest()
    record_result(ALONE, Result(Outcome.UNKNOWN, reason="503", retry_after=3600.0))
    assert rest_of() >= timedelta(hours=1)


def test_one_that_says_when_is_no_longer_out_of_order(two: None) -> None:
    """An outage after a busy minute begins with the first rest.

    A busy minute after an outage is as long as was asked.
    """
    for outcome, least, most in [
        (DOWN, 15, 19),
        (DOWN, 30, 38),
        (busy(2.0), 2, 2),
        (DOWN, 15, 19),
        (busy(3.0), 3, 3),
    ]:
        record_result(ALONE, outcome)
        assert timedelta(seconds=least) <= rest_of() <= timedelta(seconds=most)
        end_rest()


def test_several_that_meet_one_outage_count_as_one(two: None) -> None:
    for _ in range(5):
        record_result(ALONE, DOWN)

    assert MailerHealth.objects.get().failures == 1
    assert rest_of() <= settings.MAILER_FIRST_REST * 1.25
    record_result(ALONE, Result(Outcome.LATER, reason="429", retry_after=600.0, mailer_wide=True))
    assert rest_of() == timedelta(seconds=600), (
        "what the provider asks for counts, whenever it says so"
    )
    record_result(ALONE, WRONG)
    assert resting_mailers()[0].is_misconfigured


def test_after_a_rest_one_worker_tries_and_the_others_use_the_second(two: None) -> None:
    record_result(ALONE, DOWN)
    end_rest()

    probe = chosen()

    assert (probe.alias, probe.is_probe) == ("bulk", True)
    assert choose_mailer() == ChosenMailer("bulk-2")
    record_result(probe, None)
    assert choose_mailer() == ALONE
    assert not MailerHealth.objects.exists()


def test_who_comes_while_another_tries_is_told_so(db: None) -> None:
    """They look again each second, instead of leaving for the time that a probe may take."""
    record_result(ALONE, DOWN)
    assert not refused().is_tried
    end_rest("inbox")

    probe = chosen()

    assert refused().is_tried
    record_result(probe, DOWN)
    assert not refused().is_tried


def test_a_rest_that_a_person_ended_is_tried_by_nobody_yet(db: None) -> None:
    record_result(ALONE, DOWN)
    end_rest("inbox")
    chosen()

    end_rests()

    assert not MailerHealth.objects.get().is_tried


def test_a_probe_that_fails_makes_the_rest_longer(two: None) -> None:
    record_result(ALONE, DOWN)
    end_rest()

    record_result(chosen(), DOWN)

    assert MailerHealth.objects.get().failures == 2
    assert rest_of() >= 2 * settings.MAILER_FIRST_REST


def test_a_probe_that_never_comes_back_is_followed_by_another(two: None) -> None:
    record_result(ALONE, DOWN)
    end_rest()
    lost = chosen()
    end_rest()

    second = chosen()

    assert second.is_probe
    record_result(lost, None)
    assert MailerHealth.objects.exists(), "the second has not come back yet"
    record_result(second, None)
    assert not MailerHealth.objects.exists()


def test_a_probe_that_has_learnt_nothing_is_made_by_the_next_at_once(two: None) -> None:
    record_result(ALONE, DOWN)
    end_rest()

    give_back_probe(chosen())

    assert not MailerHealth.objects.get().is_tried
    assert MailerHealth.objects.get().failures == 1, "nobody knows yet whether it is well"
    assert chosen().is_probe


def test_a_probe_is_given_back_by_nobody_but_who_makes_it(two: None) -> None:
    record_result(ALONE, DOWN)
    end_rest()
    lost = chosen()
    end_rest()
    second = chosen()

    give_back_probe(lost)
    give_back_probe(ALONE)

    assert MailerHealth.objects.get().is_tried
    record_result(second, DOWN)
    give_back_probe(second)
    assert rest_of() >= settings.MAILER_FIRST_REST, "what it has learnt holds"
    assert choose_mailer() == ChosenMailer("bulk-2")


def test_who_began_before_the_trouble_does_not_end_it(two: None) -> None:
    before = chosen()
    record_result(ALONE, DOWN)

    record_result(before, None)

    assert choose_mailer() == ChosenMailer("bulk-2")


def test_an_open_circuit_is_closed_by_one_probe_after_ten_minutes(two: None) -> None:
    record_result(ALONE, WRONG)
    assert rest_of() == settings.MAILER_CIRCUIT
    end_rest()

    record_result(chosen(), WRONG)
    assert (rest_of(), choose_mailer()) == (settings.MAILER_CIRCUIT, ChosenMailer("bulk-2"))
    end_rest()
    record_result(chosen(), None)

    assert choose_mailer() == ALONE


def test_where_every_mailer_is_misconfigured_a_person_has_to_know(two: None) -> None:
    record_result(ALONE, WRONG)
    record_result(ChosenMailer("bulk-2"), WRONG)
    assert (refused().is_misconfigured, refused().reason) == (True, WRONG.reason)

    end_rest()
    probe = chosen()
    assert not refused().is_misconfigured, "that is being found out just now"
    record_result(probe, WRONG)
    assert refused().is_misconfigured


def test_where_one_only_rests_it_is_waited_for(two: None) -> None:
    record_result(ALONE, WRONG)
    record_result(
        ChosenMailer("bulk-2"),
        Result(Outcome.LATER, reason="429", retry_after=3600.0, mailer_wide=True),
    )

    assert (refused().mailer, refused().is_misconfigured) == ("ses", False)
    assert refused().until > timezone.now() + timedelta(minutes=59)


def test_a_person_who_has_mended_something_need_not_wait(two: None) -> None:
    record_result(ALONE, WRONG)

    assert end_rests() == 1
    assert chosen().is_probe
    assert end_rests() == 1, "a probe that is under way is no reason to wait either"


def test_a_mailer_that_has_had_its_share_of_the_day_leaves_the_rest_to_the_next(
    db: None, settings: Settings
) -> None:
    use(settings, f"brevo://:key@?warm_up={timezone.now():%Y-%m-%d} ses://eu-west-1")
    MailerDay.objects.create(mailer="brevo", day=datetime.now(UTC).date(), handed_over=200)

    assert choose_mailer() == ChosenMailer("bulk-2")
    [rest] = resting_mailers()
    assert rest.until.astimezone(UTC).date() == datetime.now(UTC).date() + timedelta(days=1)
    assert "warm-up" in rest.reason


def test_a_mailer_alone_rests(db: None) -> None:
    record_result(ALONE, DOWN)

    rest = refused()

    assert rest.until > timezone.now()
    assert (rest.mailer, rest.reason) == ("inbox", DOWN.reason)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("repetition", range(3))
def test_of_several_workers_at_once_one_tries_and_one_failure_counts(
    settings: Settings, repetition: int
) -> None:
    use(settings, "brevo://:key@ ses://eu-west-1")
    together = Barrier(4)

    def work(_: int) -> tuple[ChosenMailer | Resting, ChosenMailer | Resting]:
        try:
            together.wait()
            record_result(ALONE, DOWN)
            together.wait()
            first = choose_mailer()
            if together.wait() == 0:
                end_rest()
            together.wait()
            return first, choose_mailer()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(work, range(4)))

    assert {first for first, _ in answers} == {ChosenMailer("bulk-2")}
    assert sorted(choice.is_probe for _, choice in answers if isinstance(choice, ChosenMailer)) == [
        False,
        False,
        False,
        True,
    ]
    assert MailerHealth.objects.get().failures == 1


def test_a_late_failure_leaves_the_probe_of_another_alone(two: None) -> None:
    """Those who wait for its outcome would otherwise go away."""
    before = chosen()
    record_result(before, DOWN)
    end_rest()
    assert chosen().is_probe

    record_result(before, DOWN)

    trouble = MailerHealth.objects.get(mailer="brevo")
    assert trouble.is_tried


def test_a_mailer_that_asks_for_longer_than_a_probe_rests(two: None) -> None:
    before = chosen()
    record_result(before, DOWN)
    end_rest()
    assert chosen().is_probe

    record_result(before, replace(DOWN, retry_after=300.0))

    trouble = MailerHealth.objects.get(mailer="brevo")
    assert not trouble.is_tried
    assert rest_of() > timedelta(seconds=200)
