"""Science: ice, moss and a little amber."""

# fmt: off
# ruff: noqa: C901, E501 -- a scene is one long list of shapes, a shape one row

import itertools
import math

from newsroom.demo.printmaking import (
    Sheet,
    birds,
    ground,
    hatch,
    peaks,
    rays,
    ridge,
    ripples,
    sky,
)

PAPER, INK, BLUE, ICE = "#eff0e4", "#0f2639", "#27658a", "#a5ced6"
DEEP, MOSS, AMBER, RUST = "#17425f", "#6d8d58", "#e6a23a", "#bb5a34"


def ice_library():
    sheet = Sheet(41, PAPER)
    sheet.lay(sheet.block().rectangle(-5, -5, 1605, 1005), INK)
    inks = [ICE, "#c3e0e2", "#8cbecb", "#dcecea", "#74adc0"]
    radius, pitch, rise = 68, 150, 196
    for row in range(6):
        floor = 138 + row * rise
        sheet.lay(sheet.block().rectangle(-10, floor - 166, 1610, floor), "#0b1c2b")
        for column in range(12):
            x = -28 + column * pitch + (row % 2) * 40
            y = floor - radius - 6
            if row == 2 and 720 < x < 880:
                continue
            core = sheet.block().ellipse(x, y, radius)
            sheet.lay(core, inks[(column * 2 + row * 3) % 5], shadow=8)
            layers = sheet.block()
            offset = sheet.random.uniform(0, 30)
            for k in range(6):
                ly = y - radius + k * 24 + offset * 0.4
                bend = sheet.random.uniform(-6, 6)
                layers.gouge(x - radius, ly, x + radius, ly + bend, sheet.random.choice((4, 6, 9)))
            sheet.lay(layers.clip(core), BLUE if (column + row) % 2 else "#4d8fae", opacity=0.8)
            sheet.lay(sheet.block().arc(x, y, radius - 6, 190, 290, 5), PAPER, rough=1)
            tag = sheet.block().rectangle(x - 22, floor + 6, x + 22, floor + 24)
            sheet.lay(tag, PAPER if (column * row) % 5 else AMBER, rough=1)
        sheet.lay(sheet.block().rectangle(-10, floor - 4, 1610, floor + 3), BLUE)
    for x in (-4, 520, 1074, 1590):
        post = sheet.block().rectangle(x, -10, x + 22, 1010)
        sheet.lay(post, DEEP, shadow=10)
        bolts = sheet.block()
        for y in range(20, 1000, 49):
            bolts.ellipse(x + 11, y, 4)
        sheet.lay(bolts, INK, rough=0.6)
    # one core drawn out into the lamplight
    sheet.lay(sheet.block().ellipse(800, 560, 520, 250), INK, opacity=0.45)
    length = sheet.block().polygon([(300, 440), (1250, 520), (1250, 760), (300, 690)])
    length.ellipse(1250, 640, 62, 121).ellipse(300, 565, 62, 125)
    sheet.lay(length, "#d4e8e8", shadow=26)
    seasons = sheet.block()
    x = 262.0
    while x < 1210:
        width = sheet.random.uniform(5, 26)
        shift = (x - 300) * 0.08
        seasons.gouge(x + 6, 432 + shift, x + 14, 704 + shift * 0.9, width, bend=-36)
        x += width + sheet.random.uniform(10, 44)
    sheet.lay(seasons.clip(length), ICE)
    dust = sheet.block()
    for x, w in ((404, 8), (436, 4), (640, 14), (668, 5), (905, 7), (930, 10), (1090, 4)):
        shift = (x - 300) * 0.08
        dust.gouge(x + 6, 432 + shift, x + 14, 704 + shift * 0.9, w, bend=-36)
    sheet.lay(dust.clip(length), RUST)
    under = sheet.block().polygon([(300, 640), (1250, 710), (1250, 770), (300, 700)])
    sheet.lay(hatch(sheet, under.clip(length), angle=4.5, spacing=15, width=7, length=150), BLUE)
    glint = sheet.block().gouge(330, 478, 760, 512, 16).gouge(820, 522, 1100, 544, 11)
    sheet.lay(glint, "#ffffff")
    face = sheet.block().ellipse(1250, 640, 62, 121)
    sheet.lay(face, "#8cbecb")
    rings = sheet.block().ring(1250, 640, 46, 5, ry=92).ring(1250, 640, 28, 5, ry=58).ellipse(1250, 640, 9, 20)
    sheet.lay(rings, DEEP, rough=1)
    bubbles = sheet.block()
    for _ in range(60):
        bubbles.ellipse(sheet.random.uniform(300, 1180), sheet.random.uniform(470, 680), sheet.random.uniform(2, 5))
    sheet.lay(bubbles.clip(length), "#ffffff", rough=0.6)
    sleeve = sheet.block().rectangle(470, 430, 560, 730).clip(length)
    sheet.lay(sleeve, AMBER, opacity=0.95)
    label = sheet.block().rectangle(482, 530, 548, 610)
    sheet.lay(label, PAPER)
    sheet.lay(sheet.block().rectangle(492, 546, 538, 552).rectangle(492, 562, 530, 568).rectangle(492, 578, 536, 584), INK, rough=0.6)
    return sheet


