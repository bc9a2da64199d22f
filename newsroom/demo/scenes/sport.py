"""Sport: pitch green, orange and evening blue."""

# fmt: off
# ruff: noqa: C901, E501 -- a scene is one long list of shapes, a shape one row

import itertools
import math

from newsroom.demo.printmaking import (
    Sheet,
    birds,
    figure,
    ground,
    hatch,
    ridge,
    ripples,
    sky,
)

PAPER, NAVY, GREEN, ORANGE = "#f4ecd6", "#14264a", "#3b8a5c", "#e5652e"
SKY, YELLOW, BLUE, DARK_GREEN = "#9cc5ca", "#f1c24b", "#2a5a8c", "#245c46"


def floodlights():
    sheet = Sheet(61, PAPER)
    sky(sheet, [NAVY, "#1b3560", "#234a76", BLUE, "#4f7f9f"], 620, wave=16)
    stars = sheet.block()
    for _ in range(50):
        stars.ellipse(sheet.random.uniform(0, 1600), sheet.random.uniform(0, 260), sheet.random.uniform(1.4, 3))
    sheet.lay(stars, PAPER, rough=0)
    for x, low, high in ((430, -20, 1120), (1170, 480, 1620)):
        outer = sheet.block().polygon([(x - 70, 190), (x + 70, 190), (high, 800), (low, 800)])
        sheet.lay(outer, "#6d9bb0", opacity=0.45)
        inner = sheet.block().polygon([(x - 50, 190), (x + 50, 190), (high - 130, 800), (low + 130, 800)])
        sheet.lay(inner, "#f6ebc0", opacity=0.4)
    hill = ground(sheet, ridge(sheet, 560, 38))
    sheet.lay(hill, "#1c3d4f", shadow=6)
    roofs = sheet.block()
    for k in range(9):
        x = 560 + k * 58 + (k % 3) * 8
        roofs.rectangle(x, 540 - k % 3 * 9, x + 44, 600).polygon([(x - 5, 542 - k % 3 * 9), (x + 22, 516 - k % 3 * 9), (x + 49, 542 - k % 3 * 9)])
    roofs.rectangle(760, 470, 790, 600).polygon([(755, 474), (775, 410), (795, 474)])
    sheet.lay(roofs, NAVY, shadow=5)
    panes = sheet.block()
    for k in range(9):
        panes.rectangle(574 + k * 58 + (k % 3) * 8, 558, 584 + k * 58 + (k % 3) * 8, 572)
    sheet.lay(panes, YELLOW, rough=0.6)
    stand = sheet.block().polygon([(430, 574), (1170, 574), (1200, 560), (1190, 548), (410, 548), (400, 560)]).rectangle(440, 574, 1160, 680)
    sheet.lay(stand, NAVY, shadow=10)
    sheet.lay(sheet.block().polygon([(396, 552), (1204, 552), (1160, 520), (440, 520)]), ORANGE, shadow=6)
    heads = sheet.block()
    coats = {ink: sheet.block() for ink in (ORANGE, YELLOW, SKY, PAPER, GREEN)}
    for row in range(3):
        for k in range(34):
            x, y = 462 + k * 20.6 + (row % 2) * 10, 606 + row * 24
            heads.ellipse(x, y, 6.4, 7.2)
            coats[sheet.random.choice(list(coats))].rectangle(x - 8, y + 7, x + 8, y + 22, radius=5)
    for ink, block in coats.items():
        sheet.lay(block, ink, rough=0.8)
    sheet.lay(heads, "#f0c9a0", rough=0.8)
    field = sheet.block().polygon([(210, 672), (1390, 672), (1800, 1020), (-200, 1020)])
    sheet.lay(sheet.block().rectangle(-10, 668, 1610, 1010), DARK_GREEN, shadow=6)
    sheet.lay(field, GREEN)
    stripes = sheet.block()
    for k in range(-6, 7, 2):
        stripes.polygon([(800 + k * 98, 672), (800 + (k + 1) * 98, 672), (800 + (k + 1) * 166, 1020), (800 + k * 166, 1020)])
    sheet.lay(stripes.clip(field), "#4fa06c")
    lines = sheet.block().stroke([(210, 674), (1390, 674)], 5).stroke([(210, 672), (-200, 1020)], 7).stroke([(1390, 672), (1800, 1020)], 7)
    lines.ring(800, 830, 210, 6, ry=66).ellipse(800, 830, 7, 4).stroke([(800, 674), (800, 1020)], 6)
    sheet.lay(lines, PAPER, rough=1.2)
    players = [(620, 850, 128, ORANGE, 0.14), (930, 880, 146, YELLOW, 0.12), (420, 770, 86, YELLOW, 0.1), (1150, 764, 84, ORANGE, 0.12), (770, 744, 74, ORANGE, 0.1), (1000, 740, 72, YELLOW, 0.08), (290, 900, 150, ORANGE, 0.14), (1290, 906, 150, YELLOW, 0.1)]
    for x, foot, tall, shirt, stride in sorted(players, key=lambda p: p[1]):
        for lean in (-1, 1):
            cast = sheet.block().polygon([(x - 4, foot), (x + 6, foot), (x + lean * tall * 0.9 + 12, foot + tall * 0.2), (x + lean * tall * 0.9 - 8, foot + tall * 0.24)])
            sheet.lay(cast, DARK_GREEN, opacity=0.7)
        body = figure(sheet.block(), x, foot, tall, stride=stride)
        sheet.lay(body, NAVY, rough=1.2)
        top = sheet.block().rectangle(0, 0, 1600, foot - tall * 0.42).without(sheet.block().rectangle(0, 0, 1600, foot - tall * 0.825))
        kit = figure(sheet.block(), x, foot, tall, stride=stride).clip(top)
        kit.stroke([(x - tall * 0.1, foot - tall * 0.74), (x - tall * 0.24, foot - tall * 0.56)], tall * 0.07).stroke([(x + tall * 0.1, foot - tall * 0.74), (x + tall * 0.22, foot - tall * 0.6)], tall * 0.07)
        sheet.lay(kit, shirt, rough=1.2)
        sheet.lay(sheet.block().ellipse(x, foot - tall * 0.905, tall * 0.075, tall * 0.085), "#d9a06f" if shirt == ORANGE else "#7a4a30", rough=1)
    sheet.lay(sheet.block().ellipse(772, 858, 15), PAPER, shadow=6, rough=1)
    for x in (430, 1170):
        mast = sheet.block().polygon([(x - 9, 230), (x + 9, 230), (x + 26, 700), (x - 26, 700)])
        hollow = sheet.block()
        for k in range(9):
            y = 250 + k * 48
            half = 7 + (y - 230) * 0.033
            hollow.polygon([(x - half + 4, y), (x + half - 4, y), (x, y + 20)]).polygon([(x - half + 2, y + 44), (x + half - 2, y + 44), (x, y + 24)])
        sheet.lay(mast.without(hollow), PAPER, shadow=8, rough=1)
        sheet.lay(sheet.block().rectangle(x - 98, 96, x + 98, 234, radius=8), NAVY, shadow=10)
        lamps, halo = sheet.block(), sheet.block()
        for row in range(3):
            for column in range(5):
                lx, ly = x - 76 + column * 38, 122 + row * 42
                lamps.ellipse(lx, ly, 15)
                halo.ellipse(lx, ly, 18)
        sheet.lay(halo, YELLOW, rough=1)
        sheet.lay(lamps, "#fffbe8", rough=1)
    return sheet


