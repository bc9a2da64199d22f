"""Politics: plum, brick and ochre."""

# fmt: off
# ruff: noqa: C901, E501 -- a scene is one long list of shapes, a shape one row

import math

from newsroom.demo.printmaking import Sheet, figure, ground, hatch, ridge, ripples, sky

PAPER, PLUM, AUBERGINE, BRICK = "#f5ead6", "#2b2238", "#4b3558", "#b9432f"
OCHRE, SAGE, STONE, ROSE = "#e0a640", "#7d8f68", "#dccfb8", "#d98a6c"


def ballot_bowl():
    sheet = Sheet(21, PAPER)
    sheet.lay(sheet.block().rectangle(-5, -5, 1605, 1005), AUBERGINE)
    panels = sheet.block()
    for x in range(0, 1600, 200):
        panels.arch(x + 100, 60, 520, 78)
    sheet.lay(panels, PLUM)
    glass = sheet.block()
    for x in (500, 700, 900, 1100):
        glass.arch(x, 84, 500, 58)
    sheet.lay(glass, "#684a6e")
    mullions = sheet.block()
    for x in (500, 700, 900, 1100):
        mullions.rectangle(x - 3, 84, x + 3, 500).rectangle(x - 58, 240, x + 58, 246)
        mullions.rectangle(x - 58, 370, x + 58, 376)
    sheet.lay(mullions, PLUM)
    for row, (foot, size, ink) in enumerate(((610, 150, BRICK), (720, 190, "#8e3330"))):
        public = sheet.block()
        heads = sheet.block()
        for number in range(14):
            x = -40 + number * (118 + row * 14) + row * 50
            public.rectangle(x - size * 0.27, foot - size * 0.62, x + size * 0.27, foot + 60, radius=size * 0.22)
            heads.ellipse(x + sheet.random.uniform(-5, 5), foot - size * 0.82, size * 0.15, size * 0.18)
        sheet.lay(public, ink, shadow=8)
        sheet.lay(heads, ROSE if row else STONE, shadow=4)
    table = sheet.block().polygon([(-20, 770), (1620, 770), (1620, 1020), (-20, 1020)])
    sheet.lay(table, OCHRE, shadow=16)
    grain = hatch(sheet, table, angle=1, spacing=26, width=6, length=320)
    sheet.lay(grain, "#c88a2c")
    shade = sheet.block().ellipse(810, 866, 360, 52)
    sheet.lay(shade, "#b97a26")
    bowl = sheet.block().ellipse(800, 640, 330, 250)
    bowl.without(sheet.block().rectangle(400, 300, 1200, 500)).rectangle(690, 850, 910, 884, radius=14)
    sheet.lay(bowl, "#b8cfc6", opacity=0.86, shadow=12)
    corners = []
    for _ in range(46):
        x, y = sheet.random.gauss(800, 130), sheet.random.uniform(690, 850)
        if ((x - 800) / 300) ** 2 + ((y - 640) / 222) ** 2 > 1:
            continue
        corners.append((x, y, sheet.random.uniform(0, math.pi)))
    for x, y, turn in corners:
        slip = sheet.block()
        points = [(-44, -24), (44, -24), (44, 24), (-44, 24)]
        slip.polygon([(x + px * math.cos(turn) - py * math.sin(turn), y + px * math.sin(turn) + py * math.cos(turn)) for px, py in points])
        sheet.lay(slip, PAPER, shadow=5, rough=1)
        fold = sheet.block().stroke([(x - 24 * math.sin(-turn), y - 24 * math.cos(turn)), (x + 24 * math.sin(-turn), y + 24 * math.cos(turn))], 3)
        sheet.lay(fold, STONE, rough=0)
    # an arm comes down into the bowl
    sleeve = sheet.block().polygon([(960, -20), (1230, -20), (1010, 330), (838, 268)])
    sheet.lay(sleeve, PAPER, shadow=16)
    sheet.lay(hatch(sheet, sleeve, angle=-60, spacing=24, width=7, length=150, tone=lambda x, y: (x - 860 - (300 - y) * 0.55) / 160), STONE)
    cuff = sheet.block().polygon([(826, 262), (1024, 336), (1000, 390), (802, 316)])
    sheet.lay(cuff, BRICK, shadow=8)
    hand = sheet.block().polygon([(824, 326), (980, 384), (948, 480), (920, 560), (846, 590), (770, 560), (766, 470), (790, 396)])
    for x0, y0, x1, y1, w in ((790, 540, 752, 646, 44), (828, 566, 806, 690, 46), (870, 568, 858, 684, 44), (908, 545, 900, 640, 40), (776, 440, 716, 560, 42)):
        hand.stroke([(x0, y0), (x1, y1)], w).ellipse(x1, y1, w / 2)
    sheet.lay(hand, "#d9966f", shadow=10)
    lines = sheet.block().gouge(812, 580, 800, 660, 6).gouge(850, 584, 842, 660, 6).gouge(888, 570, 882, 640, 6).gouge(800, 450, 770, 540, 7)
    sheet.lay(lines, "#8a4a34")
    taken = sheet.block().polygon([(746, 650), (852, 676), (842, 730), (736, 704)])
    sheet.lay(taken, PAPER, shadow=8, rough=1)
    front = sheet.block().ellipse(800, 640, 330, 250)
    front.without(sheet.block().ellipse(800, 640, 318, 238)).without(sheet.block().rectangle(400, 300, 1200, 500))
    sheet.lay(front, PAPER, opacity=0.8)
    rim = sheet.block().ring(800, 502, 274, 11, ry=42)
    sheet.lay(rim, PAPER)
    shine = sheet.block().gouge(520, 590, 560, 780, 26, bend=24).gouge(566, 560, 590, 650, 12, bend=8)
    sheet.lay(shine, PAPER, opacity=0.85)
    return sheet


