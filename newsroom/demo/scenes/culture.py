"""Culture: terracotta, rose and violet."""

# fmt: off
# ruff: noqa: C901, E501 -- a scene is one long list of shapes, a shape one row

import math

from newsroom.demo.printmaking import Sheet, birds, ground, hatch, sky

PAPER, PLUM, TERRACOTTA, ROSE = "#f7e8d9", "#2f1c38", "#c6573a", "#e2a18d"
GOLD, VIOLET, CLAY, DUSK = "#e8b550", "#6a4b7c", "#8f3b35", "#472c54"


def tape_archive():
    sheet = Sheet(51, PAPER)
    sheet.lay(sheet.block().rectangle(-5, -5, 1605, 1005), CLAY)
    floor = sheet.block().polygon([(-10, 1010), (620, 740), (980, 740), (1610, 1010)])
    sheet.lay(floor, ROSE)
    tiles = sheet.block()
    for k in range(-6, 7):
        tiles.stroke([(800 + k * 30, 740), (800 + k * 165, 1010)], 5)
    for k in range(7):
        y = 740 + 270 * (k / 7) ** 1.6
        tiles.rectangle(0, y, 1600, y + 3 + k)
    sheet.lay(tiles.clip(floor), TERRACOTTA, rough=1)
    inks = [PAPER, GOLD, ROSE, TERRACOTTA, VIOLET, "#f0cdb8", "#d98b62"]
    for side in (-1, 1):

        def at(depth, high, side=side):
            # depth 0 is the front of the shelf, 1 its far end beside the door
            x = 30 + 560 * depth**0.8
            top = -60 + 320 * depth**0.8
            bottom = 1040 - 290 * depth**0.8
            return (800 + side * (800 - x), top + (bottom - top) * high)

        frame = sheet.block().polygon([at(0, 0), at(1, 0), at(1, 1), at(0, 1)])
        sheet.lay(frame, PLUM, shadow=10)
        for row in range(6):
            depth = 0.0
            number = 0
            while depth < 0.97:
                width = 0.065 + sheet.random.uniform(0, 0.045)
                end = min(0.99, depth + width)
                high = (row + sheet.random.choice((0.14, 0.2, 0.28))) / 6
                low = (row + 0.9) / 6
                box = sheet.block().polygon([at(depth, high), at(end, high), at(end, low), at(depth, low)])
                ink = sheet.random.choice(inks)
                sheet.lay(box, ink, rough=1.4)
                label = sheet.block()
                middle = (high + low) / 2
                if number % 3 == 0:
                    x, y = at((depth + end) / 2, middle)
                    r = abs(at(end, 0)[0] - at(depth, 0)[0]) * 0.36
                    label.ellipse(x, y, r, r * 1.15)
                    hole = sheet.block().ellipse(x, y, r * 0.3, r * 0.34)
                    sheet.lay(label.without(hole), PLUM, rough=1)
                else:
                    label.polygon([at(depth + width * 0.2, middle), at(end - width * 0.2, middle), at(end - width * 0.2, middle + 0.035), at(depth + width * 0.2, middle + 0.035)])
                    sheet.lay(label, PLUM if ink != VIOLET else PAPER, rough=0.8)
                depth = end + 0.006
                number += 1
            board = sheet.block().polygon([at(0, (row + 0.91) / 6), at(1, (row + 0.91) / 6), at(1, (row + 1.0) / 6), at(0, (row + 1.0) / 6)])
            sheet.lay(board, "#5a3027", rough=1)
    wall = sheet.block().rectangle(590, 250, 1010, 748)
    sheet.lay(wall, TERRACOTTA, shadow=0)
    vault = sheet.block().polygon([(-10, -10), (1610, -10), (1010, 262), (590, 262)])
    sheet.lay(vault, DUSK)
    beams = sheet.block()
    for k in range(6):
        t = (k / 6) ** 0.8
        beams.polygon([(600 * t, 262 * t), (1600 - 600 * t, 262 * t), (1600 - 600 * t - 9, 262 * t + 20 - 10 * t), (600 * t + 9, 262 * t + 20 - 10 * t)])
    sheet.lay(beams, CLAY)
    for grow, ink in ((46, GOLD), (30, PLUM), (14, ROSE), (0, PAPER)):
        door = sheet.block().arch(800, 330 - grow, 744, 120 + grow)
        sheet.lay(door, ink, shadow=6 if grow == 46 else 0)
    zellij = sheet.block()
    for k in range(19):
        a = math.pi * k / 18
        zellij.polygon([(800 + math.cos(a) * 158 + dx, 452 - math.sin(a) * 158 + dy) for dx, dy in ((0, -10), (10, 0), (0, 10), (-10, 0))])
    sheet.lay(zellij, GOLD, rough=0.8)
    court = sheet.block().arch(800, 330, 744, 120)
    tree = sheet.block().ellipse(800, 540, 70, 62).ellipse(756, 570, 44).ellipse(846, 572, 44).rectangle(792, 580, 808, 700)
    sheet.lay(tree.clip(court), "#7d9a6b")
    fruit = sheet.block()
    for x, y in ((770, 530), (812, 512), (838, 560), (790, 572), (752, 574), (822, 592)):
        fruit.ellipse(x, y, 9)
    sheet.lay(fruit, TERRACOTTA, rough=1)
    sheet.lay(sheet.block().rectangle(690, 690, 910, 744).clip(court), ROSE)
    glow = sheet.block().polygon([(690, 744), (910, 744), (1060, 1010), (540, 1010)])
    sheet.lay(glow, PAPER, opacity=0.5)
    table = sheet.block().rectangle(650, 800, 950, 828).rectangle(676, 828, 696, 960).rectangle(904, 828, 924, 960)
    sheet.lay(table, "#5a3027", shadow=14)
    machine = sheet.block().rectangle(690, 650, 910, 802, radius=12)
    sheet.lay(machine, PLUM, shadow=14)
    for x in (746, 854):
        sheet.lay(sheet.block().ellipse(x, 700, 46), GOLD, shadow=5)
        spokes = sheet.block()
        for k in range(3):
            a = math.tau * k / 3 + x
            spokes.ellipse(x + math.cos(a) * 25, 700 + math.sin(a) * 25, 11)
        spokes.ellipse(x, 700, 6)
        sheet.lay(spokes, PLUM, rough=0.8)
    sheet.lay(sheet.block().stroke([(704, 716), (760, 772), (840, 772), (896, 716)], 4).rectangle(784, 760, 816, 786, radius=3), PAPER, rough=0.8)
    return sheet