def velodrome():
    sheet = Sheet(62, PAPER)
    sheet.lay(sheet.block().rectangle(-5, -5, 1605, 1005), NAVY)
    roof = sheet.block()
    for k in range(-9, 10):
        roof.stroke([(800 + k * 26, -10), (800 + k * 190, 330)], 6)
    for k in range(5):
        roof.arc(800, 1000, 1000 - k * 66, 200, 340, 6)
    sheet.lay(roof, "#284474")
    sheet.lay(sheet.block().ellipse(800, 1420, 1500, 1160), "#1b3560")
    crowd = {ink: sheet.block() for ink in (ORANGE, YELLOW, SKY, PAPER, BLUE)}
    for row in range(4):
        radius = 1130 - row * 28
        for k in range(120):
            a = math.radians(232 + k * 0.64 + row * 0.3)
            x, y = 800 + math.cos(a) * radius * 1.25, 1420 + math.sin(a) * radius
            crowd[sheet.random.choice(list(crowd))].ellipse(x, y, 11, 12)
    for ink, block in crowd.items():
        sheet.lay(block, ink, rough=1)
    bands = [(1030, PAPER), (1014, "#d9a463"), (946, "#cf9450"), (884, "#d9a463"), (822, "#c98a44"), (760, "#d9a463"), (700, "#bf7d3a"), (650, PAPER), (642, SKY), (604, BLUE)]
    for radius, ink in bands:
        sheet.lay(sheet.block().ellipse(800, 1420, radius * 1.28, radius), ink, shadow=10 if ink == PAPER and radius > 1000 else 0)
    boards = sheet.block()
    for radius in range(658, 1012, 18):
        for _ in range(14):
            start = sheet.random.uniform(200, 330)
            points = []
            for k in range(6):
                a = math.radians(start + k * sheet.random.uniform(0.9, 1.1))
                points.append((800 + math.cos(a) * radius * 1.28, 1420 + math.sin(a) * radius))
            boards.stroke(points, 2.6)
    sheet.lay(boards, "#8f5a28", rough=0.8)
    for radius, ink, width in ((690, NAVY, 9), (726, ORANGE, 9), (850, BLUE, 9)):
        ring = sheet.block()
        points = [(800 + math.cos(math.radians(a)) * radius * 1.28, 1420 + math.sin(math.radians(a)) * radius) for a in range(196, 345, 2)]
        ring.stroke(points, width)
        sheet.lay(ring, ink, rough=1)
    for x, y, size, shirt, turn in ((1160, 590, 0.92, SKY, 13), (470, 560, 0.92, YELLOW, -13), (800, 640, 1.5, ORANGE, -2)):
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))

        def at(px, py, x=x, y=y, size=size, cos=cos, sin=sin):
            return (x + (px * cos - py * sin) * size, y + (px * sin + py * cos) * size)

        cast = sheet.block().polygon([at(-150, 84), at(150, 84), at(120, 112), at(-170, 112)])
        sheet.overprint(cast, "#b58a5c")
        wheels = sheet.block()
        for wx in (-88, 88):
            wheels.ring(*at(wx, 30), 58 * size, 8 * size)
        sheet.lay(wheels, NAVY, shadow=6, rough=1)
        disc = sheet.block().ellipse(*at(-88, 30), 48 * size)
        sheet.lay(disc, PAPER, rough=1)
        spokes = sheet.block()
        for k in range(5):
            a = math.tau * k / 5
            cx, cy = at(88, 30)
            spokes.stroke([(cx, cy), (cx + math.cos(a) * 54 * size, cy + math.sin(a) * 54 * size)], 6 * size)
        spokes.ellipse(*at(-88, 30), 12 * size)
        sheet.lay(spokes, NAVY, rough=1)
        bike = sheet.block().stroke([at(-88, 30), at(-46, -44), at(56, -48), at(0, 36), at(-88, 30)], 8 * size).stroke([at(-46, -44), at(0, 36)], 8 * size)
        bike.stroke([at(88, 30), at(56, -56), at(84, -66), at(96, -52)], 8 * size).stroke([at(-50, -44), at(-56, -60)], 8 * size).stroke([at(-76, -62), at(-36, -62)], 9 * size)
        sheet.lay(bike, NAVY, rough=1)
        leg = sheet.block().stroke([at(-52, -70), at(10, -20), at(-6, 50)], 21 * size).stroke([at(-6, 52), at(18, 54)], 13 * size)
        sheet.lay(leg, "#c98a5e" if shirt != YELLOW else "#7a4a30", rough=1.2, shadow=4)
        shorts = sheet.block().stroke([at(-58, -74), at(-6, -36)], 29 * size)
        sheet.lay(shorts, NAVY, rough=1.2)
        torso = sheet.block().polygon([at(-74, -64), at(-78, -92), at(-30, -132), at(36, -138), at(56, -118), at(36, -98), at(-40, -62)])
        sheet.lay(torso, shirt, shadow=8, rough=1.2)
        arm = sheet.block().stroke([at(38, -118), at(52, -82), at(94, -60)], 15 * size)
        sheet.lay(arm, "#c98a5e" if shirt != YELLOW else "#7a4a30", rough=1.2)
        sheet.lay(sheet.block().stroke([at(36, -120), at(48, -96)], 19 * size), shirt, rough=1)
        face = sheet.block().ellipse(*at(70, -134), 19 * size, 21 * size)
        sheet.lay(face, "#c98a5e" if shirt != YELLOW else "#7a4a30", rough=1)
        helmet = sheet.block().polygon([at(88, -146), at(74, -164), at(46, -162), at(8, -136), at(54, -138), at(84, -138)])
        sheet.lay(helmet, PAPER if shirt != SKY else ORANGE, shadow=4, rough=1)
    speed = sheet.block()
    for _ in range(24):
        a = math.radians(sheet.random.uniform(214, 322))
        radius = sheet.random.uniform(670, 980)
        x, y = 800 + math.cos(a) * radius * 1.28, 1420 + math.sin(a) * radius
        dx, dy = -math.sin(a) * 1.28, math.cos(a)
        speed.gouge(x - dx * 60, y - dy * 60, x + dx * 60, y + dy * 60, 7)
    sheet.lay(speed, PAPER, opacity=0.7)
    return sheet


