"""What a document of PostgreSQL holds beside its words, for its one index.

A mark is a word that no text can hold. With those of time the newest stories of a
common word are found without a look at the others: a search asks for the word and one
period, from the newest on, and stops when it has enough. The periods grow with their
age, so that a rare word costs few steps.
"""

from datetime import UTC, datetime

# Before a word of the headline; of headline, kicker, standfirst or a name.
IN_HEADLINE, IN_TOP = "^", "~"
_DAY = 86_400
# A period of one level has as many of the level below; the largest has 45 years.
_SPAN, _LEVELS = 4, 8
_FIRST_DAY = -6 * _SPAN ** (_LEVELS - 1)  # in the year 1700


def of_section(key):
    return f"@s{key}"


def of_tag(key):
    return f"@t{key}"


def of_author(key):
    return f"@a{key}"


def of_time(instant):
    """The mark of each period that holds this instant."""
    day = max(_day(instant), _FIRST_DAY)
    return [f"@{level}.{day // _SPAN**level}" for level in range(_LEVELS)]


def periods(begin, end):
    """The marks of periods from `begin`, or ever, to `end`, newest first."""
    day, first = _day(end), _FIRST_DAY if begin is None else _day(begin)
    found, level = [], 0
    while day >= first:
        while level + 1 < _LEVELS and (day + 1) % _SPAN ** (level + 1) == 0:
            level += 1
        found.append(f"@{level}.{day // _SPAN**level}")
        day -= _SPAN**level
    return found


def later(instant):
    """The marks of periods after the day of this instant, the last first."""
    day, level, found = _day(instant) + 1, 0, []
    while level < _LEVELS - 1:
        while level + 1 < _LEVELS and day % _SPAN ** (level + 1) == 0:
            level += 1
        found.insert(0, f"@{level}.{day // _SPAN**level}")
        day += _SPAN**level
    return found


def _day(instant):
    return int((instant - _EPOCH).total_seconds() // _DAY)


# A document without a mark of time, in the words of the index that finds it.
UNMARKED = "NOT document @@ '''@7.'':*'::tsquery"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
