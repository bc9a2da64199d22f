"""What no page of ours would send is an error of the field, never of the server."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from articles.models import Article
from tests.articles.desk import form_data
from tests.factories.articles import ArticleFactory, SectionFactory, UserFactory
from tests.factories.newsletter import NewsletterFactory

pytestmark = pytest.mark.django_db

FORGED = ["abc", "-1", "9" * 30, "1.5", "٣", "\x00", "0"]


@pytest.fixture(autouse=True)
def boss(client):
    client.force_login(User.objects.create_superuser("boss"))


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("articles_article", "lead_picture"),
        ("articles_article", "social_picture"),
        ("articles_article", "section"),
        ("articles_author", "user"),
        ("articles_author", "portrait"),
        ("articles_publication", "logo"),
        ("newsletter_newsletter", "tags"),
        ("newsletter_newsletter", "sections"),
        ("auth_user", "groups"),
        ("auth_user", "user_permissions"),
    ],
)
def test_forged_key_is_an_error_of_the_field(client, model, field, forged):
    if model == "auth_user":
        address = reverse(f"admin:{model}_change", args=[UserFactory().pk])
    else:
        address = reverse(f"admin:{model}_add")

    response = client.post(address, {field: [forged]})

    assert response.status_code == 200
    assert field in response.context["adminform"].form.errors


@pytest.mark.parametrize("forged", FORGED)
def test_forged_name_in_a_byline_is_an_error_of_its_line(client, forged):
    article = ArticleFactory(headline="Typed")
    address = reverse("admin:articles_article_change", args=[article.pk])
    data = form_data(client.get(address))
    line = {
        "contributions-TOTAL_FORMS": "1",
        "contributions-0-author": forged,
        "contributions-0-role": "",
        "contributions-0-position": "0",
    }

    response = client.post(address, {**data, **line, "_save": "1"})

    assert response.status_code == 200
    [formset, *_] = response.context["inline_admin_formsets"]
    assert "author" in formset.formset.errors[0]


def test_section_of_a_desk_cannot_be_forged_into_an_error(client):
    user = UserFactory()
    sent = {
        "desks-TOTAL_FORMS": "1",
        "desks-INITIAL_FORMS": "0",
        "desks-0-section": "9" * 30,
        "desks-0-user": user.pk,
    }

    response = client.post(reverse("admin:auth_user_change", args=[user.pk]), sent)

    assert response.status_code == 200


def test_right_keys_pass(client):
    newsletter = NewsletterFactory()
    section = SectionFactory()
    address = reverse("admin:newsletter_newsletter_change", args=[newsletter.pk])
    data = {
        "name": newsletter.name,
        "slug": newsletter.slug,
        "language": "en",
        "position": "0",
        "sections": [section.pk],
    }

    response = client.post(address, data)

    assert response.status_code == 302
    assert list(newsletter.sections.all()) == [section]


# Who only looks ---------------------------------------------------------------------


def test_who_only_looks_reads_the_body_as_readers_do_and_has_no_history(client):
    client.force_login(UserFactory(role="Front-page editor"))
    article = ArticleFactory(
        body="<p>One <strong>two</strong>.</p>", tagged=["Harbour", "Boats"]
    )

    page = client.get(
        reverse("admin:articles_article_change", args=[article.pk])
    ).content.decode()

    assert "<p>One <strong>two</strong>.</p>" in page
    assert "&lt;strong&gt;" not in page
    assert "Harbour, Boats" in page
    assert "historylink" not in page


def test_who_may_change_has_the_editor_and_the_history(client):
    article = ArticleFactory()

    response = client.get(reverse("admin:articles_article_change", args=[article.pk]))

    assert "body" in response.context["adminform"].form.fields
    assert "historylink" in response.content.decode()
    assert Article.objects.count() == 1
