"""The copy of the site, opened from its folder by a browser without a network."""

from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from django.core.files.base import ContentFile

from articles import pictures
from newsroom.mirror import writing
from tests.factories.articles import ArticleFactory, PageFactory, SectionFactory
from tests.factories.newsletter import NewsletterFactory
from tests.lib.samples import photograph

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
LINKS = "[...document.querySelectorAll('a[href]')].map(link => link.href)"
BROKEN = (
    "[...document.images].filter(one => one.complete && !one.naturalWidth)"
    ".map(one => one.src)"
)


def test_every_link_opens_and_nothing_leaves(browser, tmp_path):
    section = SectionFactory(slug="world", is_in_navigation=True)
    picture = pictures.add_picture(ContentFile(photograph(1200, 800)))
    ArticleFactory.create_batch(25, section=section, published=True, tagged=["Sea"])
    ArticleFactory(section=section, published=True, lead_picture=picture)
    PageFactory(slug="about")
    NewsletterFactory()
    writing.write(tmp_path)
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked, complaints, broken = [], [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    seen, waiting = set(), [(tmp_path / "index.html").as_uri()]

    while waiting:
        url = urldefrag(waiting.pop())[0]
        path = Path(unquote(url.removeprefix("file://")))
        if url in seen or not url.startswith("file:") or path.suffix != ".html":
            assert not url.startswith("file:") or path.is_file(), url
            continue
        seen.add(url)
        page.goto(url)
        waiting += page.evaluate(LINKS)
        broken += page.evaluate(BROKEN)
    context.close()

    assert len(seen) > 30
    assert not [url for url in asked if not url.startswith(("file:", "data:"))]
    assert (complaints, broken) == ([], [])