def _olive(sheet, x, foot, size, *, tag=True):
    trunk = sheet.block()
    trunk.polygon([(x - size * 0.12, foot), (x - size * 0.05, foot - size * 0.28), (x - size * 0.16, foot - size * 0.5),
                   (x - size * 0.06, foot - size * 0.5), (x + size * 0.02, foot - size * 0.34), (x + size * 0.12, foot - size * 0.52),
                   (x + size * 0.2, foot - size * 0.48), (x + size * 0.07, foot - size * 0.24), (x + size * 0.15, foot)])
    sheet.lay(trunk, PLUM, shadow=5)
    crown = sheet.block()
    for dx, dy, r in ((-0.26, -0.56, 0.24), (0.24, -0.58, 0.25), (0, -0.74, 0.29), (-0.12, -0.52, 0.22), (0.12, -0.5, 0.2)):
        crown.ellipse(x + dx * size, foot + dy * size, r * size, r * size * 0.86)
    sheet.lay(crown, SAGE, shadow=9)
    leaves = sheet.block()
    shade = sheet.block()
    for _ in range(int(size * 0.5)):
        angle, reach = sheet.random.uniform(0, math.tau), sheet.random.random() ** 0.5
        cx, cy = x + math.cos(angle) * reach * size * 0.46, foot - size * 0.64 + math.sin(angle) * reach * size * 0.34
        turn = sheet.random.uniform(-0.9, 0.2)
        dx, dy = math.cos(turn) * size * 0.055, math.sin(turn) * size * 0.055
        target = leaves if cx - x + (foot - size * 0.64 - cy) * 0.9 < sheet.random.uniform(-0.1, 0.24) * size and cy < foot - size * 0.56 else shade
        target.gouge(cx - dx, cy - dy, cx + dx, cy + dy, size * 0.032)
    sheet.lay(leaves.clip(crown), "#c3cda6")
    sheet.lay(shade.clip(crown), "#4e6149")
    if tag:
        label = sheet.block().rectangle(x - size * 0.045, foot - size * 0.2, x + size * 0.075, foot - size * 0.1, radius=3)
        sheet.lay(label, PAPER, shadow=3, rough=0.8)


