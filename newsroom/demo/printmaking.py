"""A small print shop: flat inks, carved blocks and paper grain, with Pillow alone.

A scene lays blocks (masks) on a sheet in a few inks, back to front, as a printmaker
would. Scenes are drawn on a grid of 1600 by 1000, worked at twice that size and
reduced at the end, so that edges are smooth. The same seed gives the same picture.
"""

import math
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SCALE = 2
WIDTH, HEIGHT = 1600, 1000
OUTPUT = 0.875  # of the drawing's size: 1400 by 875


class Block:
    """A shape to be inked: white is printed, black is not. Methods can be chained."""

    def __init__(self, size):
        self.image = Image.new("L", size, 0)
        self.pen = ImageDraw.Draw(self.image)

    def polygon(self, points, fill=255):
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)
        return self

    def rectangle(self, left, top, right, bottom, radius=0, fill=255):
        box = [left * SCALE, top * SCALE, right * SCALE, bottom * SCALE]
        self.pen.rounded_rectangle(box, radius * SCALE, fill=fill)
        return self

    def ellipse(self, x, y, rx, ry=None, fill=255):
        ry = rx if ry is None else ry
        box = [(x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE]
        self.pen.ellipse(box, fill=fill)
        return self

    def ring(self, x, y, rx, width, ry=None):
        ry = rx if ry is None else ry
        box = [(x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE]
        self.pen.ellipse(box, outline=255, width=round(width * SCALE))
        return self

    def arc(self, x, y, radius, start, end, width):
        box = [
            (x - radius) * SCALE,
            (y - radius) * SCALE,
            (x + radius) * SCALE,
            (y + radius) * SCALE,
        ]
        self.pen.arc(box, start, end, fill=255, width=max(1, round(width * SCALE)))
        return self

    def stroke(self, points, width, fill=255):
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self.pen.line(scaled, fill=fill, width=round(width * SCALE), joint="curve")
        return self

    def gouge(self, x0, y0, x1, y1, width, bend=0, fill=255):
        """One cut of the gouge: it enters thin, swells and leaves thin."""
        length = math.hypot(x1 - x0, y1 - y0) or 1
        nx, ny = -(y1 - y0) / length, (x1 - x0) / length
        upper, lower = [], []
        for step in range(9):
            t = step / 8
            swell = math.sin(math.pi * t)
            x = x0 + (x1 - x0) * t + nx * bend * swell
            y = y0 + (y1 - y0) * t + ny * bend * swell
            half = width * swell**0.7 / 2
            upper.append((x + nx * half, y + ny * half))
            lower.append((x - nx * half, y - ny * half))
        return self.polygon(upper + lower[::-1], fill=fill)

    def arch(self, x, top, bottom, half, fill=255):
        """A round-headed opening, its springing line `half` below `top`."""
        self.ellipse(x, top + half, half, fill=fill)
        return self.rectangle(x - half, top + half, x + half, bottom, fill=fill)

    def clip(self, other):
        self.image = ImageChops.multiply(self.image, other.image)
        self.pen = ImageDraw.Draw(self.image)
        return self

    def without(self, other):
        self.image = ImageChops.subtract(self.image, other.image)
        self.pen = ImageDraw.Draw(self.image)
        return self


class Sheet:
    """The paper on the press.

    `seed` makes chance repeatable; `paper` is the colour of the bare sheet.
    """

    def __init__(self, seed, paper, width=WIDTH, height=HEIGHT):
        self.random = Random(seed)  # noqa: S311 -- decides grain, guards nothing
        self.width, self.height = width, height
        self.size = (width * SCALE, height * SCALE)
        self.image = Image.new("RGB", self.size, paper)
        mottle = self._noise(11).filter(ImageFilter.BoxBlur(2))
        self.mottle = mottle.point(lambda value: 128 + (value - 128) * 0.5)

    def _noise(self, grain):
        width, height = self.size[0] // grain + 2, self.size[1] // grain + 2
        noise = Image.frombytes(
            "L", (width, height), self.random.randbytes(width * height)
        )
        return noise.resize(self.size, Image.Resampling.BICUBIC)

    def block(self):
        return Block(self.size)

    def lay(self, block, ink, *, shadow=0, rough=2.2, opacity=1.0):
        """Print a block in one ink.

        `shadow` lifts it off the sheet like cut paper, `rough` is how far its edge
        wanders, `opacity` lets what lies below show through.
        """
        found = block.image.getbbox()
        if not found:
            return
        # work on the inked part alone, with room for its edge and its shadow
        room = round(4 * SCALE + 3 * shadow)
        left, top = max(0, found[0] - room), max(0, found[1] - room)
        right = min(self.size[0], found[2] + room)
        bottom = min(self.size[1], found[3] + room)
        box = (left, top, right, bottom)
        mask = block.image.crop(box)
        if rough:
            mask = mask.filter(ImageFilter.BoxBlur(rough))
            mask = ImageChops.add(mask, self.mottle.crop(box), 1, -128).point(
                lambda value: max(0, min(255, (value - 118) * 12))
            )
        if shadow:
            # paste, since ImageChops.offset would wrap round to the opposite edge
            cast = Image.new("L", mask.size, 0)
            cast.paste(mask, (round(shadow * 0.6), round(shadow)))
            cast = cast.filter(ImageFilter.BoxBlur(shadow * 0.9))
            cast = cast.point(lambda value: value * 0.30)
            self.image.paste((18, 16, 30), box, cast)
        if opacity < 1:
            mask = mask.point(lambda value: value * opacity)
        self.image.paste(ink, box, mask)

    def overprint(self, block, ink, *, rough=2.2):
        """Print a transparent ink, which darkens what it crosses."""
        before = self.image.copy()
        darker = ImageChops.multiply(before, Image.new("RGB", self.size, ink))
        mask = block.image
        if rough:
            mask = mask.filter(ImageFilter.BoxBlur(rough))
        self.image.paste(darker, (0, 0), mask)

    def save(self, path, *, limit=86_000):
        """Reduce, add the paper's grain and write a JPEG of at most `limit` bytes.

        Quality starts at 82 and gives way to the limit, down to 43.
        """
        size = (round(self.width * OUTPUT), round(self.height * OUTPUT))
        picture = self.image.resize(size, Image.Resampling.LANCZOS)
        small = (size[0] // 3, size[1] // 3)
        grain = Image.frombytes("L", small, self.random.randbytes(small[0] * small[1]))
        grain = grain.resize(size, Image.Resampling.BICUBIC)
        grain = grain.point(lambda value: 128 + (value - 128) * 0.016)
        picture = ImageChops.add(picture, Image.merge("RGB", [grain] * 3), 1, -128)
        for quality in range(82, 42, -3):
            file = BytesIO()
            picture.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
            if file.tell() <= limit:
                break
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(file.getvalue())
        return quality


def ridge(sheet, base, height, *, detail=5, start=0.0, left=-20, right=None):
    """Points of a natural-looking skyline around `base`, up to `height` either way."""
    right = sheet.width + 20 if right is None else right
    waves = [
        (
            (sheet.random.uniform(0.6, 1.4) * 2**octave) / 620,
            sheet.random.uniform(0, math.tau),
            height / 1.75**octave,
        )
        for octave in range(detail)
    ]
    points = []
    x = left
    while x <= right:
        y = sum(math.sin(x * f + p + start) * a for f, p, a in waves)
        points.append((x, base + y * 0.6))
        x += 8
    return points


def ground(sheet, points, bottom=None):
    """A block filled from a skyline down to `bottom` (the foot of the sheet)."""
    bottom = sheet.height + 20 if bottom is None else bottom
    return sheet.block().polygon(
        [*points, (points[-1][0], bottom), (points[0][0], bottom)]
    )


def peaks(summits, base, bottom):
    """A jagged outline through `summits`, a list of (x, y), for mountains."""
    first, last = summits[0], summits[-1]
    return [
        (first[0], base),
        *summits,
        (last[0], base),
        (last[0], bottom),
        (first[0], bottom),
    ]


def sky(sheet, inks, horizon, *, wave=14, shadow=0):
    """Bands of sky from the top down to `horizon`, one ink each, darkest first."""
    sheet.lay(sheet.block().rectangle(-5, -5, sheet.width + 5, horizon + 5), inks[0])
    step = horizon / len(inks)
    for number, ink in enumerate(inks[1:], start=1):
        line = ridge(sheet, step * number, wave, detail=3)
        sheet.lay(ground(sheet, line, horizon + 5), ink, shadow=shadow)


def ripples(sheet, top, bottom, *, count, centre=None, spread=None, width=5, long=120):
    """Water: horizontal gouges that grow towards the viewer.

    With `centre` they gather about it, as under a moon.
    """
    block = sheet.block()
    for _ in range(count):
        depth = sheet.random.random() ** 1.2
        y = top + (bottom - top) * depth
        if centre is None:
            x = sheet.random.uniform(-60, sheet.width + 60)
        else:
            x = sheet.random.gauss(centre, (spread or 120) * (0.45 + depth * 0.8))
        half = long * (0.25 + depth * 0.75) * sheet.random.uniform(0.35, 1) / 2
        block.gouge(x - half, y, x + half, y, width * (0.35 + depth * 0.9))
    return block


def rays(sheet, x, y, *, inner, outer, count, width, start=0, end=360):
    """Gouges radiating from a point, as engravers draw light."""
    block = sheet.block()
    for number in range(count):
        angle = math.radians(start + (end - start) * number / count)
        reach = outer * sheet.random.uniform(0.82, 1)
        block.gouge(
            x + math.cos(angle) * inner,
            y + math.sin(angle) * inner,
            x + math.cos(angle) * reach,
            y + math.sin(angle) * reach,
            width,
        )
    return block


def hatch(sheet, region, *, angle, spacing, width, tone=None, length=90):
    """Parallel gouges across a block; `tone(x, y)` from 0 to 1 thins them out."""
    block = sheet.block()
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    reach = math.hypot(sheet.width, sheet.height) / 2
    across = -reach
    while across < reach:
        along = -reach + sheet.random.uniform(0, length)
        while along < reach:
            x = sheet.width / 2 + cos * along - sin * across
            y = sheet.height / 2 + sin * along + cos * across
            run = length * sheet.random.uniform(0.5, 1)
            if -99 < x < sheet.width + 99 and -99 < y < sheet.height + 99:
                strength = 1 if tone is None else max(0, min(1, tone(x, y)))
                if strength > 0.06:
                    block.gouge(x, y, x + cos * run, y + sin * run, width * strength)
            along += run * 0.92
        across += spacing
    return block.clip(region)


def birds(sheet, flock, size=16):
    """Gulls and swifts as two strokes, at each (x, y) of `flock`."""
    block = sheet.block()
    for x, y in flock:
        wing = size * sheet.random.uniform(0.7, 1.1)
        block.gouge(x - wing, y - wing * 0.25, x, y, wing * 0.26, bend=-wing * 0.18)
        block.gouge(x, y, x + wing, y - wing * 0.4, wing * 0.26, bend=-wing * 0.18)
    return block


def figure(block, x, foot, height, *, stride=0.0, load=False):
    """A small standing person; `stride` opens the legs, `load` sits on the head."""
    head = height * 0.085
    block.ellipse(x, foot - height + head, head, head * 1.15)
    shoulder, hip = foot - height * 0.8, foot - height * 0.42
    block.polygon(
        [
            (x - height * 0.11, shoulder + height * 0.03),
            (x, shoulder - height * 0.03),
            (x + height * 0.11, shoulder + height * 0.03),
            (x + height * 0.13, hip),
            (x + height * 0.07 + height * stride, foot),
            (x + height * stride, foot),
            (x, hip + height * 0.08),
            (x - height * stride, foot),
            (x - height * 0.07 - height * stride, foot),
            (x - height * 0.13, hip),
        ]
    )
    if load:
        rim = foot - height * 1.01
        block.polygon(
            [
                (x - height * 0.24, rim - height * 0.1),
                (x + height * 0.24, rim - height * 0.1),
                (x + height * 0.15, rim),
                (x - height * 0.15, rim),
            ]
        )
    return block
