"""Fills the desk's other lists with as many rows as there are stories: bench/lists.py

With DATABASE_URL naming a PostgreSQL database that holds generated stories
(bench/load.py) and nothing of the desk's yet. A hundredth of the stories are drafts
afterwards, each has a slugline, every other a picture.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - after the setup

from bench.archive import NAMES, PEOPLE, PLACES, THINGS  # noqa: E402


def _word(words, number="n"):
    listed = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{listed}])[1 + mod({number}, {len(words)})::int]"


# Of row n: each word in another rhythm, so that all go together.
WORDS = {
    "thing": _word(THINGS),
    "Thing": f"initcap({_word(THINGS)})",
    "other": _word(THINGS, "n / 7"),
    "place": _word(PLACES, "n / 20"),
    "person": _word(PEOPLE, "n / 3"),
    "name": _word(NAMES, "n / 11"),
    "domain": _word(["example.com", "example.org", "paper.example"], "n / 5"),
    "at": "now() - n * interval '50 minutes'",
}
EMAIL = "lower({person} || '.' || {name}) || n || '@' || {domain}"
# Each table with the values of row n; what is not named is empty, null, 0 or false.
TABLES = {
    "articles_picture": {
        "original": "'2026/01/' || n || '.jpg'",
        "width": "1200", "height": "800",
        "content_hash": "md5('picture' || n)", "look": "left(md5('look' || n), 16)",
        "rendition_status": "'made'",
        "caption": "{Thing} || ' of ' || {place} || ' in the ' || {other} || ' ' || n",
        "alt_text": "'The ' || {thing} || ' beside a ' || {other}",
        "creator": "{person} || ' ' || {name}",
        "credit_line": "{person} || ' ' || {name}",
        "keywords": "{thing} || ', ' || {place}",
        "usage": _word(["own", "agency", "handout", "unknown"], "n / 13"),
        "allows_site": "true", "uploaded_at": "{at}",
    },
    "articles_author": {
        "name": "{person} || ' ' || {name} || ' ' || n", "slug": "'writer-' || n",
        "job_title": "{place} || ' correspondent'",
    },
    "articles_tag": {
        "name": "{Thing} || ' ' || {place} || ' ' || n", "slug": "'made-' || n",
        "folded": "{thing} || ' ' || lower({place}) || ' ' || n",
    },
    "articles_articleevent": {
        "kind": _word(["published", "changed", "corrected"]), "at": "{at}",
        "article_id": "story", "by_id": "desk",
    },
    "articles_revision": {
        "kind": "'saved'", "at": "{at}", "by_name": "'Desk'", "content": "'{{}}'",
        "changed": "'[]'", "digest": "md5('revision' || n)", "article_id": "story",
        "by_id": "desk",
    },
    "articles_errorreport": {
        "error": "'The ' || {thing} || ' in ' || {place} || ' is older'",
        "passage": "'the ' || {other}", "name": "{person} || ' ' || {name}",
        "email": EMAIL, "received_at": "{at}",
        "handled_at": "CASE WHEN mod(n, 50) > 0 THEN now() END",
        "status": "CASE mod(n, 50) WHEN 0 THEN 'open' ELSE 'unchanged' END",
        "article_id": "story",
    },
    "articles_wiresource": {
        "name": "'Agency'", "url": "'https://agency.example/feed'", "language": "'en'",
        "section_id": "(SELECT min(id) FROM articles_section)", "LIMIT": 1,
    },
    "articles_wireitem": {
        "guid": "'urn:agency.example:' || n", "received_at": "{at}",
        "headline": "{place} || ' ' || {thing} || ' divided ' || n",
        "slugline": "{thing} || '-' || {place}", "byline": "'[]'", "keywords": "'[]'",
        "pictures": "'[]'", "provider": "'Agency'", "kind": "'text'",
        "state": "CASE mod(n, 20) WHEN 0 THEN 'new' ELSE 'left' END",
        "source_id": "(SELECT min(id) FROM articles_wiresource)",
    },
    "articles_pastpath": {
        "path": "'/' || (2000 + mod(n, 20)) || '/' || {thing} || '-' || n || '/'",
        "article_id": "story",
    },
    "articles_pastaddress": {
        "slug": "{thing} || '-' || {other} || '-' || n", "article_id": "story",
        "section_id": "(SELECT min(id) FROM articles_section)",
    },
    "articles_loginevent": {
        "kind": _word(["login", "failed"]), "at": "{at}", "network": "'192.0.2.0/24'",
        "user_id": "desk",
    },
    "django_admin_log": {
        "action_time": "{at}", "object_id": "story", "user_id": "desk",
        "object_repr": "{place} || ' ' || {thing} || ' divided ' || n",
        "action_flag": "2", "change_message": "'[]'",
        "content_type_id": "(SELECT id FROM django_content_type WHERE model='article')",
    },
    "newsletter_newsletter": {
        "name": "'Daily'", "slug": "'daily'", "language": "'en'", "is_open": "true",
        "time_zone": "'Europe/London'", "LIMIT": 1,
    },
    "newsletter_subscriber": {
        "email": EMAIL, "email_folded": EMAIL, "key": "md5('reader' || n)",
        "created_at": "{at}",
    },
    "newsletter_subscription": {
        "requested_at": "{at}", "confirmed_at": "{at}", "subscriber_id": "n",
        "unsubscribed_at": "CASE mod(n, 10) WHEN 0 THEN now() END",
        "newsletter_id": "1",
    },
    "newsletter_consentevent": {
        "kind": "'confirmed'", "at": "{at}", "newsletter_id": "1",
        "subscriber_id": "n",
    },
    "newsletter_suppression": {
        "email_folded": EMAIL, "reason": _word(["bounced", "complained"]),
        "at": "{at}",
    },
    "newsletter_issue": {
        "uuid": "gen_random_uuid()", "subject": "{Thing} || ' ' || n",
        "slug": "'issue-' || n", "is_public": "true", "status": "'sent'",
        "started_at": "{at}", "finished_at": "{at}", "created_at": "{at}",
        "newsletter_id": "1",
    },
    "newsletter_delivery": {
        "status": "CASE mod(n, 50) WHEN 0 THEN 'failed' ELSE 'sent' END",
        "due_at": "{at}", "sent_at": "{at}", "attempts": "1", "subscriber_id": "n",
        "bounced_at": "CASE mod(n, 50) WHEN 1 THEN {at} END",
        "issue_id": "1 + mod(n, (SELECT count(*) FROM newsletter_issue))",
    },
    "republishing_license": {
        "name": "'Standard'", "slug": "'standard'", "usage_terms": "'Once.'",
        "LIMIT": 1,
    },
    "republishing_republishingrequest": {
        "reference": "'R' || n", "key": "md5('key' || n)",
        "fingerprint": "md5('print' || n)", "name": "{person} || ' ' || {name}",
        "email": EMAIL, "organisation": "{place} || ' ' || {Thing} || ' Press'",
        "country": "{place}",
        "organisation_type": _word(["publisher", "education", "broadcaster"], "n / 2"),
        "audience": "'under-10000'", "medium": _word(["web", "print", "book"], "n / 9"),
        "territory": "'world'", "term": "'year'", "accepted_terms_at": "{at}",
        "state": _word(["licensed", "declined", "expired", "new"], "n / 17"),
        "created_at": "{at}", "article_id": "story",
    },
    "republishing_requestevent": {
        "kind": "'received'", "at": "{at}", "request_id": "n",
    },
    "republishing_quote": {
        "number": "'Q' || n", "request_id": "n", "license_id": "1", "amount": "5000",
        "license_name": "'Standard'", "currency": "'EUR'", "lines": "'[]'",
        "issued_at": "{at}", "expires_at": "now()", "accepted_at": "{at}",
    },
    "republishing_grant": {
        "number": "'G' || n", "key": "md5('grant' || n)",
        "pixel_key": "md5('pixel' || n)", "starts_at": "{at}", "quote_id": "n",
        "article_id": "story",
    },
    "republishing_grantviews": {
        "day": "now()::date", "count": "n", "grant_id": "n",
    },
    "republishing_updatenotice": {
        "kind": "'update'", "made_at": "{at}", "grant_id": "n",
        "done_at": "CASE WHEN mod(n, 50) > 0 THEN now() END",
        "event_id": "(SELECT min(id) FROM articles_articleevent) + n - 1",
    },
}  # fmt: skip
# Tables of which there are fewer, as how many times.
FEWER = {"newsletter_issue": 100}
EMPTY = {"character varying": "''", "text": "''", "boolean": "false", "jsonb": "'{}'"}
STORIES = """
    UPDATE articles_article SET
        slugline = replace(lower(headline), ' ', '-'),
        lead_picture_id = CASE WHEN mod(id, 2) = 0 THEN picture END,
        pub_status = CASE WHEN mod(id, 100) = 0 THEN 'withheld' ELSE pub_status END,
        planned_for = CASE WHEN mod(id, 100) = 0 THEN published_at::date END
    FROM (
        SELECT id AS key, (SELECT min(id) FROM articles_picture)
            + row_number() OVER (ORDER BY id) - 1 AS picture
        FROM articles_article
    ) chosen WHERE id = key