def dune_runners():
    sheet = Sheet(63, PAPER)
    sky(sheet, ["#6fa3b5", SKY, "#c9d9c4", PAPER, "#f6dca6"], 600, wave=14)
    sheet.lay(sheet.block().ellipse(420, 250, 92), YELLOW)
    sheet.lay(ground(sheet, ridge(sheet, 470, 34)), "#e8a672", shadow=6)
    far = ground(sheet, [(x, 520 + math.sin(x / 240 + 2) * 40) for x in range(-20, 1630, 8)])
    sheet.lay(far, "#dd8248", shadow=10)
    crest = []
    for k in range(101):
        t = k / 100
        crest.append((-30 + t * 1680, 610 - 250 * math.exp(-(((t - 0.53) / 0.26) ** 2)) + 40 * math.sin(t * 5)))
    lit = sheet.block().polygon([*crest, (1650, 1020), (-30, 1020)])
    sheet.lay(lit, ORANGE, shadow=16)
    edge = []
    for k in range(61):
        t = k / 60
        edge.append((880 + 430 * math.sin(t * 2.6) * t - 330 * t * t, 362 + 680 * t))
    top = max(range(101), key=lambda k: -crest[k][1])
    shade = sheet.block().polygon([*crest[top:], (1650, 1020), *edge[::-1]])
    sheet.lay(shade, "#a33c2a")
    comb = sheet.block()
    for number in range(1, 20):
        drop = number * 34
        points = [(x - drop * 0.35, y + drop + math.sin(x / 56 + number) * 6) for x, y in crest[8 : top + 6]]
        for a, b in zip(points[::6], points[5::6], strict=False):
            comb.gouge(*a, *b, 7)
    sheet.lay(comb.clip(lit).without(shade), "#f2924f")
    lee = sheet.block()
    for number in range(1, 22):
        points = [(x + number * 3, y + number * 36) for x, y in crest[top:]]
        for k in range(sheet.random.randrange(3), len(points) - 6, 8):
            lee.gouge(*points[k], *points[k + 5], 6)
    sheet.lay(lee.clip(shade), "#7c2a2a")
    steps = sheet.block()
    for k in range(20, top + 22):
        x, y = crest[k]
        steps.ellipse(x, y + 9, 5, 3)
    sheet.lay(steps, "#7c2a2a", rough=0.6)
    shirts = [PAPER, YELLOW, BLUE, PAPER, GREEN]
    for number, k in enumerate((34, 41, 47, 53, 60)):
        x, foot = crest[k]
        tall = 128
        lean = 10
        cast = sheet.block().polygon([(x - 8, foot), (x + 8, foot), (x - 130, foot + 250), (x - 158, foot + 240)])
        sheet.lay(cast, "#a33c2a", opacity=0.9)
        legs = sheet.block().stroke([(x, foot - 62), (x + 24, foot - 34), (x + 12, foot + 2)], 13).stroke([(x, foot - 62), (x - 20, foot - 32), (x - 46, foot - 26)], 12)
        legs.ellipse(x + lean + 6, foot - tall + 12, 11, 13)
        legs.stroke([(x + lean, foot - 98), (x + 28, foot - 78), (x + 44, foot - 92)], 9).stroke([(x + lean - 6, foot - 98), (x - 18, foot - 76), (x - 6, foot - 62)], 9)
        sheet.lay(legs, "#4a2620", rough=1.2)
        shirt = sheet.block().polygon([(x - 13, foot - 60), (x - 4, foot - 104), (x + 20, foot - 106), (x + 16, foot - 58)])
        sheet.lay(shirt, shirts[number], rough=1.2, shadow=4)
        sheet.lay(sheet.block().ellipse(x + lean + 4, foot - tall + 7, 13, 9).stroke([(x + lean - 6, foot - tall + 9), (x - 14, foot - tall + 22)], 6), ORANGE if number % 2 else NAVY, rough=1)
    front = ground(sheet, [(x, 930 + math.sin(x / 190 + 1) * 34) for x in range(-20, 1630, 8)])
    sheet.lay(front, NAVY, shadow=14)
    grass = sheet.block()
    for x in (150, 260, 1290, 1410, 1500, 640):
        for k in range(11):
            a = math.radians(230 + k * 8)
            grass.gouge(x, 950, x + math.cos(a) * 110, 950 + math.sin(a) * sheet.random.uniform(70, 120), 7, bend=9)
    sheet.lay(grass, DARK_GREEN, shadow=5)
    return sheet


