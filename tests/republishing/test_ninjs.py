"""Licensed copies and partners' feeds as ninjs, judged by the IPTC's own schema."""

import io
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from articles.models import Publication
from articles.pictures import add_picture
from republishing import copies
from republishing.models import Partner
from tests.factories.articles import (
    ArticleFactory,
    ContributionFactory,
    CorrectionFactory,
    TagFactory,
)
from tests.factories.republishing import GrantFactory, LicenseFactory

pytestmark = pytest.mark.django_db

SCHEMA = Path(__file__).parents[1] / "judges" / "schemas" / "ninjs-schema_3.0.json"


@pytest.fixture(scope="module")
def schema():
    content = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(content)
    return Draft202012Validator(content)


def faults(schema, item):
    return [f"{list(e.path)}: {e.message}" for e in schema.iter_errors(item)]


def full_story():
    file = io.BytesIO()
    Image.new("RGB", (800, 600), "teal").save(file, "JPEG")
    picture = add_picture(
        file, credit_line="Ana Ray", alt_text="A boat", allows_republishing=True
    )
    article = ArticleFactory(
        published=True,
        headline="Limanlar & gemiler",
        standfirst="Ne demek?",
        language="tr",
        dateline="İzmir",
        body=f'<p>Söz.</p><figure data-picture="{picture.pk}"></figure>',
        lead_picture=picture,
    )
    article.tags.add(TagFactory(name="Harbour"))
    ContributionFactory(article=article, author__name="Gülşen Akdereli")
    CorrectionFactory(article=article)
    return article


@pytest.mark.parametrize("story", ["full", "bare"])
def test_copy_is_valid_ninjs(schema, story):
    Publication.objects.create(pk=1, name="The Roadstead")
    article = full_story() if story == "full" else ArticleFactory(published=True)
    grant = GrantFactory(article=article, quote__with_pictures=True)

    item = json.loads(copies.copy_for(grant.key).as_ninjs())

    assert faults(schema, item) == []
    assert len(item.get("associations", [])) == (1 if story == "full" else 0)


def test_partners_feed_holds_valid_ninjs(schema, client):
    full_story()
    partner = Partner.objects.create(
        name="The Other Paper", license=LicenseFactory(), with_pictures=True
    )

    response = client.get(f"{partner.feed_url}?format=ninjs")

    [item] = response.json()["items"]
    assert faults(schema, item) == []


def test_schema_finds_what_is_wrong(schema):
    assert faults(schema, {"uri": 1, "pubStatus": "published"}) != []
