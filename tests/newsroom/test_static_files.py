import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from newsroom.static_files import StaticFilesStorage, joined

STYLES = settings.BASE_DIR / "static" / "css"


def test_imports_give_way_to_what_they_name():
    files = {
        "css/all.css": '@import url("a.css");\n@import url("b.css") print;\n',
        "css/a.css": '/* Why\n   so. */\n.a {\n  src: url("../a.woff2");\n}\n',
        "css/b.css": ".b {\n}\n",
    }

    assert joined("css/all.css", files.__getitem__) == (
        '.a {\nsrc: url("../a.woff2");\n}\n@media print {\n.b {\n}\n}\n'
    )


def test_style_sheet_without_imports_stays_as_it_is():
    assert joined("css/a.css", {"css/a.css": ".a {\n}\n"}.__getitem__) is None


def test_readers_styles_are_joined_whole():
    text = joined("css/reader.css", lambda name: (STYLES.parent / name).read_text())

    assert "@import" not in text
    # The order of the layers must come before any of them.
    assert text.index("@layer reset, base, layout") < text.index("@layer reset {")


@pytest.fixture
def collected(tmp_path, settings):
    settings.STATICFILES_DIRS = []
    (tmp_path / "from").mkdir()
    (tmp_path / "to").mkdir()
    source = FileSystemStorage(tmp_path / "from")

    def collect(**files):
        paths = {}
        storage = StaticFilesStorage(location=tmp_path / "to", base_url="/s/")
        for name, text in files.items():
            (tmp_path / "from" / f"{name}.css").write_text(text)
            (tmp_path / "to" / f"{name}.css").write_text(text)
            paths[f"{name}.css"] = (source, f"{name}.css")
        list(storage.post_process(paths))
        return storage.stored_name("all.css"), tmp_path / "to"

    return collect


def test_joined_file_is_what_is_served_and_named_by_its_parts(collected):
    first, directory = collected(all='@import url("part.css");\n', part=".a {\n}\n")
    second, _ = collected(all='@import url("part.css");\n', part=".b {\n}\n")

    assert first != second
    assert (directory / second).read_text() == ".b {\n}\n"
    assert (directory / "all.css").read_text() == ".b {\n}\n"


def test_address_is_worked_out_once(settings, tmp_path, monkeypatch):
    storage = StaticFilesStorage(location=tmp_path)
    asked = []
    monkeypatch.setattr(
        CompressedManifestStaticFilesStorage,
        "url",
        lambda self, name, force: asked.append(name) or f"/static/{name}",
    )

    assert [storage.url(name) for name in ["a.css", "b.css", "a.css"]] == [
        "/static/a.css", "/static/b.css", "/static/a.css",
    ]  # fmt: skip
    assert asked == ["a.css", "b.css"]


def test_what_was_not_collected_costs_no_page(settings, tmp_path):
    storage = StaticFilesStorage(location=tmp_path, base_url="/static/")

    assert storage.url("css/base.css") == "/static/css/base.css"