def olive_grove():
    sheet = Sheet(22, PAPER)
    sky(sheet, [OCHRE, "#ecc174", "#f1d8a2", PAPER], 380, wave=18)
    sheet.lay(sheet.block().ellipse(560, 250, 100), BRICK)
    sheet.lay(ground(sheet, ridge(sheet, 330, 42)), "#9a7a86", shadow=6)
    sheet.lay(ground(sheet, [(-20, 372), (1620, 372)]), "#7f9fa0")
    sheet.lay(ripples(sheet, 376, 520, count=120, width=6, long=90), PAPER)
    cape = sheet.block().polygon([(1620, 300), (1420, 330), (1240, 372), (1120, 410), (1200, 440), (1620, 470)])
    sheet.lay(cape, AUBERGINE, shadow=6)
    town = sheet.block()
    for number in range(15):
        x = 1220 + number * 24
        high = 364 - number * 3.4 - sheet.random.uniform(0, 16)
        town.rectangle(x, high, x + sheet.random.uniform(14, 22), high + sheet.random.uniform(18, 30))
    sheet.lay(town, PAPER)
    terraces = [(470, ROSE, 84, 10), (580, "#cf7650", 120, 8), (710, BRICK, 165, 7), (880, "#8e3330", 220, 5)]
    for row, (base, ink, size, count) in enumerate(terraces):
        line = [(x, base + math.sin(x / 260 + row) * 18 + (800 - x) * 0.03) for x in range(-20, 1630, 10)]
        mass = ground(sheet, line)
        sheet.lay(mass, ink, shadow=12)
        wall = sheet.block().polygon([*line, *[(x, y + size * 0.16) for x, y in reversed(line)]])
        sheet.lay(wall, STONE)
        joints = sheet.block()
        for x, y in line[:: max(3, 5 - row)]:
            joints.stroke([(x, y + 3), (x + 3, y + size * 0.15)], 2 + row)
        sheet.lay(joints, AUBERGINE)
        sheet.lay(hatch(sheet, mass, angle=-3, spacing=18 + row * 6, width=4 + row, length=110,
                        tone=lambda _x, y, b=base, z=size: 1 if y > b + z * 0.2 else 0), PLUM if row == 3 else "#8e3330", opacity=0.8)
        gap = 1600 / count
        for number in range(count + 1):
            x = number * gap + (row % 2) * gap / 2 - 20 + sheet.random.uniform(-10, 10)
            if row == 3 and abs(x - 800) < 150:
                continue
            _olive(sheet, x, base + size * 0.1, size * 1.15)
    _olive(sheet, 800, 920, 470)
    return sheet


