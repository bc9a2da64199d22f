"""World: night water, cream paper and one vermilion."""

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

PAPER, NAVY, BLUE, TEAL = "#f4e9d4", "#10283f", "#1d4560", "#3a7c84"
MIST, VERMILION, MUSTARD, SAND = "#b9d2cb", "#d54b2c", "#ebb54d", "#e8cfa6"


def _mosque(block, x, base, size):
    """A domed silhouette with its cascade of half-domes and two minarets."""
    block.rectangle(x - size, base - size * 0.55, x + size, base)
    block.ellipse(x, base - size * 0.62, size * 0.62, size * 0.6)
    for side in (-1, 1):
        block.ellipse(x + side * size * 0.66, base - size * 0.5, size * 0.34)
        block.ellipse(x + side * size * 0.95, base - size * 0.3, size * 0.24)
        edge = x + side * size * 1.25
        block.rectangle(edge - 6, base - size * 1.75, edge + 6, base)
        block.rectangle(edge - 10, base - size * 1.3, edge + 10, base - size * 1.24)
        block.polygon(
            [
                (edge - 8, base - size * 1.75),
                (edge, base - size * 2.1),
                (edge + 8, base - size * 1.75),
            ]
        )
    block.rectangle(x - 2, base - size * 1.42, x + 2, base - size * 1.15)


def ferry_night():
    sheet = Sheet(11, PAPER)
    sky(sheet, [NAVY, "#163650", BLUE, "#2a5f72"], 640, wave=22)
    sheet.lay(rays(sheet, 830, 330, inner=235, outer=420, count=84, width=7), TEAL)
    sheet.lay(sheet.block().ellipse(830, 330, 212), PAPER, shadow=10)
    sheet.lay(sheet.block().ellipse(830, 330, 198), "#f1cf83")
    moon = sheet.block().ellipse(830, 330, 196)
    craters = hatch(
        sheet, moon, angle=-24, spacing=16, width=7, length=70,
        tone=lambda x, y: (x - 700) / 300 * (0.4 + 0.6 * math.sin(y / 37) ** 2) - 0.35,
    )
    sheet.lay(craters, MUSTARD)
    far = sheet.block().polygon(
        [*ridge(sheet, 560, 26, detail=4), (1620, 700), (-20, 700)]
    )
    for x, size in ((262, 92), (1388, 104)):
        _mosque(far, x, 570, size)
    sheet.lay(far, "#55949a", shadow=8)
    near = ground(sheet, ridge(sheet, 622, 14, detail=5), 720)
    _mosque(near, 480, 620, 46)
    for x in range(-10, 1620, 34):
        if 640 < x < 1060:
            continue
        top = 606 - sheet.random.uniform(0, 42)
        near.rectangle(x, top, x + sheet.random.uniform(24, 36), 700)
    near.rectangle(1180, 452, 1204, 660).polygon(
        [(1172, 470), (1192, 398), (1212, 470)]
    )
    near.rectangle(1168, 478, 1216, 492)
    sheet.lay(near, BLUE, shadow=8)
    lamps = sheet.block()
    for _ in range(70):
        x, y = sheet.random.uniform(0, 1600), sheet.random.uniform(604, 650)
        if not 620 < x < 1070:
            lamps.rectangle(x, y, x + 5, y + 7)
    sheet.lay(lamps, MUSTARD, rough=0)
    sheet.lay(ground(sheet, [(-20, 655), (1620, 655)]), NAVY)
    sheet.lay(ripples(sheet, 665, 1000, count=300, width=6), BLUE)
    sheet.lay(
        ripples(sheet, 668, 1000, count=120, centre=830, spread=150, width=9), MUSTARD
    )
    # the ferry, a little left of the moon so that its bow has room
    hull = [(452, 640), (1200, 640), (1160, 724), (520, 724), (470, 690)]
    sheet.lay(sheet.block().polygon(hull), PAPER, shadow=14)
    sheet.lay(
        sheet.block().polygon([(476, 694), (1176, 694), (1158, 730), (520, 730)]),
        VERMILION,
    )
    upper = sheet.block().rectangle(520, 560, 1120, 642).rectangle(580, 490, 1040, 562)
    upper.polygon([(880, 490), (900, 432), (1010, 432), (1026, 490)])
    sheet.lay(upper, PAPER, shadow=8)
    sheet.lay(
        sheet.block().rectangle(506, 554, 1136, 564).rectangle(566, 484, 1052, 494)
        .rectangle(476, 640, 1192, 647),
        NAVY,
    )
    windows = sheet.block()
    for x in range(545, 1100, 46):
        windows.rectangle(x, 580, x + 32, 622, radius=5)
    for x in range(602, 870, 42):
        windows.rectangle(x, 508, x + 28, 542, radius=4)
    windows.rectangle(912, 446, 1000, 474, radius=3)
    sheet.lay(windows, MUSTARD)
    people = sheet.block()
    for x in (562, 655, 700, 838, 932, 1026, 1040):
        people.ellipse(x, 600, 7).rectangle(x - 9, 607, x + 9, 622, radius=5)
    sheet.lay(people, NAVY)
    funnel = sheet.block().polygon([(720, 490), (732, 384), (812, 384), (808, 490)])
    sheet.lay(funnel, VERMILION, shadow=6)
    sheet.lay(sheet.block().rectangle(728, 404, 812, 424), PAPER)
    sheet.lay(sheet.block().rectangle(727, 372, 817, 388), NAVY)
    smoke = sheet.block()
    for step in range(9):
        smoke.ellipse(760 - step * 42, 352 - step * 15, 22 + step * 4, 14 + step * 2)
    sheet.lay(smoke, "#294f66", opacity=0.9)
    wake = sheet.block()
    for step in range(26):
        x = 430 + step * 32
        wake.gouge(x - 60, 734 + step % 4 * 5, x + 60, 736 + step % 3 * 6, 9)
    sheet.lay(wake, MIST)
    gulls = [(1130, 300), (1210, 250), (1262, 330), (1080, 400), (540, 330), (470, 270)]
    sheet.lay(birds(sheet, gulls, 24), PAPER)
    return sheet


