"""Economy: rust, wheat and harbour green."""

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
    rays,
    ridge,
    ripples,
    sky,
)

PAPER, PINE, GREEN, RUST = "#f6ead0", "#1f3330", "#4f7d73", "#c2502b"
WHEAT, STRAW, PALE, UMBER = "#e6b349", "#f1d390", "#cbdcc9", "#6e3b2a"


def wheat_night():
    sheet = Sheet(31, PAPER)
    sky(sheet, ["#0f2433", "#16324a", "#1f4658", "#2f6068"], 470, wave=16)
    stars = sheet.block()
    for _ in range(90):
        stars.ellipse(sheet.random.uniform(0, 1600), sheet.random.uniform(0, 360), sheet.random.uniform(1.4, 3.4))
    sheet.lay(stars, PAPER, rough=0)
    sheet.lay(sheet.block().ellipse(1110, 330, 120), "#e58a3c", shadow=10)
    sheet.lay(hatch(sheet, sheet.block().ellipse(1110, 330, 120), angle=-20, spacing=15, width=6, length=70, tone=lambda x, _y: (x - 1080) / 130), RUST)
    sheet.lay(ground(sheet, ridge(sheet, 455, 24)), PINE, shadow=8)
    silo = sheet.block()
    for x in (250, 304, 358):
        silo.rectangle(x, 350, x + 48, 480, radius=10)
    silo.rectangle(240, 300, 300, 360).polygon([(232, 304), (270, 274), (308, 304)])
    sheet.lay(silo, "#16324a", shadow=6)
    sheet.lay(sheet.block().rectangle(262, 318, 274, 334), WHEAT, rough=0)
    field = ground(sheet, [(x, 486 + math.sin(x / 500) * 14) for x in range(-20, 1630, 10)])
    sheet.lay(field, WHEAT, shadow=8)
    inks = [STRAW, "#c98a2e", "#a96a26"]
    for pass_, ink in enumerate(inks):
        rows = sheet.block()
        for number in range(-34, 35):
            if number % 3 != pass_:
                continue
            x0 = 800 + number * 20
            x1 = 800 + number * 128 + (number * abs(number)) * 0.6
            points = []
            for step in range(13):
                t = step / 12
                points.append((x0 + (x1 - x0) * t**1.35 + math.sin(t * 3) * 60 * (1 - t), 492 + 560 * t))
            width = 3
            for a, b in itertools.pairwise(points):
                rows.gouge(a[0], a[1], b[0] + (b[0] - a[0]) * 0.4, b[1] + (b[1] - a[1]) * 0.4, width)
                width += 1.15
        sheet.lay(rows.clip(field), ink)
    stubble = sheet.block().polygon([(826, 530), (1130, 530), (1640, 850), (1640, 1020), (1180, 1020), (930, 640)])
    sheet.lay(stubble, "#b98036", opacity=0.95)
    sheet.lay(hatch(sheet, stubble, angle=46, spacing=22, width=6, length=110), UMBER, opacity=0.8)
    beam = sheet.block().polygon([(640, 560), (706, 604), (520, 1020), (-40, 1020), (-40, 760)])
    sheet.lay(beam, "#fbe9b4", opacity=0.55)
    edge = sheet.block().polygon([(640, 590), (690, 606), (420, 1020), (90, 1020)])
    sheet.lay(edge, "#fff3cf", opacity=0.6)
    # the combine, lamps to the left
    body = sheet.block().polygon([(700, 430), (1010, 430), (1040, 470), (1040, 600), (720, 600)])
    sheet.lay(body, RUST, shadow=14)
    sheet.lay(sheet.block().rectangle(760, 378, 960, 440, radius=6), "#a53f20", shadow=6)
    sheet.lay(sheet.block().polygon([(640, 400), (746, 392), (752, 556), (672, 566)]), PINE, shadow=8)
    sheet.lay(sheet.block().polygon([(654, 414), (734, 408), (738, 496), (672, 502)]), "#fbe3a0")
    driver = sheet.block().ellipse(702, 446, 14, 16).rectangle(684, 462, 722, 498, radius=10)
    sheet.lay(driver, PINE, rough=1.2)
    header = sheet.block().polygon([(500, 588), (690, 560), (716, 640), (520, 664)])
    sheet.lay(header, PINE, shadow=10)
    reel = sheet.block()
    for k in range(8):
        a = math.tau * k / 8 + 0.2
        reel.stroke([(560, 600), (560 + math.cos(a) * 66, 600 + math.sin(a) * 66)], 7)
    reel.ring(560, 600, 70, 7).ring(560, 600, 34, 6)
    sheet.lay(reel, PAPER, rough=1.2, shadow=5)
    sheet.lay(sheet.block().stroke([(960, 450), (1090, 356), (1150, 360)], 22), PINE, shadow=6)
    chaff = sheet.block()
    for _ in range(120):
        t = sheet.random.random()
        x = 1150 + t * 110 + sheet.random.gauss(0, 16)
        y = 372 + t * t * 170 + sheet.random.gauss(0, 14)
        chaff.gouge(x, y, x + 16, y + 14, 5)
    sheet.lay(chaff, STRAW)
    sheet.lay(sheet.block().ellipse(792, 612, 70).ellipse(1000, 622, 46), PINE, shadow=10)
    sheet.lay(sheet.block().ellipse(792, 612, 30).ellipse(1000, 622, 20), WHEAT)
    sheet.lay(sheet.block().ring(792, 612, 58, 5), GREEN)
    lamps = sheet.block().ellipse(668, 388, 12).ellipse(706, 384, 12).ellipse(690, 580, 12)
    sheet.lay(rays(sheet, 668, 388, inner=16, outer=46, count=14, width=6), "#fff3cf")
    sheet.lay(lamps, "#fff8e2")
    stalks = sheet.block()
    for k in range(40):
        x = k * 42 + sheet.random.uniform(-12, 12)
        if x > 1080:
            continue
        top = sheet.random.uniform(800, 880)
        stalks.gouge(x, 1060, x + 12, top, 8, bend=8)
        for grain in range(7):
            y = top + grain * 15
            stalks.gouge(x + 12 - grain * 0.8, y + 10, x + 28 - grain * 0.8, y - 10, 9)
            stalks.gouge(x + 12 - grain * 0.8, y + 10, x - 4 - grain * 0.8, y - 8, 9)
    sheet.lay(stalks, UMBER, shadow=8)
    return sheet