def town_square():
    sheet = Sheet(23, PAPER)
    sheet.lay(sheet.block().rectangle(-5, -5, 1605, 1005), STONE)
    setts = sheet.block()
    for radius in range(70, 1100, 44):
        count = int(radius / 6.4)
        for number in range(count):
            a = 360 * number / count
            setts.arc(800, 560, radius, a, a + 300 / count, 5)
    sheet.lay(setts, "#c8b89b")
    inner = sheet.block().ring(800, 560, 178, 10).ring(800, 560, 470, 10)
    sheet.lay(inner, ROSE)
    # house fronts folded outwards round the square, as on old town plans
    walls, roofs = [PAPER, ROSE, OCHRE, "#c9b7a0", SAGE], [BRICK, AUBERGINE, "#8e3330"]
    x = -30
    while x < 1620:
        width = sheet.random.choice((110, 130, 150))
        if 700 < x + width / 2 < 900:
            x += width
            continue
        height = sheet.random.uniform(120, 165)
        front = sheet.block().rectangle(x, 210 - height, x + width - 4, 214)
        sheet.lay(front, sheet.random.choice(walls), shadow=8)
        roof = sheet.block().polygon([(x - 6, 212 - height), (x + width * 0.2, 160 - height), (x + width * 0.8, 160 - height), (x + width + 2, 212 - height)])
        sheet.lay(roof, sheet.random.choice(roofs), shadow=4)
        panes = sheet.block()
        for column in range(3):
            left = x + 14 + column * (width - 28) / 3
            panes.rectangle(left, 226 - height, left + 20, 262 - height)
            panes.rectangle(left, 180, left + 20, 214)
        sheet.lay(panes, AUBERGINE, rough=1)
        x += width
    tower = sheet.block().rectangle(706, -20, 894, 232)
    sheet.lay(tower, PAPER, shadow=12)
    sheet.lay(sheet.block().rectangle(690, 214, 910, 240), BRICK)
    tiles = sheet.block()
    for row in range(3):
        for column in range(9):
            tiles.polygon([(718 + column * 20, 178 + row * 12), (727 + column * 20, 172 + row * 12), (736 + column * 20, 178 + row * 12), (727 + column * 20, 184 + row * 12)])
    sheet.lay(tiles, "#5d7f93", rough=0.8)
    sheet.lay(sheet.block().ellipse(800, 90, 66), PLUM)
    sheet.lay(sheet.block().ellipse(800, 90, 55), PAPER)
    sheet.lay(sheet.block().stroke([(800, 90), (800, 50)], 6).stroke([(800, 90), (828, 102)], 6).ellipse(800, 90, 6), PLUM, rough=0)
    inks = [BRICK, PLUM, OCHRE, SAGE, AUBERGINE, "#5d7f93", ROSE, PAPER, BRICK, OCHRE]
    spots = []
    for _ in range(4000):
        a, r = sheet.random.uniform(0, math.tau), sheet.random.uniform(205, 640)
        px, py = 800 + math.cos(a) * r * 1.25, 580 + math.sin(a) * r * 0.78
        size = 54 + (py - 300) * 0.035
        if py < 316 or not -30 < px < 1630 or py > 1010:
            continue
        if all(math.hypot(px - qx, py - qy) > size * 1.72 for qx, qy, _ in spots):
            spots.append((px, py, size))
        if len(spots) > 105:
            break
    spots.sort(key=lambda spot: spot[1])
    for number, (px, py, size) in enumerate(spots):
        turn = sheet.random.uniform(0, 1)
        rim = [(px + math.cos(math.tau * (k + turn) / 8) * size, py + math.sin(math.tau * (k + turn) / 8) * size) for k in range(8)]
        ink = inks[(number * 7) % len(inks)]
        sheet.lay(sheet.block().polygon(rim), ink, shadow=14, rough=1.4)
        ribs = sheet.block()
        for point in rim:
            ribs.stroke([(px, py), point], 3)
        ribs.ellipse(px, py, 6)
        sheet.lay(ribs, PAPER if ink not in (PAPER, OCHRE) else PLUM, rough=0.6)
    # in the middle a speaker without an umbrella
    sheet.lay(sheet.block().ellipse(800, 560, 120), PAPER, shadow=8)
    sheet.lay(sheet.block().ring(800, 560, 104, 7), BRICK)
    speaker = figure(sheet.block(), 800, 610, 130)
    speaker.stroke([(812, 510), (866, 462)], 12)
    sheet.lay(speaker, PLUM, shadow=10, rough=1.2)
    rain = sheet.block()
    for _ in range(130):
        rx, ry = sheet.random.uniform(0, 1600), sheet.random.uniform(0, 1000)
        rain.gouge(rx, ry, rx - 12, ry + 46, 4)
    sheet.lay(rain, PAPER, opacity=0.8)
    return sheet


