"""The number of statements a page takes does not grow with the archive."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Contribution, TaggedArticle
from articles.pages import chrome
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    CorrectionFactory,
    SectionFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db

AT_MOST = {
    "/": 5,
    "/world/": 5,
    "/world/?page=2": 5,
    "/tags/turkey/": 5,
    "/tags/": 5,
    "/world/story-1/": 4,
}


@pytest.mark.parametrize("count", [40, 20_000])
def test_pages_keep_to_their_statements(client, count):
    make_archive(count)

    taken = {path: statements(client, path) for path in AT_MOST}

    assert {path: n for path, n in taken.items() if n > AT_MOST[path]} == {}


def statements(client, path):
    # The clock stands: on a slow machine the shared parts would go stale meanwhile.
    with time_machine.travel(timezone.now(), tick=False):
        chrome()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
    assert response.status_code == 200, path
    return len(queries)


def make_archive(count):
    sections = [SectionFactory(slug="world"), SectionFactory(slug="culture")]
    tag, author = TagFactory(name="Turkey", slug="turkey"), AuthorFactory()
    now = timezone.now()
    articles = Article.objects.bulk_create(
        [
            Article(
                section=sections[number % 7 == 0],
                headline=f"Story {number}",
                slug=f"story-{number}",
                body="<p>Words.</p>",
                pub_status=Article.PubStatus.USABLE,
                published_at=now - timedelta(hours=number),
            )
            for number in range(1, count + 1)
        ],
        batch_size=1000,
    )
    Contribution.objects.bulk_create(
        [Contribution(article=article, author=author) for article in articles],
        batch_size=5000,
    )
    TaggedArticle.objects.bulk_create(
        [TaggedArticle(content_object=article, tag=tag) for article in articles[::2]],
        batch_size=5000,
    )
    CorrectionFactory.create_batch(2, article=articles[0])
    ArticleFactory(published=True, translation_key="a")
