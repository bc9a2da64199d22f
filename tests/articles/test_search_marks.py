"""The periods of a search: together they hold every day once."""

from datetime import UTC, datetime, timedelta

import pytest

from articles.search import marks

DAYS = [datetime(2026, 11, 26, tzinfo=UTC) - timedelta(days=days) for days in range(70)]
LONG_AGO = [datetime(year, 5, 17, tzinfo=UTC) for year in range(1650, 2026, 7)]


@pytest.mark.parametrize("end", DAYS[::9])
@pytest.mark.parametrize("then", [*DAYS[::7], *LONG_AGO])
def test_a_moment_is_in_one_period_before_or_after(end, then):
    found = [*marks.later(end), *marks.periods(None, end)]

    assert len(set(found) & set(marks.of_time(then))) == 1


@pytest.mark.parametrize("then", LONG_AGO)
def test_from_the_beginning_that_was_asked_for(then):
    found = marks.periods(then, DAYS[0])

    assert len(set(found) & set(marks.of_time(then))) == 1


def test_they_are_few_and_the_newest_comes_first():
    for end in DAYS:
        found = marks.periods(None, end)
        assert len(found) <= 40
        assert found[0] in marks.of_time(end)
