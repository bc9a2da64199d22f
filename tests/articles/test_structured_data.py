"""schema.org objects, built from rows alone."""

from datetime import UTC, datetime

import pytest

from articles import structured_data
from articles.models import Article, Correction, Publication
from tests.factories.articles import (
    ArticleFactory,
    AuthorFactory,
    ContributionFactory,
    CorrectionFactory,
    PictureFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db


def news_article(article, publication=None):
    article = Article.objects.for_page().get(pk=article.pk)
    return structured_data.news_article(
        article,
        article.shown_corrections(),
        publication=publication or Publication(name="The Harbour Post"),
    )


def publication(**kwargs):
    return Publication(name="The Harbour Post", **kwargs)


def test_news_article_holds_everything_known_of_a_story():
    picture = PictureFactory(rendered=True, copyright_notice="© 2026 Ada Writer")
    article = ArticleFactory(
        published=True,
        headline="Ferries return",
        standfirst="The first boat left at dawn.",
        section=SectionFactory(name="World", slug="world"),
        slug="boat",
        dateline="Istanbul",
        published_at=datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
        lead_picture=picture,
        lead_credit_override="Ada Writer for the Post",
        by=[AuthorFactory(name="Ada Writer", slug="ada")],
        tagged=["Boats"],
        license="https://licenses.example/by-nd/4.0/",
    )
    correction_at = datetime(2026, 1, 6, 10, 0, tzinfo=UTC)
    CorrectionFactory(article=article, text="Forty.", published_at=correction_at)
    CorrectionFactory(article=article, text="News.", kind=Correction.Kind.UPDATE)
    media = f"https://news.example/media/pictures/{picture.content_hash}"
    words = {
        "caption": picture.caption,
        "creditText": "Ada Writer for the Post",
        "copyrightNotice": "© 2026 Ada Writer",
    }
    newsroom = {
        "@type": "NewsMediaOrganization",
        "@id": "https://news.example/#publisher",
        "name": "The Harbour Post",
        "url": "https://news.example/",
    }

    assert news_article(article) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": "https://news.example/world/boat/#article",
        "url": "https://news.example/world/boat/",
        "mainEntityOfPage": "https://news.example/world/boat/",
        "headline": "Ferries return",
        "description": "The first boat left at dawn.",
        "image": [
            {
                "@type": "ImageObject",
                "url": f"{media}/{crop}-{width}.jpg",
                "width": width,
                "height": height,
                **words,
            }
            for crop, width, height in [
                ("16x9", 1280, 720),
                ("4x3", 1280, 960),
                ("1x1", 640, 640),
            ]
        ],
        "datePublished": "2026-01-05T09:30:00+00:00",
        "dateModified": "2026-01-05T09:30:00+00:00",
        "author": [
            {
                "@type": "Person",
                "name": "Ada Writer",
                "url": "https://news.example/authors/ada/",
            }
        ],
        "publisher": newsroom,
        "articleSection": "World",
        "keywords": ["Boats"],
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "wordCount": 9,
        "locationCreated": {"@type": "Place", "name": "Istanbul"},
        "correction": [
            {
                "@type": "CorrectionComment",
                "name": "Correction",
                "text": "Forty.",
                "dateCreated": "2026-01-06T10:00:00+00:00",
            }
        ],
        "copyrightHolder": newsroom,
        "license": "https://licenses.example/by-nd/4.0/",
        "acquireLicensePage": "https://news.example/republish/world/boat/",
    }


def test_what_is_not_known_is_left_out():
    article = ArticleFactory(
        published=True,
        standfirst="",
        body="",
        license="All rights",
        is_republishable=False,
    )
    found = news_article(article)

    assert not set(found) & {
        "description", "image", "correction", "license", "acquireLicensePage",
        "keywords", "contributor", "workTranslation", "isBasedOn", "locationCreated",
    }  # fmt: skip
    assert "logo" not in found["publisher"]


def test_long_headline_is_cut_at_a_word_for_google():
    found = news_article(ArticleFactory(published=True, headline="harbour " * 30))

    assert len(found["headline"]) <= 110
    assert found["headline"].endswith("harbour…")


def test_those_with_a_role_contribute_and_do_not_author():
    article = ArticleFactory(published=True, by=[AuthorFactory(name="Ada")])
    ContributionFactory(
        article=article, author=AuthorFactory(name="Bo"), role="Photography", position=1
    )
    found = news_article(article)

    assert [person["name"] for person in found["author"]] == ["Ada"]
    assert [person["name"] for person in found["contributor"]] == ["Bo"]