def stone_city():
    sheet = Sheet(52, PAPER)
    sky(sheet, ["#8e6a92", "#b98a96", "#dba68f", "#efc79d", PAPER], 640, wave=20)
    sheet.lay(sheet.block().ellipse(360, 300, 96), TERRACOTTA)
    plain = ground(sheet, [(-20, 620), (1620, 600)])
    sheet.lay(plain, VIOLET)
    strips = sheet.block()
    for k in range(60):
        y = 628 + (k / 60) ** 1.3 * 380
        x = sheet.random.uniform(-100, 1500)
        strips.gouge(x, y, x + sheet.random.uniform(120, 340), y, 5 + k * 0.12)
    sheet.lay(strips, "#8e6a92")
    hill = sheet.block().polygon([(-20, 760), (120, 700), (240, 590), (380, 520), (500, 400), (610, 350), (680, 280), (800, 262), (960, 270), (1040, 350), (1170, 410), (1260, 520), (1400, 580), (1500, 690), (1620, 740), (1620, 1020), (-20, 1020)])
    sheet.lay(hill, CLAY, shadow=14)
    fort = sheet.block().polygon([(690, 310), (700, 210), (740, 214), (742, 190), (790, 190), (792, 210), (850, 206), (852, 184), (904, 184), (906, 212), (940, 216), (960, 310)])
    for x in range(704, 940, 18):
        fort.rectangle(x, 178 + (0 if 740 < x < 900 else 24), x + 9, 214)
    sheet.lay(fort, "#b07a4e", shadow=8)
    tones = ["#efcf8f", "#e3b566", GOLD, "#d39a4c", "#f4deb0"]
    for row in range(9):
        y = 350 + row * 76
        spread = 190 + row * 112
        size = 66 + row * 6
        x = 800 - spread
        while x < 800 + spread:
            width = size * sheet.random.uniform(0.8, 1.35)
            slope = abs(x + width / 2 - 800) / spread
            top = y + slope * slope * 40 + sheet.random.uniform(-14, 10)
            height = size * sheet.random.uniform(0.95, 1.3)
            ink = sheet.random.choice(tones)
            sheet.lay(sheet.block().rectangle(x, top, x + width, top + height + 34), ink, shadow=9, rough=1.6)
            side = sheet.block().rectangle(x + width * 0.72, top, x + width, top + height + 34)
            sheet.overprint(side, "#dfb78c")
            sheet.lay(sheet.block().rectangle(x - 3, top - 3, x + width + 3, top + 6), "#b07a4e", rough=1)
            openings = sheet.block()
            style = sheet.random.randrange(3)
            if style == 0:
                for k in range(3):
                    openings.arch(x + width * (0.2 + k * 0.24), top + height * 0.3, top + height * 0.72, width * 0.085)
            elif style == 1:
                openings.arch(x + width * 0.36, top + height * 0.24, top + height * 0.98, width * 0.19)
            else:
                for k in range(2):
                    openings.rectangle(x + width * (0.2 + k * 0.34), top + height * 0.3, x + width * (0.36 + k * 0.34), top + height * 0.56)
            sheet.lay(openings, PLUM if sheet.random.random() < 0.7 else CLAY, rough=1)
            x += width * 0.97
    minaret = sheet.block().rectangle(980, 330, 1040, 660).rectangle(968, 440, 1052, 454)
    minaret.rectangle(990, 268, 1030, 334)
    sheet.lay(minaret, "#f4deb0", shadow=12)
    flutes = sheet.block()
    for x in range(986, 1038, 12):
        flutes.rectangle(x, 340, x + 4, 436)
    for k in range(4):
        for j in range(3):
            flutes.polygon([(990 + j * 20 + dx, 484 + k * 42 + dy) for dx, dy in ((0, -12), (8, 0), (0, 12), (-8, 0))])
    sheet.lay(flutes, "#b07a4e", rough=1)
    cap = sheet.block().polygon([(984, 270), (988, 236), (1000, 214), (1010, 204), (1020, 214), (1032, 236), (1036, 270)]).rectangle(1008, 180, 1012, 210)
    cap.ring(1010, 300, 13, 4)
    sheet.lay(cap, CLAY, shadow=5)
    dome = sheet.block().ellipse(600, 560, 84, 88).without(sheet.block().rectangle(400, 562, 800, 800)).rectangle(516, 556, 684, 640)
    sheet.lay(dome, "#f4deb0", shadow=12)
    slices = sheet.block()
    for k in range(-3, 4):
        points = [(600 + math.sin(k * 0.42) * 84 * math.cos(t), 560 - 88 * math.sin(t)) for t in [i * math.pi / 40 for i in range(21)]]
        slices.stroke(points, 4)
    slices.arch(600, 584, 640, 20).arch(550, 590, 640, 14).arch(650, 590, 640, 14)
    sheet.lay(slices, "#b07a4e", rough=1)
    sheet.lay(birds(sheet, [(1200, 260), (1260, 220), (1150, 200), (1310, 300), (560, 220), (500, 260)], 22), PLUM)
    return sheet


