"""Exports as WordPress and Ghost write them, made for one test each."""

import json
from dataclasses import dataclass, field
from html import escape

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>The Courier</title>
<link>https://courier.example</link>
<language>en-GB</language>
{version}
<wp:base_site_url>https://courier.example</wp:base_site_url>
<wp:base_blog_url>https://courier.example</wp:base_blog_url>
"""
FOOT = "</channel>\n</rss>\n"
VERSION = "<wp:wxr_version>1.2</wp:wxr_version>"


def cdata(words):
    return f"<![CDATA[{words.replace(']]>', ']]]]><![CDATA[>')}]]>"


@dataclass
class Item:
    """An item; what a test does not say is as an ordinary post has it."""

    id: str = "1"
    title: str = "The harbour reopens"
    name: str = "harbour"
    content: str = "<p>The first boat left at noon.</p>"
    excerpt: str = ""
    type: str = "post"
    status: str = "publish"
    date: str = "2024-03-01 12:00:00"
    date_gmt: str = "2024-03-01 11:00:00"
    link: str = ""
    creator: str = "amina"
    parent: str = "0"
    password: str = ""
    url: str = ""
    terms: list = field(default_factory=lambda: [("category", "world", "World")])
    meta: dict = field(default_factory=dict)
    comments: int = 0

    def xml(self):
        link = self.link or f"https://courier.example/2024/03/{self.name}/"
        parts = [
            "<item>",
            f"<title>{cdata(self.title)}</title>",
            f"<link>{escape(link)}</link>",
            f"<dc:creator>{cdata(self.creator)}</dc:creator>",
            f"<guid>https://courier.example/?p={self.id}</guid>",
            f"<content:encoded>{cdata(self.content)}</content:encoded>",
            f"<excerpt:encoded>{cdata(self.excerpt)}</excerpt:encoded>",
            f"<wp:post_id>{self.id}</wp:post_id>",
            f"<wp:post_date>{self.date}</wp:post_date>",
            f"<wp:post_date_gmt>{self.date_gmt}</wp:post_date_gmt>",
            f"<wp:post_name>{self.name}</wp:post_name>",
            f"<wp:status>{self.status}</wp:status>",
            f"<wp:post_parent>{self.parent}</wp:post_parent>",
            f"<wp:post_type>{self.type}</wp:post_type>",
            f"<wp:post_password>{self.password}</wp:post_password>",
        ]
        if self.url:
            parts.append(f"<wp:attachment_url>{escape(self.url)}</wp:attachment_url>")
        parts += [
            f'<category domain="{kind}" nicename="{slug}">{cdata(name)}</category>'
            for kind, slug, name in self.terms
        ]
        parts += [
            f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key>"
            f"<wp:meta_value>{cdata(value)}</wp:meta_value></wp:postmeta>"
            for key, value in self.meta.items()
        ]
        comment = "<wp:comment><wp:comment_content>Nice</wp:comment_content>"
        parts += [f"{comment}</wp:comment>"] * self.comments
        return "\n".join([*parts, "</item>\n"])


def author(login="amina", name="Amina Kaya", email="amina@courier.example"):
    return (
        f"<wp:author><wp:author_login>{cdata(login)}</wp:author_login>"
        f"<wp:author_email>{cdata(email)}</wp:author_email>"
        f"<wp:author_display_name>{cdata(name)}</wp:author_display_name></wp:author>\n"
    )


def category(slug, name, parent="", number=1):
    return (
        f"<wp:category><wp:term_id>{number}</wp:term_id>"
        f"<wp:category_nicename>{slug}</wp:category_nicename>"
        f"<wp:category_parent>{parent}</wp:category_parent>"
        f"<wp:cat_name>{cdata(name)}</wp:cat_name></wp:category>\n"
    )


def wxr(*items, before=None, version=VERSION):
    """The text of an export; `before` are authors and terms."""
    before = author() if before is None else before
    return (
        HEAD.format(version=version)
        + before
        + "".join(item if isinstance(item, str) else item.xml() for item in items)
        + FOOT
    )


def ghost(*posts, **tables):
    """The text of a Ghost export."""
    data = {"posts": list(posts), "tags": [], "users": [], **tables}
    return json.dumps({"db": [{"meta": {"version": "5.0.0"}, "data": data}]})