def lake_swimmers():
    sheet = Sheet(64, PAPER)
    sky(sheet, ["#e9b7a0", "#f0c9ad", "#f5dcc0", PAPER], 430, wave=12)
    sheet.lay(sheet.block().ellipse(930, 270, 82), ORANGE)
    ranges = [
        ("#b7a9bd", [(-20, 300), (160, 210), (320, 280), (500, 150), (660, 250), (820, 300), (980, 240), (1150, 160), (1320, 260), (1470, 190), (1640, 260)], 440),
        ("#6f86ad", [(-20, 380), (200, 310), (380, 360), (560, 280), (720, 380), (900, 400), (1080, 340), (1260, 270), (1430, 350), (1640, 300)], 450),
        (BLUE, [(-20, 420), (240, 380), (480, 410), (700, 436), (1000, 440), (1200, 400), (1440, 380), (1640, 400)], 456),
    ]
    level = 456
    for ink, summits, _ in ranges:
        sheet.lay(sheet.block().polygon([*summits, (1640, level), (-20, level)]), ink, shadow=6)
    sheet.lay(sheet.block().rectangle(-10, level, 1610, 1010), "#f3d9bf")
    sheet.lay(ground(sheet, ridge(sheet, 830, 34)), SKY)
    for ink, summits, _ in ranges:
        mirror = [(x, level + (level - y) * 1.25) for x, y in summits]
        sheet.lay(sheet.block().polygon([*mirror, (1640, level), (-20, level)]), {"#b7a9bd": "#c9b9c0", "#6f86ad": "#8ba0bd", BLUE: "#4b77a3"}[ink], rough=3)
    sheet.lay(ripples(sheet, level + 170, level + 300, count=26, centre=930, spread=70, width=16, long=150), ORANGE)
    sheet.lay(ripples(sheet, level + 8, 1000, count=150, width=7, long=200), PAPER)
    sheet.lay(ripples(sheet, level + 60, 1000, count=110, width=6, long=150), BLUE, opacity=0.55)
    sheet.lay(sheet.block().rectangle(-10, level - 3, 1610, level + 4), NAVY)
    swimmers = [(800, 690, 1.5, ORANGE), (560, 610, 0.9, YELLOW), (1040, 600, 0.85, ORANGE), (420, 790, 1.35, ORANGE), (1120, 780, 1.3, YELLOW), (740, 560, 0.55, YELLOW), (890, 550, 0.5, ORANGE)]
    for x, y, s, cap in sorted(swimmers, key=lambda swimmer: swimmer[1]):
        wake = sheet.block()
        for k in range(7):
            wake.gouge(x - 20 * s, y + 6 * s + k * 7 * s, x - (150 + k * 34) * s, y + (12 + k * 15) * s, 8 * s)
            wake.gouge(x + 30 * s, y + 8 * s + k * 6 * s, x + (110 + k * 22) * s, y + (14 + k * 13) * s, 7 * s)
        sheet.lay(wake, PAPER)
        skin = "#d9a37c" if cap == ORANGE else "#8a5a40"
        body = sheet.block().ellipse(x - 66 * s, y + 8 * s, 62 * s, 14 * s).stroke([(x - 20 * s, y), (x - 4 * s, y - 52 * s), (x + 50 * s, y - 44 * s), (x + 92 * s, y + 2 * s)], 19 * s)
        body.ellipse(x + 22 * s, y - 4 * s, 28 * s, 26 * s)
        body.without(sheet.block().rectangle(0, y + 12 * s, 1600, 1000))
        sheet.lay(body, skin, shadow=6, rough=1.4)
        suit = sheet.block().ellipse(x - 62 * s, y + 6 * s, 44 * s, 15 * s).without(sheet.block().rectangle(0, y + 9 * s, 1600, 1000))
        sheet.lay(suit, NAVY, rough=1.2)
        hat = sheet.block().ellipse(x + 20 * s, y - 10 * s, 30 * s, 25 * s).without(sheet.block().polygon([(x + 30 * s, y - 14 * s), (x + 80 * s, y - 22 * s), (x + 60 * s, y + 40 * s), (x - 20 * s, y + 40 * s), (x - 10 * s, y + 6 * s)]))
        sheet.lay(hat, cap, rough=1.2)
        sheet.lay(sheet.block().ellipse(x + 40 * s, y - 8 * s, 8 * s, 5 * s), NAVY, rough=0.8)
        splash = sheet.block()
        for _ in range(10):
            splash.ellipse(x + sheet.random.uniform(80, 120) * s, y + sheet.random.uniform(-26, 6) * s, sheet.random.uniform(2, 5) * s)
        sheet.lay(splash, PAPER, rough=0.8)
    jetty = sheet.block().polygon([(1620, 800), (1240, 880), (1170, 930), (1620, 960)])
    sheet.lay(jetty, "#7c4a34", shadow=16)
    planks = sheet.block()
    for k in range(12):
        t = k / 12
        planks.stroke([(1230 + t * 400, 884 - t * 84), (1176 + t * 450, 932 + t * 28)], 4)
    sheet.lay(planks, "#4a2b22", rough=1)
    piles = sheet.block()
    for x, y in ((1190, 926), (1320, 940), (1470, 950)):
        piles.rectangle(x, y, x + 22, y + 70)
    sheet.lay(piles, "#4a2b22", shadow=6)
    waiting = figure(sheet.block(), 1372, 918, 190)
    sheet.lay(waiting, "#d9a37c", shadow=8, rough=1.4)
    robe = sheet.block().polygon([(1348, 768), (1396, 768), (1412, 880), (1332, 880)])
    sheet.lay(robe, GREEN, rough=1.4, shadow=5)
    sheet.lay(sheet.block().ellipse(1372, 738, 18, 12), YELLOW, rough=1)
    sheet.lay(birds(sheet, [(620, 200), (680, 170), (560, 240)], 20), NAVY)
    return sheet