def courtyard_cinema():
    sheet = Sheet(53, PAPER)
    sky(sheet, ["#1c1230", PLUM, DUSK], 420, wave=14)
    stars = sheet.block()
    for _ in range(60):
        stars.ellipse(sheet.random.uniform(380, 1220), sheet.random.uniform(0, 240), sheet.random.uniform(1.4, 3.2))
    sheet.lay(stars, PAPER, rough=0)
    back = sheet.block().rectangle(300, 250, 1300, 1010).polygon([(270, 256), (420, 170), (1180, 170), (1330, 256)])
    sheet.lay(back, "#5a3560", shadow=8)
    sheet.lay(hatch(sheet, sheet.block().polygon([(270, 256), (420, 170), (1180, 170), (1330, 256)]), angle=72, spacing=20, width=6, length=60), CLAY)
    for side in (-1, 1):
        outer = 0 if side < 0 else 1600
        wing = sheet.block().polygon([(outer, -20), (800 + side * 470, 190), (800 + side * 470, 1010), (outer, 1010)])
        sheet.lay(wing, VIOLET if side < 0 else "#7d4a66", shadow=14)
        for storey in range(3):

            def at(depth, high, side=side, storey=storey):
                x = 800 + side * (800 - 330 * depth)
                top = 20 + storey * 300 + depth * (220 - storey * 96)
                low = 300 + storey * 300 + depth * (136 - storey * 96)
                return (x, top + (low - top) * high)

            for k in range(3):
                a, b = 0.1 + k * 0.3, 0.28 + k * 0.3
                lit = sheet.random.random() < 0.45
                window = sheet.block().polygon([at(a, 0.2), at(b, 0.2), at(b, 0.66), at(a, 0.66)])
                sheet.lay(window, GOLD if lit else PLUM, rough=1.4)
                bars = sheet.block().stroke([at((a + b) / 2, 0.2), at((a + b) / 2, 0.66)], 5).stroke([at(a, 0.4), at(b, 0.4)], 5)
                sheet.lay(bars, DUSK, rough=1)
            rail = sheet.block().polygon([at(0, 0.62), at(1, 0.62), at(1, 0.67), at(0, 0.67)]).polygon([at(0, 0.9), at(1, 0.9), at(1, 0.98), at(0, 0.98)])
            for k in range(19):
                d = k / 18
                rail.stroke([at(d, 0.64), at(d, 0.94)], 9 - 4 * d)
            for k in range(4):
                rail.stroke([at(k / 3, 0.0), at(k / 3, 0.95)], 14 - 5 * k / 3)
                if k:
                    rail.stroke([at(k / 3 - 0.12, 0.0), at(k / 3, 0.12), at(k / 3 + 0.1, 0.0)], 7)
            sheet.lay(rail, CLAY if side < 0 else TERRACOTTA, shadow=8, rough=1.4)
            watchers = sheet.block()
            for d in (0.2, 0.52, 0.8):
                if sheet.random.random() < 0.75:
                    x, y = at(d, 0.5)
                    r = 30 - 12 * d
                    watchers.ellipse(x, y, r * 0.8, r).rectangle(x - r * 1.4, y + r * 0.9, x + r * 1.4, y + r * 3, radius=r)
            sheet.lay(watchers, "#1c1230", rough=1.4)
            sheet.lay(rail, CLAY if side < 0 else TERRACOTTA, rough=1.4)
    line = sheet.block().stroke([(380, 300), (800, 326), (1220, 300)], 6)
    sheet.lay(line, PAPER, rough=0.8)
    sheet.lay(sheet.block().rectangle(448, 304, 1152, 724, radius=4), "#f2d2a2", opacity=0.35)
    screen = sheet.block().polygon([(470, 318), (640, 326), (800, 330), (960, 326), (1130, 318), (1120, 520), (1126, 690), (960, 702), (800, 694), (640, 704), (474, 692), (480, 510)])
    sheet.lay(screen, "#fff6e2", shadow=18)
    # the film about the bees
    flower = sheet.block()
    for k in range(10):
        a = math.tau * k / 10
        flower.gouge(690 + math.cos(a) * 22, 560 + math.sin(a) * 22, 690 + math.cos(a) * 108, 560 + math.sin(a) * 108, 46)
    sheet.lay(flower.clip(screen), ROSE)
    sheet.lay(sheet.block().ellipse(690, 560, 38), GOLD)
    bee = sheet.block().ellipse(920, 470, 92, 58)
    wings = sheet.block().ellipse(890, 396, 34, 58).ellipse(950, 392, 32, 60)
    sheet.lay(wings, "#c9b7c9", rough=1.4)
    sheet.lay(bee, GOLD, shadow=6)
    bands = sheet.block().rectangle(876, 400, 896, 540).rectangle(918, 400, 938, 540).rectangle(960, 400, 978, 540)
    sheet.lay(bands.clip(bee), PLUM)
    sheet.lay(sheet.block().ellipse(822, 466, 32).stroke([(806, 440), (780, 402)], 5).stroke([(824, 436), (812, 396)], 5), PLUM)
    dots = sheet.block()
    for k in range(7):
        dots.ellipse(760 + k * 6 - k * k * 1.2 - 4, 520 - k * 7, 4)
    sheet.lay(dots, PLUM, rough=0.6)
    pegs = sheet.block()
    for x in (490, 640, 800, 960, 1110):
        pegs.rectangle(x - 6, 300 + (22 if x not in (490, 1110) else 8), x + 6, 344, radius=3)
    sheet.lay(pegs, TERRACOTTA, rough=1, shadow=3)
    beam = sheet.block().polygon([(800, 1010), (470, 330), (1130, 330)])
    sheet.lay(beam, "#fff1c9", opacity=0.13)
    for row in range(4):
        y = 770 + row * 74
        count, r = 9 + (3 - row), 30 + row * 10
        people = sheet.block()
        for k in range(count):
            x = 800 + (k - (count - 1) / 2) * (r * 3.1) + sheet.random.uniform(-8, 8)
            people.ellipse(x, y + sheet.random.uniform(-7, 7), r * 0.78, r * 0.92)
            people.rectangle(x - r * 1.3, y + r * 0.9, x + r * 1.3, y + r * 4, radius=r)
        ink = ("#3d2449", "#331d40", "#281638", "#1c1030")[row]
        glow = sheet.block()
        sheet.lay(people, "#b98a6a" if row < 2 else "#6e4a63", rough=1.6)
        glow.image.paste(people.image, (0, 9))
        sheet.lay(glow, ink, rough=1.6)
    return sheet


