"""Writes a generated archive in the format of `import_articles` to standard output.

The text of story i depends on i alone: bench/archive.py N [FIRST]
"""

import json
import random
import sys
from datetime import UTC, datetime, timedelta

END = datetime(2026, 11, 1, tzinfo=UTC)
SECTIONS = ["World", "Politics", "Business", "Culture", "Science", "Sport"]
PLACES = [
    "Ankara",
    "Izmir",
    "Beirut",
    "Tunis",
    "Porto",
    "Leeds",
    "Oslo",
    "Lima",
    "Accra",
]
PEOPLE = ["Amina", "Omar", "Sara", "Elif", "Kerem", "Nadia", "Tariq", "Helen", "Lukas"]
NAMES = ["Kaya", "Haddad", "Moreau", "Okafor", "Lind", "Petrov", "Silva", "Demir"]
THINGS = [
    "harbour", "budget", "school", "railway", "ferry", "market", "bridge", "museum",
    "harvest", "election", "ruling", "strike", "festival", "archive", "reservoir",
    "hospital", "stadium", "library", "treaty", "survey",
]  # fmt: skip
VERBS = ["reopened", "delayed", "approved", "rejected", "divided", "rebuilt", "moved"]
SENTENCE = (
    "{person} {name} said on {day} that the {thing} in {place} had {verb} more than "
    "{number} families, and that the {other} would take {small} months to settle."
)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def story(number, total):
    """Story `number` of `total`, as one line of the import format."""
    pick = random.Random(number)  # noqa: S311 - it makes prose, not secrets

    def words():
        return {
            "person": pick.choice(PEOPLE),
            "name": pick.choice(NAMES),
            "day": pick.choice(DAYS),
            "thing": pick.choice(THINGS),
            "other": pick.choice(THINGS),
            "place": pick.choice(PLACES),
            "verb": pick.choice(VERBS),
            "number": pick.randrange(100, 90_000),
            "small": pick.randrange(2, 20),
        }

    paragraphs = [
        " ".join(SENTENCE.format(**words()) for _ in range(2)) for _ in range(14)
    ]
    head = words()
    topics = pick.sample(PLACES + THINGS, 3)
    age = timedelta(days=3650 * (total - number) / total)
    return {
        "id": f"bench-{number}",
        "slug": f"{head['thing']}-{head['place']}-{number}".lower(),
        "section": SECTIONS[number % len(SECTIONS)],
        "headline": "{place} {thing} {verb} after {small} years".format(**head),
        "standfirst": SENTENCE.format(**words()),
        "body_html": "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs),
        "byline": [{"name": f"{head['person']} {head['name']}"}],
        "tags": [topic.title() for topic in topics]
        + [f"Topic {int(pick.paretovariate(0.4))}"[:14]],
        "published_at": (END - age).isoformat(),
    }


if __name__ == "__main__":
    total = int(sys.argv[1])
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for number in range(first, total + 1):
        sys.stdout.write(json.dumps(story(number, total), ensure_ascii=False) + "\n")