def mountain_post():
    sheet = Sheet(12, PAPER)
    sky(sheet, [SAND, "#efdcb9", PAPER], 620)
    sheet.lay(sheet.block().ellipse(1060, 270, 118), VERMILION)
    ranges = [
        (MIST, [(-40, 430), (140, 300), (260, 380), (430, 190), (560, 330), (700, 250),
                (860, 400), (1040, 290), (1200, 380), (1380, 220), (1500, 330), (1640, 260)], 560),
        (TEAL, [(-40, 560), (120, 430), (240, 500), (400, 360), (610, 560), (800, 450),
                (930, 560), (1130, 400), (1300, 520), (1470, 380), (1640, 500)], 640),
    ]
    for ink, summits, base in ranges:
        mass = sheet.block().polygon(peaks(summits, base, 1020))
        sheet.lay(mass, ink, shadow=10)
        sheet.lay(hatch(sheet, mass, angle=58, spacing=22, width=6, length=80,
                        tone=lambda x, y, b=base: (y - b + 190) / 260), BLUE if ink == TEAL else TEAL)
        snow = sheet.block()
        for (x, y), nxt in itertools.pairwise(summits[1:]):
            if y > base - 130:
                continue
            slope = nxt[0] - x
            snow.polygon([(x, y), (x + slope * 0.42, y + 72), (x + slope * 0.2, y + 58),
                          (x + slope * 0.16, y + 100), (x + 4, y + 66), (x - 20, y + 110),
                          (x - 34, y + 52)])
        sheet.lay(snow.clip(mass), PAPER)
    slope = [(-20, 800), (220, 742), (470, 700), (700, 668), (860, 664), (1080, 690),
             (1330, 650), (1620, 560), (1620, 1020), (-20, 1020)]
    snowfield = sheet.block().polygon(slope)
    sheet.lay(snowfield, PAPER, shadow=16)
    sheet.lay(hatch(sheet, snowfield, angle=-13, spacing=30, width=8, length=190,
                    tone=lambda x, y: abs(x - 820) / 1100 + (y - 720) / 500), MIST)
    path = sheet.block().polygon([(800, 672), (836, 672), (880, 730), (842, 790), (700, 850),
                                  (660, 920), (760, 1020), (470, 1020), (500, 900), (600, 820),
                                  (770, 770), (812, 728)])
    sheet.lay(path, SAND)
    front = ground(sheet, [(-20, 850), (160, 872), (320, 930), (420, 1020)])
    front.polygon([(1620, 780), (1420, 850), (1260, 940), (1180, 1020), (1620, 1020)])
    sheet.lay(front, NAVY, shadow=14)
    trees = sheet.block()
    for x, foot, size in ((90, 880, 190), (210, 920, 150), (1500, 850, 230), (1390, 900, 170),
                          (1580, 830, 180), (20, 860, 130)):
        for tier in range(4):
            top = foot - size + tier * size * 0.2
            half = size * (0.1 + tier * 0.065)
            trees.polygon([(x, top), (x + half, top + size * 0.34), (x - half, top + size * 0.34)])
        trees.rectangle(x - 5, foot - size * 0.15, x + 5, foot + 20)
    sheet.lay(trees, NAVY, shadow=8)
    horse(sheet, 826, 752, 1.5, NAVY, VERMILION)
    return sheet


