import re
import shutil
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from articles.models import (
    Article,
    ArticleEvent,
    FrontPageSlot,
    Page,
    Picture,
    Publication,
    Status,
)
from newsletter.models import Newsletter
from newsroom.demo import edition
from republishing import notices
from republishing.actions import mail_waiting_news
from republishing.models import Fee, License, RepublishingRequest, UpdateNotice
from tests.factories.articles import ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_pictures(tmp_path, monkeypatch):
    """The demo edition with its own words and pictures of a few pixels."""
    source = edition.DIRECTORY
    for path in [*source.glob("*.json"), *source.glob("*.jsonl")]:
        shutil.copy(path, tmp_path)
    (tmp_path / "pictures").mkdir()
    for number, path in enumerate(sorted((source / "pictures").glob("*.jpg"))):
        image = Image.new("RGB", (32, 24), (number % 256, 90, 90))
        image.save(tmp_path / "pictures" / path.name, quality=100, subsampling=0)
    monkeypatch.setattr(edition, "DIRECTORY", tmp_path)


def seed(**options):
    out = StringIO()
    call_command("seed_demo", stdout=out, **options)
    return out.getvalue()


def counts():
    models = [
        Article, Picture, FrontPageSlot, Page, Publication, Newsletter, License, Fee,
        get_user_model(), RepublishingRequest,
    ]  # fmt: skip
    return {model.__name__: model.objects.count() for model in models}


def test_seed_demo_fills_the_paper():
    seed()

    published = Article.objects.published()
    assert published.count() > 35
    assert {"en", "fr", "ar"} <= set(published.values_list("language", flat=True))
    assert Article.objects.filter(pub_status="withheld").exists()
    assert not Picture.objects.filter(renditions={}).exists()
    assert not Picture.objects.filter(alt_text="").exists()
    assert FrontPageSlot.objects.filter(area="lead").count() == 1
    assert published.filter(
        published_at__gt=timezone.now() - timedelta(hours=2)
    ).exists()
    publication = Publication.objects.get()
    assert Page.objects.filter(
        slug=publication.corrections_policy_url.strip("/")
    ).exists()
    assert Newsletter.objects.filter(slug="turkey-unpacked").exists()
    assert License.objects.exists()
    assert Fee.objects.exists()


def test_seed_demo_prints_passwords_that_open_the_admin(client):
    printed = seed()

    found = re.findall(r"^ +(\w+) +([a-z0-9-]{19}) +(.+)$", printed, re.MULTILINE)
    assert [(name, role) for name, _, role in found] == [
        ("editor", "Editor"), ("reporter", "Reporter"), ("rights", "Rights manager"),
    ]  # fmt: skip
    for name, password, role in found:
        user = authenticate(username=name, password=password)
        assert (user.is_staff, user.is_superuser) == (True, False)
        assert [group.name for group in user.groups.all()] == [role]


def test_seed_demo_refuses_a_paper_that_has_stories():
    ArticleFactory()

    with pytest.raises(CommandError, match="holds 1 articles already"):
        seed()

    assert counts() == {**dict.fromkeys(counts(), 0), "Article": 1}


def test_seed_demo_by_force_leaves_what_is_there():
    seed()
    before = counts()
    Article.objects.filter(source_id="roadstead-001").update(headline="Mine")

    printed = seed(force=True)

    assert counts() == before
    assert Article.objects.get(source_id="roadstead-001").headline == "Mine"
    assert "passwords" not in printed


def test_seed_demo_that_was_stopped_can_be_run_again(tmp_path):
    newsletters = tmp_path / "newsletters.json"
    words = newsletters.read_text("utf-8")
    newsletters.write_text("[{", "utf-8")
    with pytest.raises(ValueError, match="Expecting"):
        seed()
    pictures = counts()["Picture"]
    assert counts() == {**dict.fromkeys(counts(), 0), "Picture": pictures}
    newsletters.write_text(words, "utf-8")

    seed()

    assert counts()["Picture"] == pictures


def test_seed_demo_says_which_line_is_broken(tmp_path):
    (tmp_path / "sections.json").write_text('[{"slug": "search", "name": "Search"}]')

    with pytest.raises(CommandError, match=r"line 1: slug: .*an address of the site"):
        seed()


def test_seed_demo_leaves_work_on_the_desk_and_writes_to_nobody(mailoutbox):
    seed()
    mail_waiting_news()
    notices.mail_notices()

    states = RepublishingRequest.objects.values_list("state", flat=True)
    assert set(states) == {"new", "quoted", "accepted", "licensed"}
    assert UpdateNotice.objects.filter(kind="correction", done_at=None).count() == 2
    events = ArticleEvent.objects.filter(kind="corrected")
    assert sorted(events.values_list("article__source_id", flat=True)) == [
        "roadstead-001", "roadstead-007", "roadstead-014",
    ]  # fmt: skip
    assert [a for a in Article.objects.all() if a.status == Status.IN_REVIEW]
    assert mailoutbox == []