def border_pitch():
    sheet = Sheet(65, PAPER)
    left = sheet.block().polygon([(-10, -10), (770, -10), (830, 300), (780, 620), (850, 1010), (-10, 1010)])
    sheet.lay(sheet.block().rectangle(-10, -10, 1610, 1010), "#d9a441")
    sheet.lay(left, "#7fa35a")
    for x0, y0, x1, y1, angle, ink, gap in ((-10, -10, 360, 330, 18, "#6a8f49", 20), (-10, 340, 300, 700, 80, "#94b56d", 24), (-10, 710, 380, 1010, -30, "#557a3c", 22), (370, -10, 760, 150, 70, "#94b56d", 20),
                                            (850, -10, 1260, 150, -20, "#c78c2e", 20), (1270, -10, 1610, 320, 66, "#edc266", 22), (1320, 330, 1610, 690, 10, "#b97a2a", 24), (1240, 700, 1610, 1010, -48, "#edc266", 22), (390, 870, 830, 1010, 8, "#6a8f49", 20), (860, 870, 1230, 1010, 76, "#c78c2e", 22)):
        plot = sheet.block().rectangle(x0, y0, x1 - 8, y1 - 8)
        sheet.lay(hatch(sheet, plot, angle=angle, spacing=gap, width=8, length=240), ink)
    roads = sheet.block().stroke([(-20, 336), (300, 334), (366, 150), (370, -20)], 13).stroke([(1620, 694), (1310, 696), (1240, 870), (1236, 1020)], 13)
    sheet.lay(roads, PAPER)
    trees = sheet.block()
    for k in range(64):
        a = math.tau * k / 64
        if k % 8 == 3:
            continue
        trees.ellipse(800 + math.copysign(abs(math.cos(a)) ** 0.4, math.cos(a)) * 476 + sheet.random.uniform(-12, 12), 505 + math.copysign(abs(math.sin(a)) ** 0.4, math.sin(a)) * 366 + sheet.random.uniform(-10, 10), sheet.random.uniform(20, 33))
    pitch = sheet.block().rectangle(360, 180, 1240, 830)
    sheet.lay(pitch, GREEN, shadow=10)
    stripes = sheet.block()
    for k in range(0, 12, 2):
        stripes.rectangle(360 + k * 73.4, 180, 360 + (k + 1) * 73.4, 830)
    sheet.lay(stripes.clip(pitch), "#4a9a69")
    sheet.lay(trees, DARK_GREEN, shadow=14)
    leaf = sheet.block()
    for _ in range(260):
        x, y = sheet.random.uniform(280, 1320), sheet.random.uniform(100, 900)
        leaf.gouge(x - 8, y + 5, x + 8, y - 5, 6)
    sheet.lay(leaf.clip(trees), "#5f9a66")
    lines = sheet.block()
    inner = (420, 226, 1180, 784)

    def box(x0, y0, x1, y1):
        lines.stroke([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], 6)

    box(*inner)
    box(420, 366, 530, 644)
    box(420, 436, 462, 574)
    box(1070, 366, 1180, 644)
    box(1138, 436, 1180, 574)
    lines.ring(800, 505, 84, 6).ellipse(800, 505, 8).ellipse(496, 505, 6).ellipse(1104, 505, 6)
    lines.arc(496, 505, 66, -58, 58, 6).arc(1104, 505, 66, 122, 238, 6)
    for x, y, a in ((420, 226, 0), (1180, 226, 90), (1180, 784, 180), (420, 784, 270)):
        lines.arc(x, y, 20, a, a + 90, 6)
    sheet.lay(lines, PAPER, rough=1)
    goals = sheet.block().rectangle(394, 456, 420, 554).rectangle(1180, 456, 1206, 554)
    sheet.lay(goals, PAPER, opacity=0.7)
    border = [(770, -20), (800, 120), (820, 260), (806, 400), (790, 520), (782, 640), (806, 780), (836, 900), (850, 1020)]
    dash = sheet.block()
    for (x0, y0), (x1, y1) in itertools.pairwise(border):
        count = 3
        for k in range(count):
            a, b = k / count, (k + 0.6) / count
            dash.stroke([(x0 + (x1 - x0) * a, y0 + (y1 - y0) * a), (x0 + (x1 - x0) * b, y0 + (y1 - y0) * b)], 15)
    sheet.lay(dash, ORANGE, shadow=6, rough=1.4)
    spots = [(560, 330, YELLOW), (650, 470, YELLOW), (600, 640, YELLOW), (870, 390, YELLOW), (940, 560, YELLOW), (1010, 320, PAPER), (720, 330, PAPER), (880, 680, PAPER), (1040, 600, PAPER), (690, 720, PAPER), (1090, 470, PAPER), (450, 505, NAVY), (1152, 505, NAVY), (760, 600, YELLOW)]
    for x, y, ink in spots:
        cast = sheet.block().polygon([(x - 7, y + 3), (x + 7, y - 7), (x + 76, y + 40), (x + 66, y + 54)]).ellipse(x + 74, y + 48, 12, 10)
        sheet.lay(cast, "#1c4a38", opacity=0.75)
        sheet.lay(sheet.block().ellipse(x, y, 17, 12), ink, rough=1, shadow=3)
        sheet.lay(sheet.block().ellipse(x, y - 2, 8), "#5a3a2a", rough=0.8)
    sheet.lay(sheet.block().ellipse(826, 470, 9), PAPER, shadow=5, rough=0.8)
    cow = sheet.block().ellipse(1290, 480, 28, 17).ellipse(1322, 474, 12, 10)
    sheet.lay(cow, "#8f4a2c", shadow=8, rough=1)
    sheet.lay(sheet.block().ellipse(1282, 476, 9, 6).ellipse(1300, 486, 7, 5), PAPER, rough=0.8)
    house = sheet.block().rectangle(140, 420, 236, 500)
    sheet.lay(house, ORANGE, shadow=12)
    sheet.lay(sheet.block().rectangle(140, 456, 236, 464), "#a33c2a", rough=0.8)
    barn = sheet.block().rectangle(1400, 420, 1540, 520)
    sheet.lay(barn, BLUE, shadow=12)
    sheet.lay(hatch(sheet, barn, angle=90, spacing=16, width=5, length=120), NAVY)
    return sheet


SCENES = {
    "floodlights": floodlights,
    "velodrome": velodrome,
    "dune-runners": dune_runners,
    "lake-swimmers": lake_swimmers,
    "border-pitch": border_pitch,
}