def night_sky():
    sheet = Sheet(42, PAPER)
    sky(sheet, ["#0b1d2e", INK, "#143449", DEEP], 760, wave=18)
    trails = {ink: sheet.block() for ink in (PAPER, ICE, AMBER, "#4d8fae")}
    for radius in range(34, 1240, 18):
        for _ in range(2 + radius // 70):
            start = sheet.random.uniform(0, 360)
            sweep = sheet.random.uniform(12, 46)
            ink = sheet.random.choice((PAPER, ICE, ICE, "#4d8fae", "#4d8fae", AMBER))
            trails[ink].arc(800, 330, radius, start, start + sweep, sheet.random.choice((3, 4, 5, 6)))
    for ink, block in trails.items():
        sheet.lay(block, ink, rough=0.8)
    sheet.lay(sheet.block().ellipse(800, 330, 6), PAPER, rough=0)
    far = sheet.block().polygon(peaks([(-20, 700), (180, 640), (330, 680), (480, 650), (620, 706)], 730, 800))
    far.polygon(peaks([(1010, 712), (1180, 660), (1320, 690), (1480, 630), (1640, 668)], 730, 800))
    sheet.lay(far, DEEP, shadow=6)
    sheet.lay(ground(sheet, [(-20, 722), (1620, 722)]), "#12354c")
    sheet.lay(ripples(sheet, 728, 900, count=150, width=6), BLUE)
    sheet.lay(ripples(sheet, 728, 900, count=40, centre=800, spread=120, width=7), AMBER)
    head = sheet.block().polygon([(-20, 960), (160, 900), (330, 850), (520, 800), (660, 778), (980, 776), (1110, 806), (1260, 870), (1420, 930), (1620, 950), (1620, 1020), (-20, 1020)])
    sheet.lay(head, "#081520", shadow=14)
    sheet.lay(hatch(sheet, head, angle=-64, spacing=24, width=6, length=44, tone=lambda _x, y: (y - 800) / 200), MOSS, opacity=0.7)
    wall = sheet.block().rectangle(640, 600, 960, 790)
    sheet.lay(wall, PAPER, shadow=14)
    sheet.lay(hatch(sheet, wall, angle=90, spacing=16, width=7, length=70, tone=lambda x, _y: (x - 780) / 160), ICE)
    dome = sheet.block().ellipse(800, 600, 176, 186)
    dome.without(sheet.block().rectangle(600, 606, 1000, 800))
    sheet.lay(dome, PAPER, shadow=12)
    ribs = sheet.block()
    for k in range(-4, 5):
        if k:
            points = [(800 + math.sin(k * 0.33) * 176 * math.cos(t), 600 - 186 * math.sin(t)) for t in [i * math.pi / 40 for i in range(21)]]
            ribs.stroke(points, 4)
    sheet.lay(ribs.clip(dome), ICE, rough=1)
    sheet.lay(hatch(sheet, dome, angle=62, spacing=15, width=7, length=60, tone=lambda x, y: (x - 840) / 110 - (500 - y) / 300), "#4d8fae")
    slit = sheet.block().polygon([(772, 604), (778, 470), (790, 414), (812, 414), (826, 470), (832, 604)])
    sheet.lay(slit, AMBER)
    scope = sheet.block().polygon([(790, 604), (812, 604), (826, 452), (792, 446)])
    sheet.lay(scope, INK, rough=1)
    sheet.lay(sheet.block().rectangle(622, 596, 978, 614), DEEP, shadow=5)
    door = sheet.block().arch(800, 690, 790, 28)
    sheet.lay(door, AMBER)
    sheet.lay(sheet.block().ellipse(800, 736, 8, 9).rectangle(790, 744, 810, 790, radius=6), INK, rough=1)
    path = sheet.block().polygon([(776, 790), (824, 790), (880, 870), (1010, 1020), (700, 1020), (770, 880)])
    sheet.lay(path, "#21394a")
    sheet.lay(sheet.block().polygon([(776, 790), (824, 790), (846, 840), (756, 840)]), AMBER, opacity=0.7)
    return sheet


def bog_contours():
    sheet = Sheet(43, PAPER)
    centres = [(610, 430, 330, 1.0), (1050, 600, 300, 0.86), (260, 760, 250, 0.5), (1420, 220, 260, 0.62), (160, 180, 220, 0.42), (800, 900, 240, 0.35)]

    def height(x, y):
        total = sum(h * math.exp(-(((x - cx) ** 2 + (y - cy) ** 2) / (2 * (r * 0.72) ** 2))) for cx, cy, r, h in centres)
        return total + 0.05 * math.sin(x / 90 + y / 150) + 0.035 * math.sin(y / 47 - x / 110)

    step = 10
    columns, rows = 1600 // step + 3, 1000 // step + 3
    grid = [[height((i - 1) * step, (j - 1) * step) for i in range(columns)] for j in range(rows)]
    fills = ["#27505a", "#3f6f62", MOSS, "#92a564", "#bdb866", "#e3c069", AMBER, "#cf7d38", RUST]
    levels = [0.0, 0.17, 0.32, 0.46, 0.6, 0.73, 0.86, 0.98, 1.08]
    sheet.lay(sheet.block().rectangle(-5, -5, 1605, 1005), fills[0])

    def region(level):
        block = sheet.block()
        for j in range(rows - 1):
            for i in range(columns - 1):
                corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
                values = [grid[b][a] - level for a, b in corners]
                if max(values) < 0:
                    continue
                points = []
                for k in range(4):
                    (a, b), (c, d) = corners[k], corners[(k + 1) % 4]
                    u, v = values[k], values[(k + 1) % 4]
                    if u >= 0:
                        points.append(((a - 1) * step, (b - 1) * step))
                    if (u < 0) != (v < 0):
                        t = u / (u - v)
                        points.append(((a + (c - a) * t - 1) * step, (b + (d - b) * t - 1) * step))
                if len(points) > 2:
                    block.polygon(points)
        return block

    def isoline(level, width):
        block = sheet.block()
        for j in range(rows - 1):
            for i in range(columns - 1):
                corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
                values = [grid[b][a] - level for a, b in corners]
                cuts = []
                for k in range(4):
                    (a, b), (c, d) = corners[k], corners[(k + 1) % 4]
                    u, v = values[k], values[(k + 1) % 4]
                    if (u < 0) != (v < 0):
                        t = u / (u - v)
                        cuts.append(((a + (c - a) * t - 1) * step, (b + (d - b) * t - 1) * step))
                for start, end in zip(cuts[::2], cuts[1::2], strict=False):
                    block.stroke([start, end], width)
                    block.ellipse(*start, width / 2)
        return block

    for level, ink in zip(levels[1:], fills[1:], strict=True):
        sheet.lay(region(level), ink, shadow=9, rough=1.6)
    for number in range(15):
        level = 0.05 + number * 0.08
        sheet.lay(isoline(level, 5 if number % 4 == 0 else 2.6), INK, rough=0.8, opacity=0.8)
    pools = sheet.block()
    for cx, cy, r, _ in centres[:2]:
        for k in range(15):
            a = k * 2.4
            reach = r * (0.16 + 0.04 * k)
            x, y = cx + math.cos(a) * reach * 1.1, cy + math.sin(a) * reach * 0.75
            size = sheet.random.uniform(12, 34)
            pools.ellipse(x, y, size, size * 0.55).ellipse(x + size * 0.6, y + size * 0.2, size * 0.6, size * 0.4)
    sheet.lay(pools, INK, shadow=0)
    glints = sheet.block()
    for cx, cy, r, _ in centres[:2]:
        for k in range(15):
            a = k * 2.4
            reach = r * (0.16 + 0.04 * k)
            x, y = cx + math.cos(a) * reach * 1.1, cy + math.sin(a) * reach * 0.75
            glints.gouge(x - 10, y - 3, x + 12, y - 3, 5)
    sheet.lay(glints.clip(pools), ICE)
    boards = sheet.block()
    walk = [(-20, 640), (180, 600), (380, 560), (560, 540), (740, 500), (900, 470), (1080, 440), (1300, 400), (1620, 300)]
    for (x0, y0), (x1, y1) in itertools.pairwise(walk):
        count = int(math.hypot(x1 - x0, y1 - y0) / 14)
        for k in range(count):
            x, y = x0 + (x1 - x0) * k / count, y0 + (y1 - y0) * k / count
            boards.polygon([(x - 5, y - 17), (x + 5, y - 19), (x + 9, y + 15), (x - 1, y + 17)])
    sheet.lay(boards, PAPER, shadow=6, rough=1)
    ditches = sheet.block()
    for x0, y0, x1, y1 in ((940, 690, 1500, 1010), (1110, 780, 1060, 1020), (420, 330, 130, -20), (540, 240, 560, -20), (330, 480, -20, 380)):
        ditches.stroke([(x0, y0), (x1, y1)], 6)
    sheet.lay(ditches, BLUE, rough=1)
    rod = sheet.block().polygon([(792, 486), (804, 486), (800, 240), (796, 240)])
    sheet.lay(rod, INK, shadow=8, rough=0.8)
    sheet.lay(sheet.block().polygon([(800, 244), (884, 268), (800, 296)]), RUST, shadow=6)
    sheet.lay(sheet.block().ring(798, 488, 26, 6, ry=15), PAPER, rough=0.8)
    return sheet


def _swift(block, x, y, span, turn):
    """A sickle-winged bird seen from below, heading `turn` degrees."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def at(forward, side):
        return (x + (forward * cos - side * sin) * span, y + (forward * sin + side * cos) * span)

    for side in (-1, 1):
        block.polygon([at(0.16, 0.03 * side), at(0.14, 0.26 * side), at(-0.02, 0.62 * side), at(-0.34, 0.98 * side),
                       at(-0.16, 0.6 * side), at(-0.04, 0.24 * side), at(-0.1, 0.04 * side)])
        block.polygon([at(-0.2, 0.0), at(-0.28, 0.06 * side), at(-0.62, 0.16 * side), at(-0.4, 0.0)])
    block.polygon([at(0.34, 0), at(0.24, 0.07), at(0.0, 0.1), at(-0.34, 0.05), at(-0.34, -0.05), at(0.0, -0.1), at(0.24, -0.07)])


def swifts():
    sheet = Sheet(44, PAPER)
    sky(sheet, ["#f3d693", "#f5e0ae", "#f4e8c8", PAPER], 800, wave=26)
    sheet.lay(rays(sheet, 800, 800, inner=240, outer=900, count=64, width=13, start=182, end=358), "#f0c878")
    sheet.lay(sheet.block().ellipse(800, 800, 215), AMBER)
    for row, (base, ink, roof, size) in enumerate(((700, "#7fa9b3", "#5f8f9d", 96), (800, BLUE, DEEP, 140), (940, RUST, INK, 200))):
        x = -60.0 - row * 40
        number = 0
        while x < 1640:
            top = base - size * 0.1 + math.sin(x / 300 + row) * 14
            house = sheet.block().rectangle(x, top, x + size * 1.25, 1020)
            sheet.lay(house, ink, shadow=8)
            tiles = sheet.block().polygon([(x - 8, top + 6), (x + size * 0.12, top - size * 0.46), (x + size * 1.13, top - size * 0.46), (x + size * 1.25 + 8, top + 6)])
            sheet.lay(tiles, roof, shadow=6)
            if row:
                sheet.lay(hatch(sheet, tiles, angle=0, spacing=size * 0.13, width=size * 0.034, length=size * 0.5), ink)
            stack = sheet.block().rectangle(x + size * 0.92, top - size * 0.82, x + size * 1.22, top - size * 0.2)
            sheet.lay(stack, RUST if row < 2 else "#9c4527", shadow=5)
            pots = sheet.block()
            for k in range(3):
                pots.polygon([(x + size * (0.95 + k * 0.09), top - size * 0.82), (x + size * (0.96 + k * 0.09), top - size * 0.96), (x + size * (1.01 + k * 0.09), top - size * 0.96), (x + size * (1.02 + k * 0.09), top - size * 0.82)])
            sheet.lay(pots, AMBER, rough=1)
            if row:
                panes = sheet.block()
                for k in range(2):
                    left = x + size * (0.18 + k * 0.5)
                    panes.rectangle(left, top + size * 0.2, left + size * 0.28, top + size * 0.56)
                sheet.lay(panes, PAPER if (number + row) % 3 else AMBER, rough=1.2)
                bars = sheet.block()
                for k in range(2):
                    left = x + size * (0.18 + k * 0.5)
                    bars.rectangle(left + size * 0.125, top + size * 0.2, left + size * 0.155, top + size * 0.56).rectangle(left, top + size * 0.36, left + size * 0.28, top + size * 0.39)
                sheet.lay(bars, INK, rough=0.8)
            if row == 2:
                sheet.lay(sheet.block().rectangle(x + size * 0.5, top + size * 0.06, x + size * 0.68, top + size * 0.13), INK, rough=0.8)
            x += size * 1.25
            number += 1
    flock = [(800, 300, 250, -24), (430, 210, 150, 18), (1180, 200, 160, -50), (560, 470, 130, -60), (1090, 460, 140, 12),
             (250, 400, 100, -30), (1390, 380, 105, -15), (960, 110, 92, 30), (640, 100, 84, -10), (180, 160, 70, 20),
             (1480, 130, 74, -40), (1290, 560, 66, 20), (350, 570, 60, -20)]
    for x, y, span, turn in flock:
        block = sheet.block()
        _swift(block, x, y, span, turn)
        sheet.lay(block, INK, shadow=10 if span > 120 else 4, rough=1.2)
        if span > 120:
            feathers = sheet.block()
            cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
            for side in (-1, 1):
                for k in range(9):
                    f, s = 0.08 - k * 0.035, (0.16 + k * 0.075) * side
                    g, h = f - 0.09, s + 0.05 * side
                    feathers.gouge(x + (f * cos - s * sin) * span, y + (f * sin + s * cos) * span, x + (g * cos - h * sin) * span, y + (g * sin + h * cos) * span, span * 0.016)
            sheet.lay(feathers.clip(block), ICE, rough=0.6)
    return sheet


def kelp_forest():
    sheet = Sheet(45, PAPER)
    bands = ["#bfe0d6", "#8cc4c0", "#5aa5a8", "#34808c", "#1f6275", DEEP, "#103148"]
    sheet.lay(sheet.block().rectangle(-5, -5, 1605, 1005), bands[0])
    for number, ink in enumerate(bands[1:], start=1):
        sheet.lay(ground(sheet, ridge(sheet, 60 + number * 128, 24, detail=3)), ink)
    light = sheet.block()
    for k in range(-5, 6):
        light.polygon([(800 + k * 46 - 12, -10), (800 + k * 46 + 14, -10), (800 + k * 150 + 50, 860), (800 + k * 150 - 40, 860)])
    sheet.lay(light, "#d9efe2", opacity=0.22)
    surface = sheet.block()
    for _ in range(60):
        x, y = sheet.random.uniform(0, 1600), sheet.random.uniform(8, 74)
        surface.gouge(x - 60, y, x + 60, y, 9)
    sheet.lay(surface, "#f6fbef")

    def frond(x, foot, tall, width, ink, vein, sway):
        points = []
        for step in range(40):
            t = step / 39
            points.append((x + math.sin(t * 4.4 + sway) * 46 * t + math.sin(t * 9 + sway * 2) * 9, foot - tall * t))
        left, right = [], []
        for step, (px, py) in enumerate(points):
            t = step / 39
            half = width * (math.sin(math.pi * min(1, t * 0.92 + 0.06)) ** 0.7) * (1 + 0.22 * math.sin(step * 1.25 + sway * 3))
            left.append((px - half, py))
            right.append((px + half, py))
        leaf = sheet.block().polygon(left + right[::-1])
        sheet.lay(leaf, ink, shadow=12)
        marks = sheet.block()
        for step in range(3, 37, 2):
            px, py = points[step]
            marks.gouge(px - 2, py, px - width * 0.75, py - 26, 5).gouge(px + 2, py, px + width * 0.75, py - 26, 5)
        marks.stroke(points[2:36], 4)
        sheet.lay(marks.clip(leaf), vein, rough=1)

    for x, tall, w, sway in ((300, 640, 20, 0.4), (470, 560, 17, 1.4), (640, 500, 15, 2.2), (960, 520, 15, 0.9), (1130, 580, 17, 3.1), (1300, 650, 20, 1.9)):
        frond(x, 1000, tall, w, "#2c7474", "#1f6275", sway)
    rope = sheet.block().stroke([(-20, 118), (400, 150), (800, 158), (1200, 150), (1620, 118)], 9)
    sheet.lay(rope, INK, shadow=6)
    floats = sheet.block()
    for x in (130, 470, 1130, 1470):
        floats.ellipse(x, 104, 34, 40)
    sheet.lay(floats, RUST, shadow=8)
    for x, tall, w, ink, vein, sway in ((110, 900, 38, MOSS, "#456b46", 0.2), (250, 780, 34, AMBER, RUST, 1.2), (30, 700, 30, "#8a6a2c", AMBER, 2.4),
                                        (1490, 910, 38, MOSS, "#456b46", 2.9), (1360, 800, 34, AMBER, RUST, 0.6), (1580, 720, 32, "#8a6a2c", AMBER, 1.7),
                                        (400, 600, 26, "#8a6a2c", AMBER, 3.2), (1220, 590, 26, "#8a6a2c", AMBER, 0.1)):
        frond(x, 1030, tall, w, ink, vein, sway)
    floor = ground(sheet, ridge(sheet, 950, 22, detail=5))
    sheet.lay(floor, INK, shadow=10)
    diver = sheet.block()
    diver.polygon([(700, 500), (880, 462), (930, 470), (940, 512), (880, 540), (720, 560)])
    diver.ellipse(962, 470, 40, 38)
    diver.polygon([(720, 506), (600, 540), (520, 600), (534, 618), (620, 578), (734, 556)])
    diver.polygon([(716, 530), (610, 600), (560, 660), (580, 674), (640, 622), (750, 560)])
    diver.polygon([(540, 590), (452, 604), (402, 650), (470, 650), (548, 622)])
    diver.polygon([(572, 652), (506, 690), (478, 748), (536, 724), (592, 678)])
    sheet.lay(diver, INK, shadow=14, rough=1.6)
    sheet.lay(sheet.block().stroke([(900, 500), (990, 560), (1078, 540)], 30).ellipse(1084, 538, 17), INK, rough=1.4)
    sheet.lay(sheet.block().rectangle(726, 446, 868, 490, radius=22), AMBER, shadow=6)
    sheet.lay(sheet.block().polygon([(966, 448), (1004, 452), (1006, 486), (970, 492)]), ICE, rough=1)
    stripe = sheet.block().stroke([(720, 540), (880, 516), (930, 500)], 6)
    sheet.lay(stripe, RUST, rough=1)
    slate = sheet.block().polygon([(1076, 486), (1150, 500), (1136, 582), (1062, 566)])
    sheet.lay(slate, PAPER, shadow=8)
    sheet.lay(sheet.block().stroke([(1086, 512), (1134, 522)], 4).stroke([(1082, 530), (1128, 540)], 4).stroke([(1078, 548), (1108, 555)], 4), BLUE, rough=0.6)
    bubbles = sheet.block()
    for k in range(16):
        bubbles.ring(980 + math.sin(k) * 22 + k * 2, 420 - k * 21, 5 + k % 4 * 4, 3)
    sheet.lay(bubbles, PAPER, rough=0.6)
    for x, y, s in ((640, 330, 34), (560, 380, 26), (700, 380, 24), (1060, 700, 36), (1140, 740, 28), (980, 748, 26), (840, 720, 30), (610, 760, 26), (760, 810, 28), (900, 850, 24)):
        fish = sheet.block().ellipse(x, y, s, s * 0.46).polygon([(x + s * 0.7, y), (x + s * 1.45, y - s * 0.5), (x + s * 1.3, y), (x + s * 1.45, y + s * 0.5)])
        sheet.lay(fish, "#e4efe0" if s > 27 else AMBER, shadow=5, rough=1)
        sheet.lay(sheet.block().ellipse(x - s * 0.6, y - s * 0.1, s * 0.09).arc(x - s * 0.28, y, s * 0.36, 110, 250, 3), INK, rough=0)
    return sheet


def leaping_fish():
    sheet = Sheet(46, PAPER)
    sky(sheet, ["#8fc0c8", ICE, "#cfe2da", PAPER], 420, wave=14)
    sheet.lay(sheet.block().ellipse(420, 170, 84), AMBER)
    mountain = sheet.block().polygon([(-20, 360), (180, 300), (360, 330), (560, 220), (700, 130), (800, 90), (880, 120), (1010, 210), (1160, 280), (1330, 250), (1480, 310), (1620, 290), (1620, 480), (-20, 480)])
    sheet.lay(mountain, BLUE, shadow=8)
    snow = sheet.block().polygon([(470, 274), (560, 220), (700, 130), (800, 90), (880, 120), (1010, 210), (1110, 262), (1040, 262), (1000, 300), (930, 250), (890, 320), (820, 240), (770, 330), (700, 250), (640, 320), (600, 260), (540, 300)])
    snow.polygon([(1240, 266), (1330, 250), (1400, 278), (1350, 276), (1320, 306), (1290, 274)])
    sheet.lay(snow, PAPER)
    sheet.lay(hatch(sheet, mountain, angle=58, spacing=20, width=6, length=70, tone=lambda _x, y: (y - 280) / 130), DEEP)
    sheet.lay(ground(sheet, [(-20, 420), (1620, 420)]), "#3f8a94")
    sheet.lay(ripples(sheet, 424, 500, count=110, width=6, long=100), PAPER)
    for bank in ([(-20, 440), (220, 470), (420, 500), (520, 560), (480, 700), (380, 820), (300, 1020), (-20, 1020)],
                 [(1620, 430), (1400, 468), (1190, 500), (1090, 560), (1120, 700), (1230, 820), (1320, 1020), (1620, 1020)]):
        land = sheet.block().polygon(bank)
        sheet.lay(land, MOSS, shadow=14)
        sheet.lay(hatch(sheet, land, angle=-72, spacing=26, width=7, length=42), "#4b6b45")
    water = sheet.block().polygon([(420, 500), (1190, 500), (1090, 560), (1120, 690), (1130, 720), (470, 720), (480, 700), (520, 560)])
    sheet.lay(water, DEEP)
    fall = sheet.block().polygon([(500, 560), (1104, 560), (1140, 800), (440, 800)])
    sheet.lay(fall, ICE, shadow=10)
    streams = sheet.block()
    for _ in range(150):
        t = sheet.random.random()
        x0 = 505 + t * 596
        x1 = 445 + t * 690
        y0 = sheet.random.uniform(562, 720)
        y1 = y0 + sheet.random.uniform(50, 150)
        k0, k1 = (y0 - 560) / 240, (y1 - 560) / 240
        streams.gouge(x0 + (x1 - x0) * k0, y0, x0 + (x1 - x0) * k1, y1, sheet.random.uniform(5, 13))
    sheet.lay(streams.clip(fall), PAPER)
    dark = sheet.block()
    for _ in range(60):
        t = sheet.random.random()
        x0, x1 = 505 + t * 596, 445 + t * 690
        y0 = sheet.random.uniform(562, 700)
        k0, k1 = (y0 - 560) / 240, (y0 - 460) / 240
        dark.gouge(x0 + (x1 - x0) * k0, y0, x0 + (x1 - x0) * k1, y0 + 100, 6)
    sheet.lay(dark.clip(fall), BLUE)
    sheet.lay(sheet.block().polygon([(494, 548), (1110, 548), (1116, 572), (488, 572)]), INK, shadow=6)
    pool = sheet.block().polygon([(430, 790), (1150, 790), (1340, 1020), (280, 1020)])
    sheet.lay(pool, DEEP)
    sheet.lay(ripples(sheet, 810, 1000, count=130, centre=800, spread=260, width=9), "#3f8a94")
    foam = sheet.block()
    for _ in range(150):
        foam.ellipse(sheet.random.uniform(430, 1150), 800 + sheet.random.gauss(0, 13), sheet.random.uniform(6, 20))
    sheet.lay(foam, PAPER, shadow=5)
    rocks = sheet.block()
    for x, y, r in ((450, 810, 70), (1150, 812, 76), (360, 930, 90), (1260, 920, 84), (520, 548, 40), (1080, 546, 44)):
        rocks.polygon([(x - r, y + r * 0.5), (x - r * 0.7, y - r * 0.3), (x - r * 0.1, y - r * 0.62), (x + r * 0.6, y - r * 0.4), (x + r, y + r * 0.5)])
    sheet.lay(rocks, INK, shadow=12)
    sheet.lay(hatch(sheet, rocks, angle=34, spacing=16, width=6, length=40, tone=lambda x, _y: math.sin(x / 50)), "#3f8a94")

    def fish(x, y, size, turn):
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))

        def at(a, b):
            b += 0.16 * (a * a)
            return (x + (a * cos - b * sin) * size, y + (a * sin + b * cos) * size)

        outline = [at(a / 20, -0.24 * math.sin(math.pi * ((a + 20) / 40) ** 1.35) ** 0.8) for a in range(-20, 21)]
        belly = [at(a / 20, 0.24 * math.sin(math.pi * ((a + 20) / 40) ** 1.35) ** 0.8) for a in range(20, -21, -1)]
        body = sheet.block().polygon(outline + belly)
        body.polygon([at(-0.94, 0), at(-1.36, -0.3), at(-1.2, 0), at(-1.36, 0.26)])
        body.polygon([at(0.1, -0.2), at(-0.1, -0.42), at(-0.26, -0.2)]).polygon([at(0.0, 0.2), at(-0.2, 0.4), at(-0.28, 0.18)])
        sheet.lay(body, PAPER, shadow=14, rough=1.4)
        back = sheet.block().polygon(outline + [at(a / 20, -0.05) for a in range(20, -21, -1)])
        sheet.lay(back, BLUE, rough=1.2)
        scales = sheet.block()
        for a in range(-14, 9):
            for b in range(3):
                c = at(a / 16 + (b % 2) / 32, -0.02 + b * 0.07)
                scales.arc(*c, size * 0.035, turn - 80, turn + 80, 3)
        sheet.lay(scales.clip(body), "#7fb3bd", rough=0.6)
        sheet.lay(sheet.block().ellipse(*at(0.74, -0.05), size * 0.034), AMBER, rough=0.6)
        sheet.lay(sheet.block().ellipse(*at(0.745, -0.05), size * 0.018), INK, rough=0)
        gill = sheet.block().stroke([at(0.5, -0.2), at(0.42, 0.0), at(0.48, 0.18)], size * 0.02)
        sheet.lay(gill, INK, rough=0.6)
        drops = sheet.block()
        for _ in range(12):
            px, py = at(sheet.random.uniform(-1.7, -1.0), sheet.random.uniform(-0.4, 0.5))
            drops.ellipse(px, py, sheet.random.uniform(3, 8))
        sheet.lay(drops, PAPER, rough=0.8)

    fish(815, 600, 200, -52)
    fish(620, 730, 120, -70)
    fish(1010, 690, 130, -40)
    fish(560, 520, 86, -34)
    fish(1060, 520, 84, -20)
    sheet.lay(birds(sheet, [(1180, 190), (1260, 150), (1120, 130), (560, 130), (300, 300), (1400, 200)], 26), PAPER)
    return sheet


SCENES = {
    "ice-library": ice_library,
    "night-sky": night_sky,
    "bog-contours": bog_contours,
    "swifts": swifts,
    "kelp-forest": kelp_forest,
    "leaping-fish": leaping_fish,
}