def horse(sheet, x, foot, size, ink, rider_ink):
    """A laden horse and its rider, walking left."""
    s = size
    body = sheet.block()
    body.ellipse(x, foot - 62 * s, 46 * s, 20 * s)
    body.polygon([(x - 34 * s, foot - 74 * s), (x - 62 * s, foot - 112 * s), (x - 52 * s, foot - 122 * s),
                  (x - 14 * s, foot - 78 * s)])
    body.polygon([(x - 54 * s, foot - 122 * s), (x - 84 * s, foot - 98 * s), (x - 80 * s, foot - 90 * s),
                  (x - 56 * s, foot - 102 * s)])
    body.polygon([(x - 56 * s, foot - 120 * s), (x - 52 * s, foot - 132 * s), (x - 47 * s, foot - 119 * s)])
    for dx, lean in ((-38, -10), (-28, 8), (30, -8), (38, 10)):
        body.polygon([(x + dx * s - 8 * s, foot - 58 * s), (x + dx * s + 8 * s, foot - 58 * s),
                      (x + (dx + lean) * s + 4 * s, foot), (x + (dx + lean) * s - 4 * s, foot)])
    body.gouge(x + 42 * s, foot - 70 * s, x + 64 * s, foot - 22 * s, 13 * s, bend=-8 * s)
    sheet.lay(body, ink, rough=1.2)
    load = sheet.block().rectangle(x + 6 * s, foot - 96 * s, x + 44 * s, foot - 54 * s, radius=9 * s)
    sheet.lay(load, MUSTARD, rough=1.2)
    rider = sheet.block()
    rider.polygon([(x - 22 * s, foot - 74 * s), (x - 16 * s, foot - 124 * s), (x - 4 * s, foot - 132 * s),
                   (x + 8 * s, foot - 124 * s), (x + 10 * s, foot - 74 * s), (x - 10 * s, foot - 44 * s)])
    sheet.lay(rider, rider_ink, rough=1.2)
    head = sheet.block().ellipse(x - 6 * s, foot - 143 * s, 9 * s)
    head.polygon([(x - 22 * s, foot - 144 * s), (x - 8 * s, foot - 170 * s), (x + 10 * s, foot - 144 * s)])
    sheet.lay(head, ink, rough=1.2)


