import os
import threading
from pathlib import Path

import pytest
from PIL import Image

from newsroom.lib import decoding, images
from newsroom.lib.images import UnacceptablePictureError
from tests.lib.samples import encoded, photograph, png_of_size


@pytest.fixture(autouse=True)
def fresh():
    """No decoder is left from the tests before, nor for those after."""
    decoding._close_all()
    yield
    decoding._close_all()


def test_inspect_finds_what_it_would_find_in_our_own_process():
    content = photograph()

    assert decoding.inspect(content) == images.inspect(content)


def test_inspect_also_reads_what_the_file_says_of_itself():
    exif = Image.Exif()
    exif[0x013B] = "Ada Žižek".encode()
    exif.get_ifd(0x8769)[0x9003] = "2026:03:01 09:30:00"

    offer = decoding.inspect(photograph(exif=exif)).offer

    assert offer.pop("taken_at").isoformat() == "2026-03-01T09:30:00"
    assert offer == {"creator": "Ada Žižek"}


def test_upright_is_the_picture_itself():
    content = photograph(400, 300)

    image = decoding.upright(content)

    assert image.size == (400, 300)
    assert image.tobytes() == images.upright(content).tobytes()


def test_refusals_keep_their_words():
    with pytest.raises(UnacceptablePictureError, match="too many pixels"):
        decoding.inspect(png_of_size(60_000, 60_000))


def test_one_decoder_does_one_picture_after_the_other():
    decoding.inspect(photograph())
    process = decoding._idle[0]

    decoding.inspect(photograph())

    assert decoding._idle == [process]


def test_time_is_up_for_a_picture_that_takes_too_long(monkeypatch):
    monkeypatch.setattr(decoding, "INSPECT_SECONDS", 0.1)
    large = encoded(Image.new("RGB", (6000, 6000)), "PNG")

    with pytest.raises(decoding.TooSlowError, match="longer than"):
        decoding.inspect(large)

    monkeypatch.undo()
    assert decoding._idle == []
    assert decoding.inspect(photograph()).width == 400


def test_memory_is_bounded():
    content = encoded(Image.new("I", (7000, 7000), 7), "TIFF", compression="tiff_lzw")

    with pytest.raises(UnacceptablePictureError, match="too much memory"):
        decoding.inspect(content)

    assert decoding.inspect(photograph()).width == 400


def test_a_decoder_that_died_while_idle_is_replaced():
    decoding.inspect(photograph())
    decoding._idle[0].kill()
    decoding._idle[0].wait()

    assert decoding.inspect(photograph()).width == 400


def test_a_decoder_that_dies_at_work_makes_the_picture_a_damaged_one(monkeypatch):
    decoding.inspect(photograph())
    process = decoding._idle[0]
    monkeypatch.setattr(process, "poll", lambda: None)  # it dies after this question
    process.kill()

    with pytest.raises(UnacceptablePictureError, match="damaged"):
        decoding.inspect(photograph())


def test_pictures_wait_for_one_another_and_not_for_ever(monkeypatch):
    monkeypatch.setattr(decoding, "_slots", threading.BoundedSemaphore(1))
    monkeypatch.setattr(decoding, "INSPECT_SECONDS", 0.1)

    with decoding._slots, pytest.raises(decoding.TooSlowError, match="is busy"):
        decoding.inspect(photograph())


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="Linux alone")
def test_a_decoder_knows_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "open sesame")

    decoding.inspect(photograph())

    names = Path(f"/proc/{decoding._idle[0].pid}/environ").read_bytes()
    assert b"SECRET_KEY" not in names
    assert "SECRET_KEY" in os.environ