def test_story_without_a_byline_is_by_the_newsroom():
    author = news_article(ArticleFactory(published=True))["author"]

    assert (author["@type"], author["name"]) == (
        "NewsMediaOrganization",
        "The Harbour Post",
    )


def test_publisher_holds_what_the_publication_says():
    logo = PictureFactory(rendered=True, caption="", credit_line="")
    row = publication(
        legal_name="Harbour Post Ltd",
        founding_year=1998,
        email="desk@news.example",
        logo=logo,
        social_links="Mastodon https://social.example/@post\n\nBluesky https://sky.example/post",
        corrections_policy_url="/about/#corrections",
        ethics_policy_url="https://ethics.example/",
    )
    found = news_article(ArticleFactory(published=True), row)["publisher"]

    assert found == {
        "@type": "NewsMediaOrganization",
        "@id": "https://news.example/#publisher",
        "name": "The Harbour Post",
        "url": "https://news.example/",
        "legalName": "Harbour Post Ltd",
        "logo": {
            "@type": "ImageObject",
            "url": f"https://news.example/media/pictures/{logo.content_hash}/1x1-640.jpg",
            "width": 640,
            "height": 640,
        },
        "foundingDate": "1998",
        "email": "desk@news.example",
        "sameAs": ["https://social.example/@post", "https://sky.example/post"],
        "correctionsPolicy": "https://news.example/about/#corrections",
        "ethicsPolicy": "https://ethics.example/",
    }


def test_front_page_tells_where_to_search():
    (website,) = structured_data.front_page_meta(publication=publication())["json_ld"]

    assert website["potentialAction"] == {
        "@type": "SearchAction",
        "target": {
            "@type": "EntryPoint",
            "urlTemplate": "https://news.example/search/?q={search_term_string}",
        },
        "query-input": "required name=search_term_string",
    }


def test_author_page_is_of_a_person():
    author = AuthorFactory(
        name="Ada",
        slug="ada",
        job_title="Reporter",
        biography="She sails.",
        portrait=PictureFactory(rendered=True),
    )
    meta = structured_data.author_meta(author, None, publication=publication())
    person = meta["json_ld"][0]["mainEntity"]

    assert {name: person[name] for name in ["@type", "name", "url", "jobTitle"]} == {
        "@type": "Person",
        "name": "Ada",
        "url": "https://news.example/authors/ada/",
        "jobTitle": "Reporter",
    }
    assert [image["width"] for image in person["image"]] == [640]
    assert (meta["type"], meta["picture"]["width"]) == ("profile", 640)


def test_breadcrumbs_lead_from_the_front_page_to_the_story():
    article = ArticleFactory(
        published=True,
        headline="Ferries return",
        section=SectionFactory(name="World", slug="world"),
        slug="boat",
    )
    article = Article.objects.for_page().get(pk=article.pk)
    meta = structured_data.article_meta(article, [], publication=publication())

    assert [
        (crumb["position"], crumb["name"], crumb["item"])
        for crumb in meta["json_ld"][1]["itemListElement"]
    ] == [
        (1, "The Harbour Post", "https://news.example/"),
        (2, "World", "https://news.example/world/"),
        (3, "Ferries return", "https://news.example/world/boat/"),
    ]


@pytest.mark.parametrize(
    ("language", "locale"),
    [("en", "en_GB"), ("en-US", "en_US"), ("fr", "fr"), ("zh-Hant-TW", "zh_TW")],
)
def test_locale(language, locale):
    assert structured_data._locale(language) == locale


OURS = "https://news.example/republish/"
BY, SHOP = "https://by.example/", "https://shop.example/"


@pytest.mark.parametrize(
    ("values", "license_url", "acquire"),
    [
        ({}, None, None),
        ({"usage": "own", "allows_republishing": True}, OURS, OURS),
        ({"usage": "own"}, None, None),
        ({"license_url": BY}, BY, None),
        ({"usage": "own", "license_url": BY, "acquire_license_url": SHOP}, BY, SHOP),
    ],
)
def test_picture_says_who_made_it_and_where_a_licence_is_had(
    values, license_url, acquire
):
    picture = PictureFactory(rendered=True, creator="Ada", **values)
    story = ArticleFactory(published=True, lead_picture=picture)

    image = news_article(story)["image"][0]

    assert image["creator"] == {"@type": "Person", "name": "Ada"}
    assert image.get("license") == license_url
    assert image.get("acquireLicensePage") == acquire
