"""Writes a generated WordPress export to standard output: bench/wxr.py N [WORDS]

The text of post i depends on i alone. Every tenth post links to the one before it,
every twentieth is a draft, and each has an author, two categories and three tags.
Comments, custom fields and revisions stand among them, as in a real one.
"""

import random
import sys
from datetime import UTC, datetime, timedelta

END = datetime(2026, 11, 1, tzinfo=UTC)
SECTIONS = ["World", "Politics", "Business", "Culture", "Science", "Sport"]
PEOPLE = ["Amina Kaya", "Omar Haddad", "Sara Lind", "Elif Petrov", "Kerem Silva"]
WORDS = [
    "harbour", "budget", "school", "railway", "ferry", "market", "bridge", "museum",
    "harvest", "election", "ruling", "strike", "festival", "archive", "reservoir",
    "hospital", "stadium", "library", "treaty", "survey", "council", "said", "on",
    "Monday", "that", "the", "new", "would", "take", "months", "to", "settle",
    "because", "people", "in", "had", "been", "told", "nothing", "of", "it", "and",
    "minister", "who", "opened", "last", "spring", "was", "away",
]  # fmt: skip
HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wfw="http://wellformedweb.org/CommentAPI/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>The Generated Courier</title>
<link>https://courier.example</link>
<language>en-GB</language>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://courier.example</wp:base_site_url>
<wp:base_blog_url>https://courier.example</wp:base_blog_url>
"""
AUTHOR = """<wp:author><wp:author_id>{number}</wp:author_id>
<wp:author_login><![CDATA[{login}]]></wp:author_login>
<wp:author_email><![CDATA[{login}@courier.example]]></wp:author_email>
<wp:author_display_name><![CDATA[{name}]]></wp:author_display_name></wp:author>
"""
CATEGORY = """<wp:category><wp:term_id>{number}</wp:term_id>
<wp:category_nicename><![CDATA[{slug}]]></wp:category_nicename>
<wp:category_parent><![CDATA[]]></wp:category_parent>
<wp:cat_name><![CDATA[{name}]]></wp:cat_name></wp:category>
"""
ITEM = """<item>
<title><![CDATA[{title}]]></title>
<link>https://courier.example/{day:%Y/%m}/{slug}/</link>
<pubDate>{day:%a, %d %b %Y %H:%M:%S} +0000</pubDate>
<dc:creator><![CDATA[{login}]]></dc:creator>
<guid isPermaLink="false">https://courier.example/?p={number}</guid>
<description></description>
<content:encoded><![CDATA[{body}]]></content:encoded>
<excerpt:encoded><![CDATA[{excerpt}]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id>
<wp:post_date><![CDATA[{day:%Y-%m-%d %H:%M:%S}]]></wp:post_date>
<wp:post_date_gmt><![CDATA[{day:%Y-%m-%d %H:%M:%S}]]></wp:post_date_gmt>
<wp:comment_status><![CDATA[closed]]></wp:comment_status>
<wp:post_name><![CDATA[{slug}]]></wp:post_name>
<wp:status><![CDATA[{status}]]></wp:status>
<wp:post_parent>0</wp:post_parent>
<wp:post_type><![CDATA[post]]></wp:post_type>
<wp:post_password><![CDATA[]]></wp:post_password>
<wp:is_sticky>0</wp:is_sticky>
{categories}
<wp:postmeta><wp:meta_key><![CDATA[_edit_last]]></wp:meta_key>
<wp:meta_value><![CDATA[1]]></wp:meta_value></wp:postmeta>
<wp:comment><wp:comment_id>{number}</wp:comment_id>
<wp:comment_content><![CDATA[Well said.]]></wp:comment_content></wp:comment>
</item>
"""


def post(number, words):
    pick = random.Random(number)  # noqa: S311 - it makes prose, not secrets
    day = END - timedelta(hours=number)
    name = PEOPLE[number % len(PEOPLE)]
    paragraphs = [
        " ".join(pick.choices(WORDS, k=60)).capitalize() + "."
        for _ in range(max(1, words // 60))
    ]
    if number % 10 == 0:
        before = END - timedelta(hours=number - 1)
        paragraphs.append(
            f'See <a href="https://courier.example/{before:%Y/%m}/post-{number - 1}/">'
            "the report of the hour before</a>."
        )
    if number % 2:
        body = "\n\n".join(paragraphs)
    else:
        body = "\n\n".join(
            f"<!-- wp:paragraph -->\n<p>{words}</p>\n<!-- /wp:paragraph -->"
            for words in paragraphs
        )
    section = SECTIONS[number % len(SECTIONS)]
    terms = [("category", section.lower(), section), ("category", "local", "Local")]
    terms += [("post_tag", word, word) for word in pick.sample(WORDS[:20], 3)]
    return ITEM.format(
        number=number,
        title=" ".join(pick.choices(WORDS, k=8)).capitalize(),
        slug=f"post-{number}",
        day=day,
        login=name.split()[0].lower(),
        body=body,
        excerpt=" ".join(pick.choices(WORDS, k=15)).capitalize(),
        status="publish" if number % 20 else "draft",
        categories="\n".join(
            f'<category domain="{kind}" nicename="{slug}"><![CDATA[{name}]]></category>'
            for kind, slug, name in terms
        ),
    )


def main(count, words=800):
    write = sys.stdout.write
    write(HEAD)
    for number, name in enumerate(PEOPLE, 1):
        write(AUTHOR.format(number=number, name=name, login=name.split()[0].lower()))
    for number, name in enumerate([*SECTIONS, "Local"], 1):
        write(CATEGORY.format(number=number, name=name, slug=name.lower()))
    for number in range(1, count + 1):
        write(post(number, words))
    write("</channel>\n</rss>\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