def museum_night():
    sheet = Sheet(54, PAPER)
    sheet.lay(sheet.block().rectangle(-5, -5, 1605, 1005), DUSK)
    ceiling = sheet.block().polygon([(-10, -10), (1610, -10), (1130, 190), (470, 190)])
    sheet.lay(ceiling, PLUM)
    sky_light = sheet.block().polygon([(420, 10), (1180, 10), (960, 130), (640, 130)])
    sheet.lay(sky_light, "#5b5f96")
    bars = sheet.block()
    for k in range(-3, 4):
        bars.stroke([(800 + k * 120, 6), (800 + k * 52, 132)], 7)
    bars.stroke([(500, 60), (1100, 60)], 6).stroke([(580, 100), (1020, 100)], 5)
    sheet.lay(bars, PLUM, rough=1)
    sheet.lay(sheet.block().ellipse(760, 44, 20), PAPER)
    floor = sheet.block().polygon([(470, 730), (1130, 730), (1610, 1010), (-10, 1010)])
    sheet.lay(floor, CLAY)
    boards = sheet.block()
    for k in range(-12, 13):
        boards.stroke([(800 + k * 55, 730), (800 + k * 150, 1010)], 4)
    for _ in range(60):
        t = sheet.random.random()
        column = sheet.random.randrange(-12, 12)
        x0, x1 = 800 + column * (55 + 95 * t), 800 + (column + 1) * (55 + 95 * t)
        boards.stroke([(x0, 730 + 280 * t), (x1, 730 + 280 * t)], 4)
    sheet.lay(boards.clip(floor), "#6e2c2b", rough=1)
    wall = sheet.block().rectangle(470, 190, 1130, 732)
    sheet.lay(wall, "#583763")
    sheet.lay(sheet.block().rectangle(470, 700, 1130, 732).polygon([(-10, 940), (470, 700), (470, 732), (-10, 1010)]).polygon([(1610, 940), (1130, 700), (1130, 732), (1610, 1010)]), PLUM)
    for grow, ink in ((34, GOLD), (16, PLUM), (0, "#1c1230")):
        sheet.lay(sheet.block().rectangle(700 - grow, 300 - grow, 900 + grow, 732), ink, shadow=5 if grow == 34 else 0)
    sheet.lay(sheet.block().rectangle(736, 380, 864, 732), "#3a2450")
    sheet.lay(sheet.block().rectangle(770, 440, 830, 560), GOLD)
    sheet.lay(sheet.block().rectangle(778, 448, 822, 552), "#9db3a6")
    # pictures in frames: harbour, cow, staircase, hare, dish
    def frame(points, ink):
        cx = sum(x for x, _ in points) / 4
        cy = sum(y for _, y in points) / 4
        inner = [(cx + (x - cx) * 0.82, cy + (y - cy) * 0.82) for x, y in points]
        sheet.lay(sheet.block().polygon(points), GOLD, shadow=12)
        edge = [(cx + (x - cx) * 0.9, cy + (y - cy) * 0.9) for x, y in points]
        sheet.lay(sheet.block().polygon(edge), "#b5832f", rough=1)
        canvas = sheet.block().polygon(inner)
        sheet.lay(canvas, ink, rough=1)
        return canvas, cx, cy

    canvas, cx, cy = frame([(510, 320), (644, 320), (644, 470), (510, 470)], "#9db3a6")
    sheet.lay(sheet.block().rectangle(500, cy + 14, 660, 480).clip(canvas), "#3f6b78", rough=1)
    sheet.lay(sheet.block().polygon([(cx - 8, cy + 20), (cx - 8, cy - 40), (cx + 34, cy + 20)]).clip(canvas), PAPER, rough=1)
    canvas, cx, cy = frame([(956, 350), (1090, 350), (1090, 450), (956, 450)], "#c7cf9d")
    cow = sheet.block().ellipse(cx, cy + 4, 34, 19).ellipse(cx - 38, cy - 6, 13, 11)
    for dx in (-24, -14, 16, 26):
        cow.rectangle(cx + dx - 3, cy + 8, cx + dx + 3, cy + 36)
    sheet.lay(cow.clip(canvas), CLAY, rough=1)
    canvas, cx, cy = frame([(40, 190), (330, 292), (330, 600), (40, 640)], "#d8b9ab")
    stairs = sheet.block()
    for k in range(7):
        stairs.rectangle(70 + k * 34, 560 - k * 40, 320, 590 - k * 40 + 8)
    sheet.lay(stairs.clip(canvas), "#8a6a80", rough=1)
    canvas, cx, cy = frame([(1560, 180), (1270, 288), (1270, 590), (1560, 630)], "#30566b")
    sheet.lay(sheet.block().ellipse(1440, 330, 44).clip(canvas), GOLD, rough=1)
    sheet.lay(sheet.block().polygon([(1260, 500), (1340, 430), (1400, 470), (1470, 400), (1580, 470), (1580, 640), (1260, 640)]).clip(canvas), "#1c3346", rough=1)
    canvas, cx, cy = frame([(378, 330), (450, 348), (450, 470), (378, 484)], ROSE)
    sheet.lay(sheet.block().ellipse(cx, cy + 6, 20, 26).clip(canvas), TERRACOTTA, rough=1)
    canvas, cx, cy = frame([(1222, 330), (1150, 348), (1150, 470), (1222, 484)], "#9db3a6")
    sheet.lay(sheet.block().ellipse(cx, cy + 10, 16, 30).clip(canvas), PLUM, rough=1)
    pool = sheet.block().ellipse(1000, 866, 270, 74)
    sheet.lay(pool, "#e9a85e")
    sheet.lay(sheet.block().ellipse(1010, 862, 190, 48), "#f8dc9a")
    cone = sheet.block().polygon([(868, 716), (1262, 842), (1200, 916), (850, 890)])
    sheet.lay(cone, "#fbe6ad", opacity=0.35)
    bench = sheet.block().rectangle(930, 800, 1130, 826, radius=5).rectangle(950, 826, 966, 884).rectangle(1094, 826, 1110, 884)
    sheet.lay(bench, PLUM, shadow=10)
    guard = sheet.block()
    guard.polygon([(726, 900), (744, 690), (734, 580), (752, 530), (800, 512), (848, 530), (866, 580), (856, 690), (874, 900), (826, 900), (806, 720), (794, 720), (774, 900)])
    guard.ellipse(800, 470, 32, 38)
    sheet.lay(guard, "#171028", shadow=16, rough=1.6)
    sheet.lay(sheet.block().polygon([(764, 462), (768, 430), (800, 418), (832, 430), (838, 460), (852, 466), (846, 474), (764, 474)]), VIOLET, rough=1.2)
    sheet.lay(sheet.block().ellipse(804, 474, 32, 36).rectangle(784, 496, 818, 522), "#8d5b45", rough=1.2)
    sheet.lay(sheet.block().polygon([(764, 462), (768, 430), (800, 418), (832, 430), (838, 460), (852, 466), (846, 474), (764, 474)]), VIOLET, rough=1.2)
    arm = sheet.block().stroke([(850, 556), (872, 640), (862, 700)], 34)
    sheet.lay(arm, "#241739", rough=1.4, shadow=5)
    sheet.lay(sheet.block().polygon([(846, 694), (886, 706), (880, 730), (840, 716)]), GOLD, shadow=5)
    trim = sheet.block().ellipse(812, 570, 5).ellipse(812, 606, 5).ellipse(812, 642, 5).rectangle(826, 560, 846, 572)
    sheet.lay(trim, GOLD, rough=0.6)
    return sheet


