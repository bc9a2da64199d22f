"""Proves with the real servers that a change shows at once and an outage shows nothing.

bench/outages.py [--write]    granian, nginx, PostgreSQL and Redis of its own, 3 minutes

`--write` puts its table into docs/reliability.md.
"""

import os
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Thread

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.servers import Servers, write_table

STORIES = 400
AT_ONCE = 200
lines = []


def say(question, answer, demand, *, holds):
    lines.append(
        f"| {question} | {answer} | {demand} | {'yes' if holds else '**no**'} |"
    )
    sys.stdout.write(lines[-1] + "\n")
    sys.stdout.flush()


def seconds_until(wanted, *, most=20):
    begun = time.monotonic()
    while not wanted():
        if time.monotonic() - begun > most:
            return most
        time.sleep(0.01)
    return time.monotonic() - begun


def spread(times):
    return f"median {statistics.median(times):.2f} s, worst {max(times):.2f} s"


class Editor:
    """Changes rows and says how long it takes until readers see it through nginx."""

    def __init__(self, servers):
        self.page = servers.through_nginx

    def until_seen(self, path, change, wanted):
        """Seconds from the beginning of a change until `wanted` is true of a page."""
        from django.db import transaction

        self.page(path)
        saving = Thread(target=transaction.atomic(change))
        saving.start()
        seconds = seconds_until(lambda: wanted(*self.page(path)))
        saving.join()
        return seconds

    def corrects(self, story):
        word = f"Corrected-{story.pk}"

        def change():
            story.headline = word
            story.save()
            story.events.create(kind="changed")

        return self.until_seen(story.get_absolute_url(), change, _holds(word))

    def withdraws(self, story):
        def change():
            story.pub_status = "canceled"
            story.save()
            story.events.create(kind="withdrawn")

        def wanted(status, *_):
            return status in (404, 410)

        return self.until_seen(story.get_absolute_url(), change, wanted)

    def publishes(self, word, section, path):
        return self.until_seen(path, lambda: _story(word, section), _holds(word))

    def renames(self, tag):
        word = f"Topic-{tag.pk}-renamed"

        def change():
            type(tag).objects.filter(pk=tag.pk).update(name=word)

        return self.until_seen(tag.get_absolute_url(), change, _holds(word))

    def schedules(self, word, section):
        """Seconds from the time a story is due until the front page has it."""
        from django.utils import timezone

        due = timezone.now() + timedelta(seconds=3)
        _story(word, section, published_at=due)
        self.page("/")
        seconds_until(lambda: word.encode() in self.page("/")[2])
        return (timezone.now() - due).total_seconds()


def _holds(word):
    return lambda status, headers, body: word.encode() in body


def _story(word, section, *, published_at=None):
    from django.utils import timezone

    from articles.models import Article

    Article.objects.create(
        headline=word,
        slug=word.lower(),
        section=section,
        pub_status="usable",
        published_at=published_at or timezone.now(),
    )


def changes(servers, stories, tags):
    """What editors and the clock change, seen through nginx."""
    editor = Editor(servers)
    section = stories[0].section
    home = section.get_absolute_url()
    for name, times, most in [
        ("A corrected story, on its page", map(editor.corrects, stories[:10]), 1),
        (
            "A new story, on the front page",
            (editor.publishes(f"Front-{n}", section, "/") for n in range(5)),
            1,
        ),
        (
            "A new story, on its section's page",
            (editor.publishes(f"Section-{n}", section, home) for n in range(5)),
            1,
        ),
        ("A withdrawn story is gone", map(editor.withdraws, stories[10:15]), 1),
        ("A tag renamed by a bulk update, on its page", map(editor.renames, tags), 3),
        (
            "A scheduled story, on the front page, after its time",
            (editor.schedules(f"Due-{n}", section) for n in range(3)),
            1,
        ),
    ]:
        taken = list(times)
        say(name, spread(taken), f"{most} s", holds=max(taken) <= most)


def herd(servers, stories):
    """How often a page is made that many ask for at once."""
    for name, ask, story in [
        ("nginx", servers.through_nginx, stories[30]),
        ("the site itself, 2 processes", servers.from_site, stories[31]),
    ]:
        path = story.get_absolute_url()
        log = servers.directory / "postgres.log"
        before = log.read_bytes().count(story.slug.encode())
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = [answer[0] for answer in pool.map(ask, [path] * AT_ONCE)]
        time.sleep(0.5)
        made = log.read_bytes().count(story.slug.encode()) - before
        good = answers.count(200)
        say(
            f"{AT_ONCE} readers at once ask {name} for a page that nobody has made",
            f"{good} get it, made {made} time{'s' if made != 1 else ''}",
            "made once",
            holds=good == AT_ONCE and made == 1,
        )