def desert_van():
    sheet = Sheet(24, PAPER)
    sky(sheet, [OCHRE, "#eec37a", "#f3d9a6", PAPER], 470, wave=14)
    sheet.lay(sheet.block().ellipse(800, 330, 225), PAPER, shadow=6)
    sheet.lay(sheet.block().ellipse(800, 330, 204), "#f0b765")
    mesa = sheet.block().polygon([(-20, 420), (90, 400), (120, 330), (380, 326), (420, 404), (520, 440), (640, 456), (640, 520), (-20, 520)])
    mesa.polygon([(960, 456), (1080, 440), (1130, 372), (1290, 366), (1330, 300), (1520, 304), (1560, 380), (1620, 400), (1620, 520), (960, 520)])
    sheet.lay(mesa, AUBERGINE, shadow=8)
    sheet.lay(hatch(sheet, mesa, angle=86, spacing=20, width=6, length=70), "#7b506a")
    dunes = [(470, "#c5683f", 16, 1), (560, BRICK, 44, 2), (690, "#d47a48", 60, 3), (840, "#8e3330", 40, 4)]
    for base, ink, height, seed in dunes:
        line = [(x, base + math.sin(x / 300 + seed * 1.9) * height + math.sin(x / 130 + seed) * height * 0.2) for x in range(-20, 1630, 8)]
        mass = ground(sheet, line)
        sheet.lay(mass, ink, shadow=14)
        marks = sheet.block()
        for offset in range(26, 260, 26):
            for start in range(-100, 1650, 170):
                x0 = start + sheet.random.uniform(-50, 50)
                if math.sin((x0 + 60) / 300 + seed * 1.9) > 0.1:
                    continue
                y0 = base + math.sin(x0 / 300 + seed * 1.9) * height + offset
                y1 = base + math.sin((x0 + 140) / 300 + seed * 1.9) * height + offset
                marks.gouge(x0, y0, x0 + 140, y1, 7)
        sheet.lay(marks.clip(mass), {1: BRICK, 2: "#8e3330", 3: "#e9a56c", 4: PLUM}[seed])
    left, right = [], []
    for step in range(41):
        t = step / 40
        bend = 800 + math.sin(t * 5.2 + 0.5) * (40 + 150 * t) * (1 - 0.35 * t)
        half = 9 + 215 * t**1.7
        left.append((bend - half, 490 + 540 * t))
        right.append((bend + half, 490 + 540 * t))
    road = sheet.block().polygon(left + right[::-1])
    sheet.lay(road, PAPER, shadow=4)
    edges = sheet.block().stroke(left, 7).stroke(right, 7)
    sheet.lay(edges, STONE)
    tracks = sheet.block()
    for share in (0.34, 0.66):
        line = [(a[0] + (b[0] - a[0]) * share, a[1]) for a, b in zip(left, right, strict=True)]
        for a, b in zip(line[18::2], line[19::2], strict=False):
            tracks.gouge(*a, *b, 4 + (a[1] - 490) * 0.02)
    sheet.lay(tracks, STONE)
    dust = sheet.block()
    for k in range(15):
        dust.ellipse(940 + k * 34, 716 - k * 5 + sheet.random.uniform(-10, 10), 26 + k * 3, sheet.random.uniform(14, 24) + k * 3)
    sheet.lay(dust, "#f1d8a8", opacity=0.92)
    for k in range(7):
        dust.ellipse(1010 + k * 70, 690 - k * 12, 30 + k * 4, sheet.random.uniform(26, 44) + k * 3)
    sheet.lay(dust, "#f1d8a8")
    swirl = sheet.block()
    for _ in range(24):
        x = sheet.random.uniform(940, 1440)
        y = 700 - (x - 940) * 0.17 + sheet.random.uniform(-34, 34)
        swirl.gouge(x, y, x + 70, y - 10, 7, bend=10)
    sheet.lay(swirl, OCHRE)
    van = sheet.block().rectangle(690, 560, 950, 730, radius=22)
    van.polygon([(700, 580), (640, 650), (622, 668), (622, 730), (720, 730)])
    sheet.lay(van, PAPER, shadow=14)
    sheet.lay(sheet.block().rectangle(622, 676, 950, 700), BRICK)
    sheet.lay(sheet.block().polygon([(704, 586), (656, 650), (742, 650), (742, 586)]).rectangle(760, 586, 836, 650, radius=6).rectangle(852, 586, 928, 650, radius=6), PLUM)
    sheet.lay(sheet.block().rectangle(710, 530, 930, 562, radius=8), OCHRE, shadow=5)
    sheet.lay(sheet.block().rectangle(740, 506, 800, 532, radius=4).rectangle(816, 512, 900, 532, radius=4), AUBERGINE)
    sheet.lay(sheet.block().ellipse(694, 732, 34).ellipse(880, 732, 34), PLUM, shadow=6)
    sheet.lay(sheet.block().ellipse(694, 732, 14).ellipse(880, 732, 14), STONE)
    return sheet