def market_stalls():
    sheet = Sheet(32, PAPER)
    sheet.lay(sheet.block().rectangle(-5, -5, 1605, 1005), STRAW)
    sheet.lay(sheet.block().ellipse(800, 150, 110), PAPER)
    back = sheet.block()
    for x in range(0, 1600, 100):
        top = 150 + sheet.random.uniform(-60, 60)
        back.rectangle(x, top, x + 94, 700)
    sheet.lay(back, PALE, shadow=6)
    windows = sheet.block()
    for x in range(0, 1600, 100):
        for y in range(230, 330, 52):
            windows.arch(x + 28, y, y + 34, 10).arch(x + 66, y, y + 34, 10)
    sheet.lay(windows, GREEN, rough=1)

    def awning(left, top, width, height, inks, scallop=34):
        flare = width * 0.06
        count = round(width / scallop)
        scallop = width / count
        cloth = sheet.block().polygon([(left + flare, top), (left + width - flare, top), (left + width, top + height), (left, top + height)])
        for k in range(count):
            edge = left + (k + 0.5) * scallop
            cloth.ellipse(edge, top + height, scallop / 2, scallop * 0.55)
        sheet.lay(cloth, inks[0], shadow=14)
        stripes = sheet.block()
        for k in range(0, count, 2):
            a, b = k / count, (k + 1) / count
            upper = width - 2 * flare
            stripes.polygon([(left + flare + upper * a, top), (left + flare + upper * b, top), (left + width * b, top + height), (left + width * a, top + height)])
            stripes.ellipse(left + width * (a + b) / 2, top + height, scallop / 2, scallop * 0.55)
        sheet.lay(stripes.clip(cloth), inks[1])
        sheet.overprint(sheet.block().rectangle(left, top + height + scallop * 0.5, left + width, top + height + scallop * 0.5 + 24), "#d8c39a")

    rows = [
        (300, 86, [(-40, 300), (290, 280), (600, 260), (890, 280), (1200, 300), (1510, 200)], 24),
        (460, 116, [(-130, 400), (300, 330), (980, 340), (1350, 400)], 30),
        (650, 140, [(-220, 540), (1130, 600)], 38),
    ]
    cloths = [(PAPER, RUST), (PAPER, GREEN), (WHEAT, RUST), (PAPER, PINE), (PAPER, WHEAT), (STRAW, GREEN)]
    fruit = [RUST, WHEAT, "#8aa24e", "#d97b3a", UMBER, "#a53f20"]
    number = 0
    for top, height, stalls, scallop in rows:
        for left, width in stalls:
            dark = sheet.block().rectangle(left + 14, top + height, left + width - 14, top + height * 2.7)
            sheet.lay(dark, PINE)
            counter = top + height * 2.05
            for column in range(int(width / (scallop * 2.6))):
                base = left + 26 + column * scallop * 2.6
                ink = fruit[(number + column * 2) % len(fruit)]
                heap = sheet.block()
                size = scallop * 0.36
                for level in range(4):
                    for k in range(4 - level):
                        heap.ellipse(base + scallop * 0.4 + (k + level / 2) * size * 1.8, counter - 4 - level * size * 1.5, size)
                sheet.lay(heap, ink, rough=1.2, shadow=3)
            sheet.lay(sheet.block().rectangle(left + 4, counter, left + width - 4, top + height * 2.75), UMBER, shadow=6)
            slats = sheet.block()
            for k in range(3):
                slats.rectangle(left + 10, counter + 8 + k * height * 0.24, left + width - 10, counter + 8 + k * height * 0.24 + height * 0.1)
            sheet.lay(slats, "#98583a")
            if top < 640:
                seller = sheet.block()
                x = left + width / 2
                seller.ellipse(x, top + height * 1.32, scallop * 0.4, scallop * 0.46)
                seller.rectangle(x - scallop * 0.8, top + height * 1.5, x + scallop * 0.8, counter, radius=scallop * 0.5)
                sheet.lay(seller.without(sheet.block().rectangle(0, counter, 1600, 1000)), "#8e4f35", rough=1.2)
            awning(left, top, width, height, cloths[number % len(cloths)], scallop)
            number += 1
    lane = sheet.block().polygon([(640, 640), (960, 640), (1200, 1020), (400, 1020)])
    sheet.lay(lane, PAPER, opacity=0.9)
    sheet.lay(hatch(sheet, lane, angle=0, spacing=24, width=6, length=90), STRAW)
    for x, foot, height, dress, wrap in ((700, 930, 430, GREEN, WHEAT), (930, 950, 470, RUST, PINE)):
        skirt = sheet.block().polygon([(x - 52, foot - height * 0.46), (x + 52, foot - height * 0.46), (x + 74, foot - 16), (x - 74, foot - 16)])
        sheet.lay(skirt, wrap, shadow=14)
        motif = sheet.block()
        for k in range(24):
            motif.ellipse(x - 70 + (k % 6) * 28, foot - height * 0.4 + (k // 6) * 44, 8)
        sheet.lay(motif.clip(skirt), PAPER, rough=1)
        top_ = sheet.block().polygon([(x - 50, foot - height * 0.46), (x - 66, foot - height * 0.68), (x - 30, foot - height * 0.76), (x + 30, foot - height * 0.76), (x + 66, foot - height * 0.68), (x + 50, foot - height * 0.46)])
        sheet.lay(top_, dress, shadow=8)
        arm = sheet.block().stroke([(x + 56, foot - height * 0.69), (x + 98, foot - height * 0.84), (x + 64, foot - height * 0.985)], 25)
        arm.stroke([(x - 56, foot - height * 0.69), (x - 84, foot - height * 0.54), (x - 62, foot - height * 0.42)], 25)
        arm.rectangle(x - 14, foot - height * 0.8, x + 14, foot - height * 0.72).ellipse(x, foot - height * 0.84, 30, 35)
        arm.rectangle(x - 34, foot - 20, x - 12, foot).rectangle(x + 12, foot - 20, x + 34, foot)
        sheet.lay(arm, "#5a3020", shadow=5, rough=1.4)
        scarf = sheet.block().ellipse(x, foot - height * 0.885, 35, 25)
        sheet.lay(scarf, dress, rough=1.4)
        load = sheet.block()
        for k in range(5):
            load.ellipse(x - 76 + k * 38, foot - height * 1.04, 27)
        for k in range(4):
            load.ellipse(x - 58 + k * 38, foot - height * 1.1, 25)
        sheet.lay(load, WHEAT if dress == RUST else RUST, shadow=5)
        basin = sheet.block().polygon([(x - 112, foot - height * 1.04), (x + 112, foot - height * 1.04), (x + 70, foot - height * 0.93), (x - 70, foot - height * 0.93)])
        sheet.lay(basin, PALE, shadow=10)
        sheet.lay(sheet.block().rectangle(x - 116, foot - height * 1.055, x + 116, foot - height * 1.03, radius=6), GREEN)
    return sheet


def _crane(sheet, x, foot, size, ink, *, flip=1):
    """A level-luffing harbour crane; `flip` -1 turns its jib to the left."""

    def at(dx, dy):
        return (x + dx * size * flip, foot - dy * size)

    iron = sheet.block()
    for side in (-0.2, 0.2):
        iron.stroke([at(side, 0), at(side * 0.45, 0.62)], size * 0.045)
    for low, high in ((0.06, 0.3), (0.3, 0.6)):
        iron.stroke([at(-0.19 + low * 0.2, low), at(0.15 - high * 0.1, high)], size * 0.018)
        iron.stroke([at(0.19 - low * 0.2, low), at(-0.15 + high * 0.1, high)], size * 0.018)
    iron.polygon([at(-0.3, 0.06), at(0.3, 0.06), at(0.3, 0.0), at(-0.3, 0.0)])
    iron.polygon([at(-0.16, 0.6), at(0.16, 0.6), at(0.16, 0.65), at(-0.16, 0.65)])
    iron.polygon([at(-0.28, 0.65), at(0.12, 0.65), at(0.12, 0.82), at(-0.22, 0.84)])
    iron.stroke([at(0.0, 0.82), at(-0.08, 1.16)], size * 0.035).stroke([at(0.1, 0.8), at(-0.08, 1.16)], size * 0.03)
    tip = (0.78, 1.38)
    iron.stroke([at(0.1, 0.76), at(*tip)], size * 0.034).stroke([at(0.06, 0.9), at(*tip)], size * 0.022)
    for k in range(1, 10):
        t = k / 10
        a = (0.1 + (tip[0] - 0.1) * t, 0.76 + (tip[1] - 0.76) * t)
        b = (0.06 + (tip[0] - 0.06) * (t + 0.05), 0.9 + (tip[1] - 0.9) * (t + 0.05))
        iron.stroke([at(*a), at(*b)], size * 0.014)
    iron.stroke([at(-0.08, 1.16), at(*tip)], size * 0.012).stroke([at(-0.08, 1.16), at(-0.26, 0.84)], size * 0.014)
    sheet.lay(iron, ink, shadow=12, rough=1.2)
    cab = sheet.block().polygon([at(0.12, 0.66), at(0.26, 0.68), at(0.24, 0.8), at(0.12, 0.8)])
    sheet.lay(cab, PINE, rough=1)
    sheet.lay(sheet.block().polygon([at(0.15, 0.7), at(0.235, 0.71), at(0.225, 0.78), at(0.15, 0.78)]), STRAW, rough=0.8)
    hook = sheet.block().stroke([at(*tip), at(tip[0], 0.62)], max(2, size * 0.007))
    hook.polygon([at(tip[0] - 0.03, 0.62), at(tip[0] + 0.03, 0.62), at(tip[0] + 0.02, 0.56), at(tip[0] - 0.02, 0.56)])
    hook.arc(*at(tip[0], 0.52), size * 0.035, -80, 170, size * 0.016)
    sheet.lay(hook, PINE, rough=0.6)


def harbour_cranes():
    sheet = Sheet(33, PAPER)
    sky(sheet, [WHEAT, "#ecc471", STRAW, "#f5e2b4"], 650, wave=18)
    sheet.lay(sheet.block().ellipse(760, 420, 170), PAPER)
    clouds = sheet.block()
    for x, y, w in ((210, 150, 240), (330, 178, 180), (1330, 110, 260), (1200, 140, 190), (1450, 320, 160)):
        clouds.gouge(x - w, y, x + w, y, 30)
    sheet.lay(clouds, PAPER)
    sheds = sheet.block()
    for x in range(-40, 1640, 150):
        sheds.rectangle(x, 590, x + 146, 690).polygon([(x - 4, 592), (x + 40, 552), (x + 150, 592)])
    sheet.lay(sheds, GREEN, shadow=6)
    doors = sheet.block()
    for x in range(-40, 1640, 150):
        doors.rectangle(x + 26, 622, x + 62, 680).rectangle(x + 88, 622, x + 124, 680)
    sheet.lay(doors, PINE, rough=1)
    sheet.lay(sheet.block().rectangle(-10, 674, 1610, 730), PINE, shadow=8)
    posts = sheet.block()
    for x in range(10, 1600, 76):
        posts.rectangle(x, 700, x + 12, 770)
    sheet.lay(posts, PINE)
    sheet.lay(ground(sheet, [(-20, 740), (1620, 740)]), GREEN)
    shade = sheet.block().rectangle(-10, 740, 1610, 766)
    sheet.lay(shade, "#365c56")
    sheet.lay(ripples(sheet, 756, 1000, count=260, width=7), "#365c56")
    for x in (390, 780, 1170):
        sheet.lay(ripples(sheet, 756, 990, count=46, centre=x + 40, spread=52, width=10, long=110), RUST)
    sheet.lay(ripples(sheet, 756, 1000, count=60, centre=760, spread=280, width=7), STRAW)
    _crane(sheet, 390, 690, 400, RUST)
    _crane(sheet, 1180, 690, 400, RUST, flip=-1)
    _crane(sheet, 760, 694, 470, "#a53f20")
    hull = sheet.block().polygon([(960, 720), (1560, 690), (1640, 690), (1640, 850), (1030, 850), (990, 800)])
    sheet.lay(hull, PINE, shadow=14)
    sheet.lay(sheet.block().polygon([(994, 806), (1640, 806), (1640, 856), (1032, 856)]), RUST)
    house = sheet.block().rectangle(1290, 590, 1500, 704).rectangle(1330, 530, 1470, 592)
    sheet.lay(house, PAPER, shadow=8)
    ports = sheet.block()
    for x in range(1310, 1490, 38):
        ports.ellipse(x, 640, 9)
    for x in range(1346, 1460, 36):
        ports.rectangle(x, 546, x + 22, 568)
    sheet.lay(ports, PINE, rough=1)
    sheet.lay(sheet.block().rectangle(1380, 450, 1440, 532), WHEAT, shadow=5)
    sheet.lay(sheet.block().rectangle(1380, 470, 1440, 492), PINE)
    sheet.lay(sheet.block().stroke([(1050, 722), (1110, 560), (1170, 716)], 6).stroke([(1110, 560), (1330, 560)], 3), PINE, rough=0.8)
    tug = sheet.block().polygon([(140, 800), (420, 792), (396, 858), (180, 858)])
    sheet.lay(tug, RUST, shadow=12)
    sheet.lay(sheet.block().rectangle(216, 720, 330, 798).rectangle(238, 680, 300, 722), PAPER, shadow=6)
    sheet.lay(sheet.block().rectangle(230, 740, 256, 766).rectangle(270, 740, 296, 766).rectangle(342, 706, 376, 796), PINE)
    sheet.lay(birds(sheet, [(600, 220), (660, 260), (960, 230), (560, 300), (1030, 190)], 22), PINE)
    return sheet


def salt_pans():
    sheet = Sheet(34, PAPER)
    sky(sheet, ["#7fb0b4", "#a9cbc6", PALE, PAPER], 300, wave=12)
    sheet.lay(sheet.block().ellipse(1040, 170, 74), WHEAT)
    hills = sheet.block().polygon([(-20, 260), (130, 170), (240, 200), (380, 110), (560, 230), (720, 262), (900, 250), (1120, 276), (1300, 220), (1440, 240), (1620, 190), (1620, 330), (-20, 330)])
    sheet.lay(hills, "#8c5a4c", shadow=8)
    sheet.lay(hatch(sheet, hills, angle=56, spacing=20, width=6, length=60, tone=lambda x, _y: math.sin(x / 70) + 0.3), UMBER)
    sheet.lay(ground(sheet, [(-20, 296), (1620, 296)]), "#2d6f77")
    sheet.lay(ripples(sheet, 300, 372, count=120, width=6, long=110), PAPER)
    shore = ground(sheet, ridge(sheet, 372, 6))
    sheet.lay(shore, UMBER, shadow=8)
    pans = ["#e79a8b", PAPER, "#d9745f", "#9fc4c0", STRAW, "#f0bdae", WHEAT, "#5f9aa0", "#f7dccb", "#cf8f52"]
    rows = [386, 424, 474, 540, 626, 738, 880, 1060]
    for row, (top, bottom) in enumerate(itertools.pairwise(rows)):
        gap = 3 + row * 1.7
        spread_top, spread_bottom = 1 + (top - 386) / 330, 1 + (bottom - 386) / 330
        for column in range(-8, 8):
            shift = 0.35 if row % 2 else 0
            x0 = 800 + (column + shift) * 132 * spread_top
            x1 = 800 + (column + 1 + shift) * 132 * spread_top
            y0 = 800 + (column + shift) * 132 * spread_bottom
            y1 = 800 + (column + 1 + shift) * 132 * spread_bottom
            if max(x1, y1) < -10 or min(x0, y0) > 1610:
                continue
            ink = pans[(column * 3 + row * 5 + (column * row) % 4) % len(pans)]
            pan = sheet.block().polygon([(x0 + gap, top + gap), (x1 - gap, top + gap), (y1 - gap, bottom - gap), (y0 + gap, bottom - gap)])
            sheet.lay(pan, ink, rough=2.6)
            kind = (column + row * 2) % 4
            if kind == 0:
                lines = sheet.block()
                for k in range(5):
                    y = top + (bottom - top) * (0.25 + k * 0.13)
                    cx = (x0 + x1 + y0 + y1) / 4 + sheet.random.uniform(-30, 30)
                    half = (x1 - x0) * sheet.random.uniform(0.18, 0.36)
                    lines.gouge(cx - half, y, cx + half, y, 3 + row)
                sheet.lay(lines.clip(pan), PAPER if ink != PAPER else PALE)
            elif kind == 2 and row < 6:
                cx, size = (x0 + x1 + y0 + y1) / 4, (bottom - top) * 0.34
                foot = bottom - (bottom - top) * 0.28
                for k in (-1, 0, 1):
                    px = cx + k * size * 1.6
                    sheet.lay(sheet.block().polygon([(px - size * 0.8, foot), (px, foot - size * 1.05), (px + size * 0.8, foot)]), "#fffaf0", shadow=3, rough=1.6)
                    sheet.lay(sheet.block().polygon([(px, foot - size * 1.05), (px + size * 0.8, foot), (px + size * 0.12, foot)]), PALE, rough=1.2)
    for x, foot, height, dress, lean in ((700, 800, 270, RUST, 1), (1010, 690, 190, "#2d6f77", -1)):
        shadow = sheet.block().ellipse(x + 40, foot, height * 0.32, height * 0.03)
        sheet.overprint(shadow, "#b9a595")
        skirt = sheet.block().polygon([(x - height * 0.12, foot - height * 0.5), (x + height * 0.12, foot - height * 0.5), (x + height * 0.2, foot - height * 0.1), (x - height * 0.2, foot - height * 0.1)])
        sheet.lay(skirt, dress, shadow=8)
        skin = sheet.block().rectangle(x - height * 0.1, foot - height * 0.12, x - height * 0.04, foot).rectangle(x + height * 0.04, foot - height * 0.12, x + height * 0.1, foot)
        skin.ellipse(x + lean * height * 0.06, foot - height * 0.86, height * 0.075, height * 0.085)
        skin.stroke([(x, foot - height * 0.7), (x + lean * height * 0.22, foot - height * 0.56), (x + lean * height * 0.36, foot - height * 0.5)], height * 0.06)
        sheet.lay(skin, "#5a3020", rough=1.4)
        blouse = sheet.block().polygon([(x - height * 0.13, foot - height * 0.48), (x - height * 0.1, foot - height * 0.74), (x + lean * height * 0.05, foot - height * 0.79), (x + height * 0.14, foot - height * 0.7), (x + height * 0.13, foot - height * 0.48)])
        sheet.lay(blouse, PAPER if dress == RUST else WHEAT, shadow=5)
        sheet.lay(sheet.block().stroke([(x, foot - height * 0.68), (x + lean * height * 0.2, foot - height * 0.55)], height * 0.065), "#5a3020", rough=1.2)
        hat = sheet.block().ellipse(x + lean * height * 0.06, foot - height * 0.92, height * 0.17, height * 0.035).ellipse(x + lean * height * 0.06, foot - height * 0.94, height * 0.08, height * 0.06)
        sheet.lay(hat, WHEAT if dress == RUST else RUST, shadow=4)
        rake = sheet.block().stroke([(x + lean * height * 0.1, foot - height * 0.8), (x + lean * height * 0.78, foot - height * 0.02)], height * 0.028)
        rake.stroke([(x + lean * height * 0.62, foot + height * 0.0), (x + lean * height * 0.98, foot - height * 0.05)], height * 0.05)
        sheet.lay(rake, PINE, rough=1.2)
    return sheet


def _palm(sheet, x, foot, height, lean=0.0, ink=PINE, leaf=GREEN):
    trunk = sheet.block()
    crown_x, crown_y = x + lean * height, foot - height
    points = [(x + lean * height * t**2, foot - height * t) for t in [k / 14 for k in range(15)]]
    for k, (px, py) in enumerate(points[:-1]):
        qx, qy = points[k + 1]
        w = height * (0.045 - 0.0012 * k)
        trunk.polygon([(px - w, py), (px + w, py), (qx + w * 0.72, qy), (qx - w * 0.72, qy)])
    sheet.lay(trunk, UMBER, shadow=8)
    for deep, colour in ((0, ink), (1, leaf)):
        fronds = sheet.block()
        for k in range(8):
            a = math.radians(160 + k * 31.4 + deep * 15)
            reach = height * (0.4 + 0.05 * math.sin(k * 2.1))
            lift = -0.16 if math.sin(a) < 0.3 else 0.1
            mid = (crown_x + math.cos(a) * reach * 0.55, crown_y + math.sin(a) * reach * 0.6 + lift * reach)
            end = (crown_x + math.cos(a) * reach * 1.1, crown_y + math.sin(a) * reach * 0.55 + reach * 0.34)
            spine = []
            for step in range(17):
                t = step / 16
                bx = (1 - t) ** 2 * crown_x + 2 * t * (1 - t) * mid[0] + t * t * end[0]
                by = (1 - t) ** 2 * crown_y + 2 * t * (1 - t) * mid[1] + t * t * end[1]
                spine.append((bx, by))
            for step in range(2, 17):
                (px, py), (bx, by) = spine[step - 1], spine[step]
                along = math.atan2(by - py, bx - px)
                size = height * 0.11 * math.sin(math.pi * (0.12 + 0.82 * step / 16))
                for side in (-0.62, 0.62):
                    fronds.gouge(bx, by, bx + math.cos(along + side) * size, by + math.sin(along + side) * size, height * 0.016)
            fronds.stroke(spine, max(2, height * 0.009))
        sheet.lay(fronds, colour, shadow=5 if deep else 0, rough=1)
    dates = sheet.block()
    for k in (-1, 1):
        for j in range(7):
            dates.ellipse(crown_x + k * height * 0.05 + sheet.random.uniform(-0.03, 0.03) * height, crown_y + height * 0.05 + j * height * 0.014, height * 0.016)
    sheet.lay(dates, RUST, rough=1)


def palm_falaj():
    sheet = Sheet(35, PAPER)
    sky(sheet, ["#152a44", "#243a5c", "#3f4a72", "#7a5f7e", "#c5826f"], 520, wave=12)
    stars = sheet.block()
    for _ in range(110):
        stars.ellipse(sheet.random.uniform(0, 1600), sheet.random.uniform(0, 380), sheet.random.uniform(1.3, 3.2))
    for x, y, r in ((800, 120, 20), (640, 210, 12), (1010, 190, 13)):
        for k in range(8):
            a = math.tau * k / 8
            long = r * (1.5 if k % 2 == 0 else 0.8)
            stars.gouge(x - math.cos(a) * 2, y - math.sin(a) * 2, x + math.cos(a) * long, y + math.sin(a) * long, 6)
        stars.ellipse(x, y, r * 0.28)
    sheet.lay(stars, PAPER, rough=0)
    range_ = sheet.block().polygon([(-20, 430), (110, 330), (200, 370), (330, 270), (480, 390), (600, 340), (760, 430), (880, 380), (1010, 300), (1130, 370), (1260, 290), (1400, 360), (1500, 300), (1620, 360), (1620, 560), (-20, 560)])
    sheet.lay(range_, "#5a4468", shadow=8)
    sheet.lay(hatch(sheet, range_, angle=60, spacing=20, width=7, length=80, tone=lambda x, y: (y - 330) / 200 + math.sin(x / 60) * 0.3), "#3a3152")
    sheet.lay(ground(sheet, ridge(sheet, 500, 12)), "#23443d", shadow=6)
    for x, foot, height in ((90, 560, 190), (230, 556, 170), (370, 552, 150), (500, 548, 130), (1100, 548, 130), (1230, 552, 150), (1370, 556, 170), (1510, 560, 190)):
        _palm(sheet, x, foot, height, sheet.random.uniform(-0.08, 0.08), "#16322e", "#2f5f54")
    floor = ground(sheet, [(-20, 545), (1620, 545)])
    sheet.lay(floor, "#b8854a", shadow=4)
    plots = sheet.block()
    for k in range(-14, 15):
        if abs(k) > 1:
            plots.gouge(800 + k * 34, 552, 800 + k * 190, 1040, 9 + abs(k) * 0.3)
    sheet.lay(plots.clip(floor), "#8f5f34")
    crops = sheet.block()
    for _ in range(420):
        depth = sheet.random.random() ** 1.3
        y = 566 + depth * 430
        x = sheet.random.uniform(-20, 1620)
        if abs(x - 800) < 90 + depth * 240:
            continue
        size = 6 + depth * 18
        crops.gouge(x, y, x - size * 0.7, y - size, size * 0.32).gouge(x, y, x + size * 0.7, y - size, size * 0.32).gouge(x, y, x, y - size * 1.3, size * 0.3)
    sheet.lay(crops, GREEN)
    bank = sheet.block().polygon([(756, 548), (844, 548), (1080, 1020), (520, 1020)])
    sheet.lay(bank, STRAW, shadow=8)
    water = sheet.block().polygon([(776, 548), (824, 548), (980, 1020), (620, 1020)])
    sheet.lay(water, "#2f8a90")
    flow = sheet.block()
    for _ in range(60):
        t = sheet.random.random()
        y = 560 + t * 450
        half = 20 + t * 150
        x = 800 + sheet.random.uniform(-0.8, 0.8) * half
        flow.gouge(x - half * 0.22, y, x + half * 0.22, y, 4 + t * 7)
    sheet.lay(flow.clip(water), "#a9dcd2")
    joints = sheet.block()
    for k in range(12):
        t = (k / 12) ** 1.5
        y = 560 + t * 470
        joints.stroke([(776 - t * 158, y), (756 - t * 238, y + 4)], 3 + t * 6).stroke([(824 + t * 158, y), (844 + t * 238, y + 4)], 3 + t * 6)
    sheet.lay(joints, "#b8854a", rough=1)
    keeper = figure(sheet.block(), 985, 800, 240)
    keeper.polygon([(950, 640), (1020, 640), (1030, 796), (942, 796)])
    sheet.lay(keeper, PAPER, shadow=12, rough=1.4)
    sheet.lay(sheet.block().ellipse(985, 578, 20, 22).stroke([(960, 640), (930, 700)], 15).ellipse(930, 704, 9), "#8a5636", rough=1.2)
    sheet.lay(sheet.block().ellipse(985, 566, 23, 15), RUST, rough=1.2)
    sheet.lay(sheet.block().rectangle(870, 770, 926, 830, radius=6), UMBER, shadow=8)
    _palm(sheet, 300, 900, 560, 0.1)
    _palm(sheet, 1330, 880, 580, -0.06)
    _palm(sheet, 60, 1000, 700, -0.05)
    _palm(sheet, 1560, 1010, 720, 0.04)
    return sheet


SCENES = {
    "wheat-night": wheat_night,
    "market-stalls": market_stalls,
    "harbour-cranes": harbour_cranes,
    "salt-pans": salt_pans,
    "palm-falaj": palm_falaj,
}