def outages(servers, stories):
    known = ["/", "/feed/", "/sitemap.xml", "/robots.txt"]
    known += [story.get_absolute_url() for story in stories[40:66]]
    known += sorted({story.section.get_absolute_url() for story in stories[:60]})
    known += ["/tags/", "/archive/", "/newsletters/", "/republish/"]
    unknown = stories[100].get_absolute_url()

    def answers(ask, expected):
        begun = time.monotonic()
        found = [ask(path)[0] for path in known]
        each = (time.monotonic() - begun) / len(known)
        good = sum(status == 200 for status in found)
        new = ask(unknown)[0]
        return good, each, new, good == len(known) and new in expected

    def ask_all(what, expected):
        for name, ask in [
            ("nginx", servers.through_nginx),
            ("the site", servers.from_site),
        ]:
            if name == "the site" and "site" not in servers.processes:
                continue
            good, each, new, holds = answers(ask, expected)
            say(
                f"{what}; asked of {name}",
                f"{good} of {len(known)} pages, {each * 1000:.0f} ms each; "
                f"one that was never asked for: {new}",
                "all pages",
                holds=holds,
            )

    for ask in (servers.through_nginx, servers.from_site):
        for path in known:
            ask(path)
    time.sleep(3)  # older than any cache calls fresh
    servers.kill("postgres")
    ask_all("PostgreSQL killed", {503})
    servers.kill("redis")
    good, each, new, _ = answers(servers.through_nginx, {503})
    say(
        "PostgreSQL and Redis killed; asked of nginx",
        f"{good} of {len(known)} pages, {each * 1000:.0f} ms each; one that was never "
        f"asked for: {new}",
        "all pages",
        holds=good == len(known) and new == 503,
    )
    servers.postgres()
    unknown = stories[101].get_absolute_url()
    wait = seconds_until(lambda: servers.from_site(unknown)[0] == 200)
    say(
        "PostgreSQL is back, and mends its files: pages are made again after",
        f"{wait:.1f} s",
        "10 s",
        holds=wait < 10,
    )
    unknown = stories[102].get_absolute_url()
    ask_all("Redis killed", {200})
    servers.kill("site")
    unknown = stories[103].get_absolute_url()
    ask_all("The site killed, its worker too", {503})
    servers.redis()
    servers.site()
    wait = seconds_until(lambda: servers.through_nginx(unknown)[0] == 200)
    say(
        "The site is back: pages are made again after",
        f"{wait:.1f} s",
        "5 s",
        holds=wait < 5,
    )


def hardening(servers, stories):
    """What a stranger sends."""
    ask = servers.through_nginx
    path = stories[110].get_absolute_url()
    ask(path)
    refreshed = [ask(path, X_Refresh="guess")[1]["X-Cache"] for _ in range(3)]
    with_cookie = ask(path, Cookie="sessionid=abc; django_language=ar")[1]
    tracked = ask(f"{path}?utm_source=x&fbclid=y")[1]
    forged = ask("/", X_Forwarded_Proto="http", X_Forwarded_Host="evil.example")[1]
    admin = ask("/admin/login/")[1]

    def sign_up(body):
        return ask("/newsletters/sign-up/", method="POST", body=body)[0]

    cases = [
        ("a guessed refresh header refreshes nothing", refreshed[1:] == ["HIT"] * 2),
        (
            "cookies make no other page",
            with_cookie["X-Cache"] == "HIT" and "Set-Cookie" not in with_cookie,
        ),
        ("where readers come from makes no other page", tracked["X-Cache"] == "HIT"),
        ("forwarding headers are not believed", forged["Location"] is None),
        ("the admin is kept by nobody", admin["X-Cache"] in (None, "BYPASS")),
        ("a form of 2 MB is refused", sign_up(b"x" * 2_000_000) == 413),
        (
            "most forms of a dozen at once are refused",
            [sign_up(b"") for _ in range(12)].count(429) >= 5,
        ),
        (
            "//world/ does not spoil /world/",
            ask("//world/")[0] in (301, 404) and ask("/world/")[0] == 200,
        ),
    ]
    for name, holds in cases:
        say(
            f"A stranger: {name}",
            "so it is" if holds else "it is not so",
            "–",
            holds=holds,
        )


def main():
    with Servers() as servers:
        servers.postgres(log_statements=True)
        servers.redis()
        servers.behind_nginx()
        servers.archive(STORIES)
        servers.site()
        servers.nginx()
        os.environ.update(servers.environment)
        os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
        import django

        django.setup()
        from django.db import connection

        from articles.models import Article, Tag

        stories = list(
            Article.objects.published().latest_first().select_related("section")
        )
        load = os.getloadavg()[0]
        changes(servers, stories, Tag.objects.order_by("pk")[:5])
        herd(servers, stories)
        hardening(servers, stories)
        connection.close()
        outages(servers, stories)
        note = (
            f"Load when it began {load:.1f}, when it ended {os.getloadavg()[0]:.1f}, "
            f"on {os.cpu_count()} cores.\n"
        )
    table = "| question | measured | wanted | holds |\n|---|---|---|---|\n"
    table += "\n".join(lines) + f"\n\n{note}"
    if "--write" in sys.argv:
        write_table("outages", table, "reliability.md")
    sys.stdout.write(note)
    if any("**no**" in line for line in lines):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
