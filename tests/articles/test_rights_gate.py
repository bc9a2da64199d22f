"""What happens when somebody publishes a picture without rights, by role."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from articles import workflow
from articles.models import RightsGate, Status
from tests.factories.articles import (
    CompleteArticleFactory,
    PictureFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def without_rights():
    ended = timezone.now() - timedelta(hours=1)
    return CompleteArticleFactory(lead_picture=PictureFactory(rights_expire_at=ended))


def gate(role, mode):
    RightsGate.objects.create(role=Group.objects.get(name=role), mode=mode)


@pytest.mark.parametrize("mode", ["", "block"])
def test_gate_blocks_where_nothing_else_is_set(mode):
    if mode:
        gate("Editor", mode)

    with pytest.raises(workflow.IncompleteError, match="rights for the lead picture"):
        workflow.perform(
            without_rights(),
            "publish",
            by=UserFactory(role="Editor"),
            despite_points=True,
        )


def test_gate_that_warns_is_passed_by_those_who_may_override():
    gate("Editor", "warn")
    editor, story = UserFactory(role="Editor"), without_rights()

    with pytest.raises(workflow.IncompleteError):
        workflow.perform(story, "publish", by=editor)
    story = workflow.perform(story, "publish", by=editor, despite_points=True)

    assert story.status == Status.PUBLISHED
    assert story.picture is None


def test_gate_that_is_off_says_nothing_and_readers_see_no_picture(client):
    gate("Editor", "off")
    editor, story = UserFactory(role="Editor"), without_rights()

    points = workflow.points_of(story, by=editor)
    story = workflow.perform(story, "publish", by=editor)

    assert points == []
    assert "<picture>" not in client.get(story.get_absolute_url()).text


def test_mildest_of_several_roles_counts():
    gate("Editor", "warn")
    gate("Reporter", "block")
    user = UserFactory(role="Editor")
    user.groups.add(Group.objects.get(name="Reporter"))

    assert RightsGate.objects.mode_for(user) == "warn"
    assert RightsGate.objects.mode_for(UserFactory()) == "block"


def test_picture_of_social_cards_counts_too():
    story = without_rights()
    story.social_picture, story.lead_picture = story.lead_picture, None
    story.save()

    fields = [point.field for point in workflow.points_of(story, by=UserFactory())]

    assert "social_picture" in fields


@pytest.mark.parametrize(("role", "status"), [("Administrator", 200), ("Editor", 403)])
def test_gate_is_set_by_those_who_give_roles(client, role, status):
    client.force_login(UserFactory(role=role))

    response = client.get(reverse("admin:articles_rightsgate_add"))

    assert response.status_code == status
