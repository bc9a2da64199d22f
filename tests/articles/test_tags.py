import pytest

from articles.actions import add_tag_alias, merge_tags
from articles.models import Tag
from articles.models.tag import format_names, parse_names
from tests.factories.articles import ArticleFactory, TagFactory

pytestmark = pytest.mark.django_db


def names(article):
    return [tag["name"] for tag in article.tag_links()]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (["Harvest", "harvest", "HARVEST"], ["Harvest"]),
        (["Santé", "sante", "SANTÉ"], ["Santé"]),
        (["İstanbul", "istanbul", "ISTANBUL"], ["İstanbul"]),
        (["Straße", "STRASSE"], ["Straße"]),
        (["C", "C++", "C#"], ["C", "C++", "C#"]),
        (["Paris, Texas", 'The "wall"'], ["Paris, Texas", 'The "wall"']),
        (["two\nlines", "\u0000\u0007"], ["two lines"]),
        (["b", "a", "c"], ["b", "a", "c"]),
    ],
)
def test_tags_are_one_for_all_spellings_and_keep_their_order(typed, kept):
    article = ArticleFactory()

    article.tags.set(typed)

    assert names(article) == kept


def test_tag_of_another_story_is_found_by_any_spelling():
    tag = TagFactory(name="Élections", slug="elections")
    article = ArticleFactory()

    article.tags.add("elections")

    assert [tag] == list(article.tags.all())


def test_name_that_unfolds_to_a_long_key_is_one_tag(client):
    article = ArticleFactory(published=True)

    article.tags.add("ﷺ" * 60)
    article.tags.add("ﷺ" * 60)

    [url] = [tag["url"] for tag in article.tag_links()]
    assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    "batch",
    [
        ["C", "C++", "C#", ".NET", "AC/DC", "100%"],
        ["ข่าว", "სიახლე", "ዜና", "北京", "背景"],
        ["😀", "😀😀", "???", "!!!"],
        ["Rhythm & Blues", "Rhythm and Blues"],
    ],
)
def test_every_tag_has_an_address_of_its_own_that_opens(client, batch):
    article = ArticleFactory(published=True, tagged=batch)

    addresses = [tag["url"] for tag in article.tag_links()]

    assert len(set(addresses)) == len(batch)
    assert [client.get(url).status_code for url in addresses] == [200] * len(batch)
    assert [client.get(url + "feed/").status_code for url in addresses] == [200] * len(
        batch
    )


@pytest.mark.parametrize("spelling", ["Gaddafi", "QADDAFI", "القذافي", "القذّافى"])
def test_alias_leads_to_its_tag(client, spelling):
    article = ArticleFactory(published=True, tagged=["Qaddafi"])
    tag = Tag.objects.get()
    add_tag_alias(tag, name="Gaddafi")
    add_tag_alias(tag, name="القذافي")

    article.tags.set([spelling])

    assert list(article.tags.all()) == [tag]


def test_address_of_an_alias_redirects_and_keeps_the_query(client):
    ArticleFactory(published=True, tagged=["Qaddafi"])
    add_tag_alias(Tag.objects.get(), name="Gaddafi")

    response = client.get("/tags/gaddafi/?page=1")

    assert (response.status_code, response.url) == (301, "/tags/qaddafi/?page=1")


def test_alias_of_an_existing_tag_merges_it():
    article = ArticleFactory(tagged=["Gaddafi", "Libya"])
    tag = TagFactory(name="Qaddafi", slug="qaddafi")

    add_tag_alias(tag, name="gaddafi")

    assert sorted(names(article)) == ["Libya", "Qaddafi"]


def test_merge_keeps_the_target_even_among_the_chosen(client):
    both = ArticleFactory(published=True, tagged=["covid", "Covid-19", "COVID disease"])
    one = ArticleFactory(published=True, tagged=["Covid-19"])
    tags = list(Tag.objects.all())
    target = Tag.objects.get(name="COVID disease")

    merge_tags(tags, into=target)

    assert list(Tag.objects.all()) == [target]
    assert (names(both), names(one)) == (["COVID disease"], ["COVID disease"])
    for old in ["/tags/covid/", "/tags/covid-19/"]:
        assert client.get(old).url == target.get_absolute_url()


def test_merge_carries_aliases_along():
    TagFactory(name="Gaddafi", slug="gaddafi")
    add_tag_alias(Tag.objects.get(), name="Kadhafi")
    target = TagFactory(name="Qaddafi", slug="qaddafi")

    merge_tags(Tag.objects.filter(slug="gaddafi"), into=target)

    assert set(Tag.objects.by_name(["Gaddafi", "Kadhafi", "Qaddafi"]).values()) == {
        target
    }


@pytest.mark.parametrize(
    "tags",
    [["Paris, Texas", "London"], ['The "wall"'], ['"', "a, b"], ["Plain"], []],
)
def test_typed_tags_survive_being_shown_and_saved(tags):
    assert parse_names(format_names(tags)) == tags
