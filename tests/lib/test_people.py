"""Nothing of a person is kept without being declared, taken out and erased."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from newsroom.lib import addresses, people

TEXT = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.GenericIPAddressField,
    models.FileField,
    models.BinaryField,
)


def models_with_text():
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy:
            continue
        names = {
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, TEXT) and not field.is_relation and not field.choices
        }
        if names:
            yield model._meta.label, names


@pytest.mark.parametrize(("label", "names"), list(models_with_text()))
def test_every_text_field_is_declared_once(label, names):
    declared = [one for one in people.kept() if one.model == label]

    assert len(declared) == 1
    (one,) = declared
    fields = [*one.personal, *one.free_text, *one.other]
    assert sorted(fields) == sorted(names)


@pytest.mark.parametrize("one", people.kept(), ids=lambda one: one.model)
def test_declarations_say_what_a_reader_must_know(one):
    apps.get_model(one.model)

    assert all(one.other.values())
    if one.personal:
        assert one.purpose
        assert one.basis
        assert one.rule or one.kept
    if one.rule:
        assert one.rule in settings.RETENTION_DAYS


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("from reader@example.org, twice", "from [erased], twice"),
        ("READER@Example.ORG", "[erased]"),
        ("<reader@example.org>", "<[erased]>"),
        ("great-reader@example.org", "great-reader@example.org"),
        ("reader@example.org.uk", "reader@example.org.uk"),
        ("Ask reader@example.org.", "Ask [erased]."),
    ],
)
def test_pattern_is_of_one_address_alone(written, left):
    pattern = people._pattern(addresses.parse("reader@example.org"))

    assert people._replaced({"a": [written]}, pattern) == {"a": [left]}


def test_pattern_knows_both_spellings_of_a_domain():
    pattern = people._pattern(addresses.parse("reader@bücher.example"))

    text = "reader@BÜCHER.example reader@xn--bcher-kva.example"
    assert people._replaced(text, pattern) == "[erased] [erased]"
