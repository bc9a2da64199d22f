"""Every link of the site leads somewhere, and straight there."""

from tests.judges.pages import REFUSALS


def test_no_link_is_broken_or_goes_round(site_pages):
    broken = {
        page.address: (page.status, f"linked from {page.linked_from}")
        for page in site_pages.values()
        if page.status != 200 and page.address not in REFUSALS
    }

    assert broken == {}


def test_every_fragment_has_its_place(site_pages):
    lost = {
        (page.address, address, fragment)
        for page in site_pages.values()
        for address, fragment in page.links
        if fragment and site_pages[address].is_html
        if fragment not in site_pages[address].ids
    }

    assert lost == set()


def test_site_was_read(site_pages):
    assert len([page for page in site_pages.values() if page.is_html]) > 60


def test_reader_pages_are_the_same_for_all(site_pages):
    personal = {
        page.address
        for page in site_pages.values()
        if "set-cookie" in page.headers
        or "cookie" in page.headers.get("vary", "").lower()
    }

    assert personal == set()