def bell_tower():
    sheet = Sheet(55, PAPER)
    sky(sheet, [TERRACOTTA, "#d9745a", "#e58f74", ROSE, "#f0c4ae", PAPER], 900, wave=26)
    sheet.lay(sheet.block().ellipse(800, 380, 280), "#f4cf8a")
    sound = sheet.block()
    for radius in range(330, 900, 62):
        for start in range(0, 360, 15):
            sound.arc(800, 400, radius, start + (radius % 4) * 3, start + 8 + (radius % 4) * 3, 7)
    sheet.lay(sound, PAPER)
    for row, (base, ink, size) in enumerate(((760, "#a8648a", 100), (850, VIOLET, 130), (960, DUSK, 170))):
        x = -60.0 - row * 44
        while x < 1640:
            width = size * sheet.random.uniform(0.85, 1.1)
            top = base - size * sheet.random.uniform(0.2, 0.55)
            house = sheet.block().rectangle(x, top, x + width, 1020)
            steps = 4
            for k in range(steps):
                inset = width * 0.5 * (k + 0.35) / steps
                house.rectangle(x + inset, top - size * 0.14 * (k + 1), x + width - inset, top + 4)
            sheet.lay(house, ink, shadow=8)
            panes = sheet.block()
            for k in range(3):
                for j in range(2):
                    left = x + width * (0.16 + k * 0.25)
                    panes.rectangle(left, top + size * (0.16 + j * 0.42), left + width * 0.14, top + size * (0.4 + j * 0.42))
            panes.ellipse(x + width / 2, top - size * 0.2, size * 0.07)
            sheet.lay(panes, GOLD if sheet.random.random() < 0.5 else ROSE, rough=1.2)
            x += width + 3
    tower = sheet.block().rectangle(640, 270, 960, 1020).rectangle(622, 520, 978, 548).rectangle(622, 262, 978, 286).rectangle(622, 770, 978, 794)
    sheet.lay(tower, CLAY, shadow=18)
    bricks = sheet.block()
    for y in range(300, 1000, 17):
        for x in range(640, 960, 46):
            if sheet.random.random() < 0.42:
                left = x + (y // 17 % 2) * 22
                bricks.rectangle(left, y, left + 36, y + 6)
    body = sheet.block().rectangle(640, 286, 960, 1010)
    sheet.lay(bricks.clip(body), TERRACOTTA, rough=1)
    sheet.lay(hatch(sheet, sheet.block().rectangle(870, 286, 960, 1010), angle=90, spacing=17, width=7, length=90), PLUM)
    spire = sheet.block().polygon([(630, 264), (800, -60), (970, 264)])
    sheet.lay(spire, PLUM, shadow=10)
    sheet.lay(hatch(sheet, spire, angle=0, spacing=24, width=7, length=70), VIOLET)
    for top, bottom, half, xs in ((316, 510, 62, (730, 870)), (570, 760, 62, (730, 870))):
        for x in xs:
            sheet.lay(sheet.block().arch(x, top - 10, bottom, half + 10), ROSE, shadow=4)
            sheet.lay(sheet.block().arch(x, top, bottom, half), "#1f1128")
            for tier, size in enumerate((34, 25)):
                for k in ((0,) if tier == 0 else (-1, 1)):
                    bx, by = x + k * 30, top + 96 + tier * 72
                    tilt = sheet.random.uniform(-9, 9)
                    bell = sheet.block().polygon([(bx - size * 0.34, by - size), (bx + size * 0.34, by - size), (bx + size * 0.56, by - size * 0.2),
                                                  (bx + size + tilt, by + size * 0.5), (bx - size + tilt, by + size * 0.5), (bx - size * 0.56, by - size * 0.2)])
                    bell.ellipse(bx, by - size, size * 0.34).ellipse(bx + tilt * 1.6, by + size * 0.62, size * 0.2)
                    sheet.lay(bell, GOLD, shadow=4, rough=1.2)
                    sheet.lay(sheet.block().gouge(bx - size * 0.3, by - size * 0.8, bx - size * 0.55 + tilt, by + size * 0.34, size * 0.2), PAPER, rough=0.8)
                    sheet.lay(sheet.block().rectangle(bx - 3, by - size * 1.9, bx + 3, by - size), ROSE, rough=0.6)
    sheet.lay(sheet.block().ellipse(800, 880, 76), PLUM, shadow=8)
    sheet.lay(sheet.block().ellipse(800, 880, 63), PAPER)
    clock = sheet.block().stroke([(800, 880), (800, 836)], 7).stroke([(800, 880), (770, 894)], 7)
    for k in range(12):
        a = math.tau * k / 12
        clock.stroke([(800 + math.cos(a) * 48, 880 + math.sin(a) * 48), (800 + math.cos(a) * 58, 880 + math.sin(a) * 58)], 5)
    sheet.lay(clock, PLUM, rough=0.8)
    flock = [(1060, 220), (1130, 170), (1190, 260), (1270, 200), (1100, 330), (1360, 290), (540, 230), (470, 180), (420, 280), (330, 220), (520, 340), (1240, 360)]
    sheet.lay(birds(sheet, flock, 30), PLUM)
    return sheet


SCENES = {
    "tape-archive": tape_archive,
    "stone-city": stone_city,
    "courtyard-cinema": courtyard_cinema,
    "museum-night": museum_night,
    "bell-tower": bell_tower,
}