"""
USES = """
    INSERT INTO articles_pictureuse (article_id, picture_id)
    SELECT id, lead_picture_id FROM articles_article WHERE lead_picture_id IS NOT NULL
"""


def fill(cursor, table, values, count):
    values = dict(values)
    count = values.pop("LIMIT", None) or max(count // FEWER.get(table, 1), 1)
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE "
        "table_name = %s AND is_nullable = 'NO' AND is_identity = 'NO' "
        "AND column_default IS NULL",
        [table],
    )
    needed = {name: EMPTY.get(kind, "0") for name, kind in cursor.fetchall()}
    values = {**needed, **{k: v.format(**WORDS) for k, v in values.items()}}
    # What is random here is which row goes with which.
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(map('"{}"'.format, values))}) "  # noqa: S608 - of the names above
        f"SELECT {', '.join(values.values())} FROM ("
        "SELECT row_number() OVER (ORDER BY id) AS n, id AS story, "
        "(SELECT min(id) FROM auth_user) AS desk FROM articles_article) stories "
        f"WHERE n <= {count}"
    )


if __name__ == "__main__":
    from django.contrib.auth import get_user_model

    get_user_model().objects.get_or_create(
        username="bench", defaults={"is_staff": True, "is_superuser": True}
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM articles_article")
        [count] = cursor.fetchone()
        for table, values in TABLES.items():
            fill(cursor, table, values, count)
        cursor.execute(STORIES)
        cursor.execute(USES)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    sys.stdout.write(f"{len(TABLES)} lists of up to {count:,} rows.\n")
