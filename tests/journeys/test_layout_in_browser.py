"""Pages keep to the screen, whatever a story holds."""

import pytest

from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    SectionFactory,
    TagFactory,
)
from tests.factories.newsletter import NewsletterFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte"
BODY = (
    f"<p>{UNBROKEN} https://example.org/{'a-long-path/' * 12}</p>"
    f"<pre><code>{'argument_of_a_function, ' * 9}</code></pre>"
    f"<table><tr>{'<td>1234567</td>' * 14}</tr></table>"
)


@pytest.fixture
def page(browser, live_server):
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 320, "height": 640}
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("address", ["/", "/news/", "/news/long/", "/search/?q=boat"])
def test_unbroken_words_widen_no_page(page, address, language):
    NewsletterFactory(name=UNBROKEN[:40], is_default=True)
    section = SectionFactory(name="News", slug="news")
    for slug in ("long", "other", "third"):
        ArticleFactory(
            published=True,
            section=section,
            slug=slug,
            headline=f"Boat {UNBROKEN}",
            standfirst=UNBROKEN * 3,
            dateline=UNBROKEN,
            body=BODY,
            language=language,
            by=[AuthorFactory(name=UNBROKEN)],
            tagged=[TagFactory(name=f"{UNBROKEN} {slug}").name],
        )

    page.goto(address)

    assert page.get_by_text("Boat").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") == 320