def stilt_houses():
    sheet = Sheet(13, PAPER)
    sky(sheet, [MUSTARD, "#f0c878", SAND, PAPER], 560, wave=20)
    sheet.lay(rays(sheet, 800, 470, inner=180, outer=620, count=70, width=13, start=180, end=360), PAPER)
    sheet.lay(sheet.block().ellipse(800, 470, 158), VERMILION)
    sheet.lay(ground(sheet, ridge(sheet, 530, 16), 580), TEAL, shadow=6)
    water = ground(sheet, [(-20, 560), (1620, 560)])
    sheet.lay(water, MIST)
    sheet.lay(ripples(sheet, 566, 1000, count=260, width=7), TEAL, opacity=0.85)
    sheet.lay(ripples(sheet, 566, 1000, count=90, centre=800, spread=110, width=11), VERMILION)
    homes = [(-60, 640, 1.25, NAVY), (190, 600, 1.0, BLUE), (1130, 600, 1.0, BLUE), (1340, 650, 1.35, NAVY),
             (430, 575, 0.62, TEAL), (1010, 575, 0.62, TEAL)]
    for x, floor, s, ink in sorted(homes, key=lambda home: home[1]):
        posts = sheet.block()
        for dx in (14, 80, 150, 220, 280):
            posts.rectangle(x + dx * s, floor - 10, x + dx * s + 9 * s, floor + 150 * s)
        posts.stroke([(x + 18 * s, floor + 70 * s), (x + 150 * s, floor + 10 * s)], 5 * s)
        posts.stroke([(x + 284 * s, floor + 70 * s), (x + 150 * s, floor + 10 * s)], 5 * s)
        sheet.lay(posts, ink)
        walls = sheet.block().rectangle(x + 10 * s, floor - 150 * s, x + 290 * s, floor)
        walls.rectangle(x - 22 * s, floor - 4 * s, x + 322 * s, floor + 12 * s)
        sheet.lay(walls, ink, shadow=8)
        planks = hatch(sheet, sheet.block().rectangle(x + 10 * s, floor - 150 * s, x + 290 * s, floor - 6),
                       angle=90, spacing=22 * s, width=4 * s, length=120)
        sheet.lay(planks, TEAL if ink != TEAL else MIST)
        roof = sheet.block().polygon([(x - 30 * s, floor - 140 * s), (x + 40 * s, floor - 250 * s),
                                      (x + 260 * s, floor - 250 * s), (x + 330 * s, floor - 140 * s)])
        sheet.lay(roof, VERMILION if ink == NAVY else SAND, shadow=8)
        sheet.lay(hatch(sheet, roof, angle=68, spacing=18 * s, width=5 * s, length=110),
                  NAVY if ink == NAVY else VERMILION)
        door = sheet.block().rectangle(x + 120 * s, floor - 110 * s, x + 176 * s, floor)
        door.rectangle(x + 220 * s, floor - 104 * s, x + 262 * s, floor - 60 * s)
        door.rectangle(x + 36 * s, floor - 104 * s, x + 78 * s, floor - 60 * s)
        sheet.lay(door, MUSTARD)
    boat = sheet.block().polygon([(500, 716), (560, 760), (1030, 760), (1110, 706), (1090, 790),
                                  (1030, 816), (570, 816), (520, 780)])
    children = sheet.block()
    inks = [VERMILION, NAVY, PAPER, BLUE]
    for number, x in enumerate(range(590, 960, 58)):
        shirt = sheet.block().rectangle(x - 22, 700, x + 22, 780, radius=18)
        sheet.lay(shirt, inks[number % 4], rough=1.4)
        children.ellipse(x, 682 + number % 2 * 6, 17, 19)
    children.ellipse(1026, 624, 20, 23)
    sheet.lay(sheet.block().polygon([(1000, 652), (1052, 652), (1064, 780), (992, 780)]), NAVY)
    sheet.lay(children, "#5a3420", rough=1.4)
    sheet.lay(sheet.block().stroke([(1050, 680), (1120, 760), (1150, 840)], 8), NAVY)
    sheet.lay(boat, MUSTARD, shadow=14)
    sheet.lay(sheet.block().polygon([(516, 742), (562, 778), (1036, 778), (1100, 734), (1098, 752),
                                     (1036, 796), (566, 796), (518, 760)]), NAVY)
    wash = sheet.block()
    for step in range(20):
        wash.gouge(470 + step * 34, 824 + step % 3 * 7, 590 + step * 34, 826 + step % 4 * 6, 9)
    sheet.lay(wash, PAPER)
    return sheet


