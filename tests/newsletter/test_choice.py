import pytest
from django.template import Context, Template

from articles.models import Article
from newsletter import choice, wording
from newsletter.actions import load_newsletters
from tests.factories.articles import ArticleFactory, SectionFactory, TagFactory
from tests.factories.newsletter import NewsletterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def turkey():
    return TagFactory(name="Turkey", slug="turkey")


@pytest.fixture
def world():
    return SectionFactory(name="World", slug="world")


@pytest.fixture
def letters(turkey, world):
    """A default letter, one of a tag, one of a section, and a closed one of both."""
    closed = NewsletterFactory(name="Closed", position=0, is_open=False)
    closed.tags.add(turkey)
    default = NewsletterFactory(name="Weekly", position=1, is_default=True)
    unpacked = NewsletterFactory(name="Turkey Unpacked", position=3)
    unpacked.tags.add(turkey)
    abroad = NewsletterFactory(name="Abroad", position=2)
    abroad.sections.add(world)
    return {"default": default, "unpacked": unpacked, "abroad": abroad}


def page_of(article):
    return Article.objects.for_page().get(pk=article.pk)


def test_tag_decides_before_section(letters, world):
    article = page_of(ArticleFactory(section=world, tagged=["Elections", "Turkey"]))

    assert choice.for_article(article) == letters["unpacked"]


def test_section_decides_where_no_tag_does(letters, world):
    article = page_of(ArticleFactory(section=world, tagged=["Elections"]))

    assert choice.for_article(article) == letters["abroad"]


def test_default_is_offered_everywhere_else(letters):
    article = page_of(ArticleFactory(tagged=["Elections"]))

    assert (choice.for_article(article), choice.default()) == (letters["default"],) * 2


def test_tag_page_offers_newsletter_of_the_tag(letters, turkey):
    assert choice.for_tag(turkey) == letters["unpacked"]


def test_nothing_is_offered_where_there_is_no_open_newsletter():
    NewsletterFactory(is_open=False, is_default=True)

    assert choice.for_article(page_of(ArticleFactory())) is None


@pytest.mark.parametrize("letter_count", [1, 3])
def test_offer_costs_one_query_cold_and_none_warm(
    django_assert_num_queries, letter_count, turkey
):
    for _ in range(letter_count):
        NewsletterFactory().tags.add(turkey)
    article = page_of(ArticleFactory(tagged=["Turkey"]))

    with django_assert_num_queries(1):
        choice.for_article(article)
    with django_assert_num_queries(0):
        choice.for_article(article)


def test_change_is_seen_at_once(letters, django_capture_on_commit_callbacks):
    choice.default()

    with django_capture_on_commit_callbacks(execute=True):
        load_newsletters([{"slug": "fresh", "name": "Fresh", "is_default": True}])

    assert choice.default().name == "Fresh"


def test_sign_up_box_offers_the_storys_newsletter(letters, world):
    article = page_of(ArticleFactory(section=world, tagged=["Turkey"]))
    template = Template("{% load newsletter %}{% sign_up_box article=article %}")

    html = template.render(Context({"article": article}))

    assert 'name="newsletters" value="' + letters["unpacked"].slug in html
    assert "csrfmiddlewaretoken" not in html
    assert wording.SIGN_UP in " ".join(html.split())


def test_sign_up_box_is_empty_without_a_newsletter():
    html = Template("{% load newsletter %}{% sign_up_box %}").render(Context())

    assert html.strip() == ""
