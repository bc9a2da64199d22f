from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles import actions
from articles.bulk import load
from articles.models import (
    Article,
    Author,
    ImportedItem,
    ImportRun,
    Page,
    PastPath,
    Picture,
    Section,
    Tag,
)
from articles.moving import runs, undo
from tests.articles.moving.exports import Item, author, wxr
from tests.factories.articles import ArticleFactory, CompleteArticleFactory, UserFactory

pytestmark = pytest.mark.django_db

QUAY = "https://courier.example/wp-content/uploads/2024/03/quay.jpg"
MODELS = [Article, Author, Page, PastPath, Picture, Section, Tag]
SEA = [("category", "world", "World"), ("post_tag", "sea", "Sea")]


def whole():
    return wxr(
        Item(terms=SEA, content=f'<p>A</p><img src="{QUAY}">'),
        Item(id="2", name="quay", terms=SEA,
             content='<p><a href="https://courier.example/2024/03/harbour/">h</a></p>'),
        Item(id="3", type="page", name="about", title="About", terms=[]),
    )  # fmt: skip


def everything():
    """All rows that an import makes, as values."""
    return {model: list(model.objects.order_by("pk").values()) for model in MODELS}


def test_importing_twice_changes_nothing(bring_in, media):
    bring_in(whole(), media=media)
    before = everything()

    run = bring_in(whole(), media=media)

    assert everything() == before
    assert run.counts["story:skipped"] == 2
    assert "story:imported" not in run.counts


def test_edited_story_is_never_written_over(bring_in, media):
    bring_in(whole(), media=media)
    story = Article.objects.get(slug="harbour")
    actions.withdraw(story, by=UserFactory())

    run = bring_in(
        wxr(Item(title="Other words"), Item(id="2", name="quay", title="New words")),
        options={"update": True},
    )

    assert Article.objects.get(pk=story.pk).headline == "The harbour reopens"
    assert Article.objects.get(slug="quay").headline == "New words"
    outcomes = dict(run.items.filter(kind="story").values_list("source_id", "outcome"))
    assert outcomes == {
        "wordpress:courier.example:1": "skipped",
        "wordpress:courier.example:2": "updated",
    }
    assert "Edited here" in run.items.get(kind="story", outcome="skipped").reason


def test_stopped_run_goes_on_and_ends_the_same(bring_in, media, monkeypatch):
    monkeypatch.setattr(load, "BATCH", 1)
    insert, calls = load._insert, []

    def cut(drafts, by):
        calls.append(drafts)
        if len(calls) == 2:
            raise KeyboardInterrupt
        insert(drafts, by)

    with monkeypatch.context() as patch:
        patch.setattr(load, "_insert", cut)
        with pytest.raises(KeyboardInterrupt):
            bring_in(whole(), media=media)
    assert Article.objects.count() == 1

    run = bring_in(whole(), media=media)

    assert ImportRun.objects.get() == run
    assert run.state == "finished"
    assert run.counts == {
        "story:imported": 2, "page:imported": 1, "author:imported": 1,
        "section:imported": 1, "tag:imported": 1, "picture:imported": 1,
        "redirect:imported": 5,
    }  # fmt: skip
    assert (
        Article.objects.get(slug="quay").body
        == '<p><a href="/world/harbour/">h</a></p>'
    )


def test_undoing_leaves_nothing_of_the_run(bring_in, media):
    kept = ArticleFactory()
    before = {model: model.objects.count() for model in MODELS}
    run = bring_in(whole(), media=media)

    assert undo.undo(run, by=UserFactory()) == []

    assert {model: model.objects.count() for model in MODELS} == before
    run.refresh_from_db()
    assert run.state == "undone"
    assert Article.objects.get() == kept


def test_undoing_keeps_what_was_touched_or_is_used(bring_in, media):
    run = bring_in(whole(), media=media)
    edited = Article.objects.get(slug="harbour")
    actions.withdraw(edited, by=UserFactory())
    other = CompleteArticleFactory(published=True)
    other.tags.add(Tag.objects.get(name="Sea"))

    planned, told = undo.plan(run)
    kept = undo.undo(run, by=UserFactory())

    assert planned["story"] == 1
    assert [one.title for one in told] == ["The harbour reopens"]
    reasons = {(one.kind, one.reason) for one in kept}
    assert ("story", "edited or published here since") in reasons
    assert set(Article.objects.all()) == {edited, other}
    assert Tag.objects.exists()
    assert Picture.objects.exists()
    assert Section.objects.filter(slug="world").exists()
    assert not Page.objects.exists()
    assert Author.objects.filter(name="Amina Kaya").exists()


def test_after_undoing_the_same_file_comes_in_anew(bring_in, media):
    undo.undo(bring_in(whole(), media=media), by=None)

    run = bring_in(whole(), media=media)

    assert run.counts["story:imported"] == 2
    assert run.counts["page:imported"] == 1
    assert Picture.objects.count() == 1


def test_run_that_is_not_over_cannot_be_undone():
    run = ImportRun.objects.create(kind="wordpress", file_name="x", state="checked")

    with pytest.raises(undo.NotUndoableError):
        undo.undo(run, by=None)


def test_failure_is_told_in_the_run(bring_in):
    with pytest.raises(runs.FormatError):
        bring_in("{}")

    run = ImportRun.objects.get()
    assert (run.state, "no XML file" in run.message) == ("failed", True)


def command(name, path, *options):
    out = StringIO()
    call_command(name, path, "--no-fetch", *options, stdout=out, stderr=out)
    return out.getvalue()


def test_command_reports(tmp_path):
    path = tmp_path / "export.xml"
    path.write_text(wxr(Item(), Item(id="2", status="trash", comments=1)))
    report = tmp_path / "report.csv"

    said = command("import_wxr", path, "--report", report)

    assert "stories: 1 brought in\n" in said
    assert "Comments: 1 comments: this site has none." in said
    assert "in the bin there" in report.read_text()


def test_command_ends_with_1_when_an_item_failed(tmp_path):
    path = tmp_path / "export.xml"
    path.write_text(wxr(Item(content="x" * 300_001)))

    with pytest.raises(CommandError, match="1 items failed") as error:
        command("import_wxr", path)
    assert error.value.returncode == 1


def test_command_ends_with_1_for_a_broken_file(tmp_path):
    path = tmp_path / "export.xml"
    path.write_text(wxr(Item()) + "<more>")

    with pytest.raises(CommandError, match="Nothing of it was brought in"):
        command("import_wxr", path)
    assert not Article.objects.exists()


def test_dry_run_of_the_command_writes_no_row(tmp_path):
    path = tmp_path / "export.xml"
    path.write_text(wxr(Item()))

    said = command("import_wxr", path, "--dry-run")

    assert "A dry run" in said
    assert not ImportRun.objects.exists()
    assert not Article.objects.exists()


def test_written_mapping_can_be_used(tmp_path):
    path, rows = tmp_path / "export.xml", tmp_path / "map.csv"
    path.write_text(wxr(Item(), Item(id="2", name="s", type="recipe"), before=author()))
    command("import_wxr", path, "--write-map", rows)
    changed = rows.read_text().replace("type,recipe,nothing", "type,recipe,story")
    rows.write_text(changed.replace("world,section,World", "world,section,Planet"))

    command("import_wxr", path, "--map", rows)

    assert {story.section.name for story in Article.objects.all()} == {"Planet"}
    assert Article.objects.count() == 2


def test_items_of_a_run_are_known_once(bring_in):
    bring_in(wxr(Item()))

    assert ImportedItem.objects.filter(kind="story").count() == 1
