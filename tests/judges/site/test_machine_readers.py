"""Sitemaps and feeds against their schemas, and against each other."""

from functools import cache

import pytest
from lxml import etree

from tests.judges.conftest import HERE
from tests.judges.crawl import ATOM, SITEMAP

RSS_NEEDS = {"title", "link", "description"}


@cache
def schema(name):
    document = etree.parse(HERE / "schemas" / name)
    return (
        etree.RelaxNG(document) if name.endswith(".rng") else etree.XMLSchema(document)
    )


def findings(name, body):
    """Return what a schema finds wrong with a document, as sentences."""
    judge = schema(name)
    judge.validate(etree.fromstring(body))
    return [f"line {error.line}: {error.message}" for error in judge.error_log]


def roots(site_pages, tag):
    """Yield the XML pages whose outermost element is `tag`."""
    for page in site_pages.values():
        if page.status == 200 and page.content_type.endswith("xml"):
            root = etree.fromstring(page.body)
            if root.tag == tag:
                yield page, root


@pytest.mark.parametrize(
    ("tag", "name", "at_least"),
    [
        (f"{SITEMAP}sitemapindex", "siteindex.xsd", 1),
        (f"{SITEMAP}urlset", "sitemap.xsd", 2),
        (f"{ATOM}feed", "atom.rng", 5),
    ],
)
def test_document_is_valid(site_pages, tag, name, at_least):
    documents = [page for page, _ in roots(site_pages, tag)]
    found = {page.address: findings(name, page.body) for page in documents}

    assert len(documents) >= at_least
    assert {address: messages for address, messages in found.items() if messages} == {}


def test_rss_has_what_readers_need(site_pages):
    documents = list(roots(site_pages, "rss"))
    lacking = {
        page.address: missing
        for page, root in documents
        if (missing := RSS_NEEDS - {child.tag for child in root.find("channel")})
        or any(item.find("guid") is None for item in root.iter("item"))
    }

    assert documents
    assert lacking == {}


def test_sitemaps_name_canonical_pages(site, site_pages):
    wrong = {}
    for _, root in roots(site_pages, f"{SITEMAP}urlset"):
        for loc in root.iter(f"{SITEMAP}loc"):
            page = site_pages[loc.text.removeprefix(site)]
            canonical = page.tree.xpath("string(//link[@rel='canonical']/@href)")
            if canonical != loc.text:
                wrong[loc.text] = canonical

    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("sitemap.xsd", '<urlset xmlns="{}"><url><loc>/x/</loc></url></urlset>'),
        ("siteindex.xsd", '<sitemapindex xmlns="{}"/>'),
    ],
)
def test_sitemap_schema_sees_a_defect(name, body):
    assert findings(name, body.format(SITEMAP.strip("{}")))


def test_atom_schema_sees_a_defect():
    body = f'<feed xmlns="{ATOM.strip("{}")}"><title>x</title></feed>'

    assert findings("atom.rng", body)