def tower_blocks():
    sheet = Sheet(25, PAPER)
    sky(sheet, [PLUM, AUBERGINE, "#7a4a62", "#b5604f", "#dc8e55", OCHRE], 900, wave=20)
    sheet.lay(sheet.block().ellipse(1090, 260, 130), PAPER)
    sheet.lay(sheet.block().ellipse(1090, 260, 118), "#f3dba6")

    def tower(left, top, width, ink, lit, columns, *, depth=60, storey=58):
        face = sheet.block().rectangle(left, top, left + width, 1020)
        side = sheet.block().polygon([(left + width, top), (left + width + depth, top + depth * 0.4), (left + width + depth, 1020), (left + width, 1020)])
        sheet.lay(side, PLUM, shadow=14)
        sheet.lay(face, ink, shadow=16)
        sheet.lay(sheet.block().rectangle(left - 8, top - 12, left + width + 8, top + 4), PLUM)
        dark, light, rails = sheet.block(), sheet.block(), sheet.block()
        pitch = width / columns
        y = top + 26
        while y < 1000:
            for column in range(columns):
                x = left + column * pitch + pitch * 0.16
                target = light if sheet.random.random() < lit else dark
                target.rectangle(x, y, x + pitch * 0.68, y + storey * 0.52)
                if column % 2 == 0:
                    rails.rectangle(x - pitch * 0.08, y + storey * 0.46, x + pitch * 0.76, y + storey * 0.7)
            y += storey
        sheet.lay(dark, AUBERGINE, rough=1)
        sheet.lay(light, "#f6cf72", rough=1)
        sheet.lay(rails, STONE, rough=1, shadow=3)

    tower(70, 380, 210, "#8e5a63", 0.25, 5, storey=48)
    tower(1340, 330, 230, "#8e5a63", 0.25, 5, storey=48)
    tower(310, 270, 220, BRICK, 0.3, 4)
    tower(1130, 420, 210, SAGE, 0.35, 4)
    # the tower of the story, in the middle, with its number and its washing
    tower(600, 150, 330, OCHRE, 0.42, 5, depth=90, storey=70)
    sheet.lay(sheet.block().rectangle(690, 84, 840, 140, radius=4), PLUM, shadow=6)
    mast = sheet.block().rectangle(648, 40, 653, 140).rectangle(630, 60, 672, 64).rectangle(636, 78, 666, 82)
    sheet.lay(mast, PLUM, rough=0.8)
    laundry = [(BRICK, 640), (PAPER, 676), (SAGE, 712), (PAPER, 756), (ROSE, 800), ("#5d7f93", 846), (PAPER, 886)]
    for line_y in (404, 614):
        sheet.lay(sheet.block().stroke([(612, line_y), (765, line_y + 14), (918, line_y)], 4), PLUM, rough=0.5)
        for number, (ink, x) in enumerate(laundry):
            if (number + line_y) % 3 == 0:
                continue
            sheet.lay(sheet.block().rectangle(x - 15, line_y + 10, x + 15, line_y + 52 + number % 3 * 8, radius=2), ink, shadow=4, rough=1)
    trees = sheet.block()
    for x, r in ((60, 90), (190, 70), (330, 80), (480, 66), (1080, 70), (1210, 88), (1380, 76), (1540, 96)):
        trees.ellipse(x, 940, r, r * 0.9).rectangle(x - 6, 940, x + 6, 1010)
    sheet.lay(trees, "#54664b", shadow=12)
    leaf = sheet.block()
    for _ in range(150):
        x, y = sheet.random.uniform(0, 1600), sheet.random.uniform(860, 990)
        leaf.gouge(x, y, x + 22, y - 12, 6)
    sheet.lay(leaf.clip(trees), SAGE)
    sheet.lay(sheet.block().rectangle(-10, 968, 1610, 1010), PLUM)
    crowd = sheet.block()
    for x in (560, 600, 700, 740, 775, 850, 960, 1000):
        figure(crowd, x, 986, sheet.random.uniform(74, 92), stride=0.06)
    sheet.lay(crowd, PAPER, rough=1.2, shadow=5)
    return sheet


SCENES = {
    "ballot-bowl": ballot_bowl,
    "olive-grove": olive_grove,
    "town-square": town_square,
    "desert-van": desert_van,
    "tower-blocks": tower_blocks,
}
