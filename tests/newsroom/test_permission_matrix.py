"""Who is let in where: every address of the desk, asked by every role.

`permissions.txt` keeps the answers. A new address fails until it has its line there:
`PLACE_ADDRESSES=1` writes the file anew, and its difference is what has to be right.
"""

import os
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client

from articles.models import SectionDesk
from tests.factories.articles import SectionFactory, UserFactory
from tests.newsroom.every_address import MODEL_PAGES, World, desk

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="the answers come from no database"
    ),
]

FILE = Path(__file__).with_name("permissions.txt")
ROLES = [
    *["Reporter", "Front-page editor", "Newsletter editor", "Rights manager"],
    *["Editor", "Editor of another section", "Administrator"],
]
# Pages of a model that another permission than the model's own opens.
BY_ANOTHER_RIGHT = {
    "articles_audittrail_changelist": "whoever may see who did what",
    "articles_importrun_add": "whoever may bring stories in",
    "auth_user_password_change": "Django's, which is change_user",
}
NEEDS = {
    "changelist": ["view", "change"],
    "add": ["add"],
    "change": ["view", "change"],
    "delete": ["delete"],
    "history": ["view", "change"],
}


def person(role):
    """An account of the role; an editor of another section may not see the world's."""
    name, _, is_bound = role.partition(" of another ")
    user = UserFactory(role=name)
    if is_bound:
        SectionDesk.objects.create(user=user, section=SectionFactory())
    return User.objects.get(pk=user.pk)


def asked(client, method, path):
    """The status of an answer, of which nothing stays; "in" is the log-in page."""
    with transaction.atomic():
        response = client.generic(method, path)
        transaction.set_rollback(True)
    if response.status_code == 302 and response.url.startswith("/admin/login/"):
        return "in"
    return str(response.status_code)


def page_of(name):
    """The model's own page that an address is, if it is one."""
    model, _, page = name.removeprefix("admin:").rpartition("_")
    return (model, page) if page in MODEL_PAGES and "_" in model else None


@pytest.fixture
def _nothing_rendered(monkeypatch):
    """Who may see a page is decided before it is written."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")


@pytest.mark.usefixtures("_nothing_rendered")
def test_every_address_answers_each_role_as_written_down():
    world = World()
    people = {role: person(role) for role in ROLES}
    clients = {"nobody": Client(raise_request_exception=True)}
    for role, user in people.items():
        clients[role] = Client()
        clients[role].force_login(user)
    lines, wrong = [], set()
    for name, route in desk():
        methods = ["GET"] if (found := page_of(name)) else ["GET", "POST"]
        for method in methods:
            if (method, name) == ("POST", "admin:logout"):
                continue
            path = world.path(name, route)
            answers = [asked(client, method, path) for client in clients.values()]
            lines.append(f"{method:<4} {' '.join(f'{a:<3}' for a in answers)} /{route}")
            if found:
                wrong |= lacking(*found, people, answers[1:])
    header = "# Answers to: " + ", ".join(clients)
    if os.environ.get("PLACE_ADDRESSES"):
        FILE.write_text("\n".join([header, *lines]) + "\n")

    assert wrong == set(BY_ANOTHER_RIGHT)
    assert lines == FILE.read_text().splitlines()[1:]


def lacking(model, page, people, answers):
    """The pages shown to somebody without the permission that Django has for them."""
    app, _, name = model.rpartition("_")
    needed = [f"{app}.{verb}_{name}" for verb in NEEDS[page]]
    return {
        f"{model}_{page}"
        for user, status in zip(people.values(), answers, strict=True)
        if status == "200" and not any(map(user.has_perm, needed))
    }