def iron_bridge():
    sheet = Sheet(14, PAPER)
    sky(sheet, [MIST, "#cfdccb", PAPER], 560)
    sheet.lay(sheet.block().ellipse(800, 330, 130), MUSTARD)
    sheet.lay(ground(sheet, ridge(sheet, 520, 40), 720), TEAL, opacity=0.85)
    sheet.lay(ground(sheet, [(-20, 700), (1620, 700)]), BLUE)
    sheet.lay(ripples(sheet, 706, 1000, count=240, width=7), TEAL)
    sheet.lay(ripples(sheet, 706, 1000, count=70, centre=800, spread=110, width=10), MUSTARD)
    banks = [
        [(-20, 330), (120, 372), (250, 500), (330, 640), (400, 760), (300, 860), (-20, 930)],
        [(1620, 300), (1480, 352), (1360, 480), (1280, 640), (1210, 760), (1320, 860), (1620, 940)],
    ]
    for bank in banks:
        cliff = sheet.block().polygon(bank)
        sheet.lay(cliff, NAVY, shadow=14)
        sheet.lay(hatch(sheet, cliff, angle=62 if bank[0][0] < 0 else 118, spacing=20, width=5, length=70,
                        tone=lambda _x, y: (y - 480) / 420), BLUE)
    roofs = [VERMILION, "#b83f27", MUSTARD]
    walls = [PAPER, SAND, MIST]
    for side in (-1, 1):
        for row in range(5):
            for column in range(5 - row // 2):
                x = 30 + column * 66 + row * 26
                y = 440 + row * 84 + sheet.random.uniform(-14, 14)
                if x > 150 + row * 55:
                    continue
                height = sheet.random.uniform(70, 100)
                left = x if side < 0 else 1600 - x - 58
                house = sheet.block().rectangle(left, y - height, left + 58, y + 40)
                sheet.lay(house, sheet.random.choice(walls), shadow=6)
                roof = sheet.block().polygon([(left - 7, y - height), (left + 29, y - height - 30),
                                              (left + 65, y - height)])
                sheet.lay(roof, sheet.random.choice(roofs))
                panes = sheet.block()
                for pane in range(2):
                    for level in range(2):
                        panes.rectangle(left + 11 + pane * 24, y - height + 14 + level * 36,
                                        left + 22 + pane * 24, y - height + 34 + level * 36)
                sheet.lay(panes, BLUE, rough=1)
    deck = 322

    def outer(x):
        return 352 + ((x - 800) / 560) ** 2 * 400

    def inner(x):
        return 404 + ((x - 800) / 500) ** 2 * 400

    iron = sheet.block().rectangle(-20, deck, 1620, deck + 20).rectangle(-20, deck - 30, 1620, deck - 24)
    for x in range(0, 1620, 26):
        iron.rectangle(x, deck - 30, x + 4, deck)
    nodes = list(range(300, 1301, 50))
    iron.stroke([(x, outer(x)) for x in range(280, 1321, 10)], 15)
    iron.stroke([(x, inner(x)) for x in range(310, 1291, 10)], 13)
    for a, b in itertools.pairwise(nodes):
        iron.stroke([(a, outer(a)), (b, inner(b))], 6).stroke([(a, inner(a)), (b, outer(b))], 6)
        iron.stroke([(a, outer(a)), (a, inner(a))], 7)
    for x in (340, 440, 540, 1060, 1160, 1260):
        for dx in (-14, 14):
            iron.rectangle(x + dx - 4, deck, x + dx + 4, outer(x))
        y = deck + 24
        while y < outer(x) - 20:
            iron.stroke([(x - 14, y), (x + 14, y + 30)], 4).stroke([(x + 14, y), (x - 14, y + 30)], 4)
            y += 34
    sheet.lay(iron, VERMILION, shadow=10, rough=1.4)
    boat = sheet.block().polygon([(690, 838), (930, 838), (900, 872), (726, 872)])
    sheet.lay(boat, NAVY, shadow=8)
    sheet.lay(sheet.block().polygon([(804, 830), (804, 690), (890, 830)]), PAPER, shadow=6)
    sheet.lay(sheet.block().polygon([(794, 830), (794, 712), (734, 830)]), SAND)
    return sheet


def night_train():
    sheet = Sheet(15, PAPER)
    sky(sheet, [NAVY, BLUE, "#9a4a45", VERMILION, "#e58a43", MUSTARD], 560, wave=16)
    stars = sheet.block()
    for _ in range(60):
        x, y = sheet.random.uniform(0, 1600), sheet.random.uniform(0, 170)
        stars.ellipse(x, y, sheet.random.uniform(1.2, 3))
    sheet.lay(stars, PAPER, rough=0)
    sheet.lay(sheet.block().ellipse(800, 500, 208), PAPER)
    sheet.lay(sheet.block().ellipse(800, 500, 190), "#f6d487")
    far = sheet.block().polygon(peaks([(-20, 520), (150, 420), (260, 380), (330, 382), (470, 500), (620, 540)], 600, 640))
    far.polygon(peaks([(960, 540), (1120, 450), (1230, 352), (1300, 354), (1440, 470), (1640, 520)], 600, 640))
    sheet.lay(far, "#6b3550", shadow=8)
    caps = sheet.block().polygon([(208, 398), (260, 380), (330, 382), (372, 418), (330, 408), (300, 430), (262, 402), (236, 424)])
    caps.polygon([(1188, 390), (1230, 352), (1300, 354), (1348, 396), (1306, 384), (1270, 414), (1232, 380)])
    sheet.lay(caps, PAPER)
    plain = ground(sheet, [(-20, 566), (1620, 566)])
    sheet.lay(plain, "#3a2a49", shadow=8)
    rows = sheet.block()
    for number in range(-24, 25):
        x = 800 + number * 24
        end = 800 + number * 210
        if abs(number) > 3:
            rows.gouge(x, 576, end, 1080, 7 + abs(number) * 0.4)
    sheet.lay(rows.clip(plain), "#7d4658")
    lit = sheet.block()
    for number in range(-24, 25):
        if abs(number) > 3 and number % 3 == 0:
            lit.gouge(800 + number * 26, 590, 800 + number * 150, 930, 6)
    sheet.lay(lit.clip(plain), VERMILION)
    bed = sheet.block().polygon([(772, 566), (828, 566), (1120, 1020), (480, 1020)])
    sheet.lay(bed, NAVY)
    sleepers = sheet.block()
    y = 640.0
    while y < 1010:
        k = (y - 566) / 454
        sleepers.rectangle(800 - 44 - 240 * k, y, 800 + 44 + 240 * k, y + 3 + 17 * k)
        y += 10 + 38 * k
    sheet.lay(sleepers, "#5b3b4d")
    rails = sheet.block().polygon([(784, 600), (790, 600), (640, 1020), (612, 1020)])
    rails.polygon([(816, 600), (810, 600), (960, 1020), (988, 1020)])
    sheet.lay(rails, MUSTARD)
    # the engine comes towards us, out of the sun
    sheet.lay(sheet.block().rectangle(690, 410, 910, 712, radius=34), NAVY, shadow=12)
    sheet.lay(sheet.block().rectangle(700, 560, 900, 650), VERMILION)
    sheet.lay(sheet.block().polygon([(676, 690), (924, 690), (900, 756), (700, 756)]), "#0b1c2c")
    sheet.lay(sheet.block().polygon([(714, 446), (792, 446), (792, 534), (708, 534)])
              .polygon([(808, 446), (886, 446), (892, 534), (808, 534)]), "#f6d487")
    driver = sheet.block().ellipse(848, 494, 17, 19).rectangle(820, 514, 876, 534, radius=10)
    sheet.lay(driver, NAVY)
    sheet.lay(rays(sheet, 800, 604, inner=36, outer=104, count=28, width=7), MUSTARD)
    lamps = sheet.block().ellipse(800, 604, 30).ellipse(722, 668, 15).ellipse(878, 668, 15)
    sheet.lay(lamps, PAPER)
    glow = sheet.block().polygon([(770, 760), (830, 760), (960, 1020), (640, 1020)])
    sheet.overprint(glow, "#ffd9a0")
    shine = sheet.block()
    for step in range(9):
        shine.gouge(770 - step * 10, 776 + step * 27, 830 + step * 10, 776 + step * 27, 9 + step)
    sheet.lay(shine, MUSTARD)
    return sheet


def lighthouse():
    sheet = Sheet(16, PAPER)
    sky(sheet, [NAVY, "#163650", BLUE, "#2a5f72"], 720, wave=26)
    for start, end in ((-14, 11), (166, 192)):
        reach = 1100
        beam = sheet.block().polygon([(800, 258)] + [
            (800 + math.cos(math.radians(a)) * reach, 258 + math.sin(math.radians(a)) * reach)
            for a in range(start, end + 1, 5)])
        sheet.lay(beam, "#e9c877")
        inner = sheet.block().polygon([(800, 258)] + [
            (800 + math.cos(math.radians(a)) * reach, 258 + math.sin(math.radians(a)) * reach)
            for a in range(start + 8, end - 6, 4)])
        sheet.lay(inner, PAPER)
    clouds = sheet.block()
    for x, y, w in ((240, 120, 260), (420, 150, 200), (1270, 100, 300), (1080, 70, 180), (180, 480, 260), (1420, 470, 240)):
        clouds.gouge(x - w, y, x + w, y, 34)
        clouds.gouge(x - w * 0.6, y + 26, x + w * 0.9, y + 26, 22)
    sheet.lay(clouds, TEAL)
    sea = [(NAVY, 660, 30), (BLUE, 742, 36), (TEAL, 850, 40)]
    first = ground(sheet, ridge(sheet, 640, 18, detail=4))
    sheet.lay(first, BLUE, shadow=8)
    sheet.lay(ripples(sheet, 640, 760, count=110, width=7).clip(first), MIST)
    rock = sheet.block().polygon([(470, 800), (540, 700), (620, 650), (690, 628), (900, 622), (980, 668), (1080, 700),
                                  (1160, 810), (1300, 900), (380, 900)])
    sheet.lay(rock, NAVY, shadow=14)
    sheet.lay(hatch(sheet, rock, angle=64, spacing=22, width=6, length=60, tone=lambda x, _y: (x - 760) / 300), TEAL)
    tower = [(726, 640), (752, 320), (848, 320), (874, 640)]
    body = sheet.block().polygon(tower)
    sheet.lay(body, PAPER, shadow=12)
    stripes = sheet.block()
    for y in (350, 450, 550):
        stripes.polygon([(700, y), (900, y + 8), (900, y + 58), (700, y + 50)])
    sheet.lay(stripes.clip(body), VERMILION)
    sheet.lay(hatch(sheet, body, angle=94, spacing=9, width=4, length=90, tone=lambda x, _y: (x - 815) / 50), NAVY)
    lamp = sheet.block().rectangle(730, 302, 870, 322).rectangle(766, 218, 834, 304)
    lamp.polygon([(752, 222), (800, 170), (848, 222)]).rectangle(797, 146, 803, 176)
    sheet.lay(lamp, NAVY, shadow=8)
    sheet.lay(sheet.block().rectangle(776, 230, 824, 296), MUSTARD)
    sheet.lay(sheet.block().ellipse(800, 260, 20), PAPER)
    sheet.lay(sheet.block().arch(800, 584, 642, 17).rectangle(793, 416, 807, 442).rectangle(793, 514, 807, 540), NAVY)
    cottage = sheet.block().rectangle(900, 572, 1030, 664)
    sheet.lay(cottage, SAND, shadow=8)
    sheet.lay(sheet.block().polygon([(886, 578), (926, 524), (1006, 524), (1046, 578)]), VERMILION)
    sheet.lay(sheet.block().rectangle(922, 598, 950, 630).rectangle(976, 598, 1004, 630), MUSTARD)
    for ink, base, size in sea[1:]:
        wave = ground(sheet, [(x, base + 46 + math.sin(x / 74 + base) * size * 0.55 + math.sin(x / 31) * 7) for x in range(-20, 1630, 8)])
        sheet.lay(wave, ink, shadow=12)
        foam = sheet.block()
        for x in range(-20, 1640, 26):
            y = base + 52 + math.sin(x / 74 + base) * size * 0.55 + math.sin(x / 31) * 7
            for row in range(2):
                drop = row * 30 + sheet.random.uniform(-4, 4)
                foam.gouge(x - 30, y + drop, x + 30, y + drop + 6, 9 - row * 1.7, bend=6)
        sheet.lay(foam.clip(wave), MIST if ink == BLUE else PAPER)
    spray = sheet.block()
    for _ in range(60):
        angle = sheet.random.uniform(200, 340)
        reach = sheet.random.uniform(20, 110)
        x0 = sheet.random.choice((500, 1130))
        spray.ellipse(x0 + math.cos(math.radians(angle)) * reach, 800 + math.sin(math.radians(angle)) * reach, sheet.random.uniform(2, 7))
    sheet.lay(spray, PAPER)
    sheet.lay(birds(sheet, [(560, 420), (500, 380), (1040, 430), (1110, 400)], 22), PAPER)
    return sheet


SCENES = {
    "ferry-night": ferry_night,
    "mountain-post": mountain_post,
    "stilt-houses": stilt_houses,
    "iron-bridge": iron_bridge,
    "night-train": night_train,
    "lighthouse": lighthouse,
}
