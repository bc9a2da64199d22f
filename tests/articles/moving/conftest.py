import pytest
from PIL import Image

from articles.moving import runs


@pytest.fixture
def bring_in(tmp_path):
    """Bring in the text of an export; returns the run."""

    def bring(text, *, kind="wordpress", name="export.xml", **order):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        order.setdefault("options", {})
        order["options"] = {"fetch": False, **order["options"]}
        return runs.bring_in(runs.Order(path=path, kind=kind, **order))

    return bring


@pytest.fixture
def media(tmp_path):
    """A directory with one picture, as wp-content/uploads has it."""
    directory = tmp_path / "uploads" / "2024" / "03"
    directory.mkdir(parents=True)
    Image.new("RGB", (640, 400), "teal").save(directory / "quay.jpg")
    return tmp_path / "uploads"
