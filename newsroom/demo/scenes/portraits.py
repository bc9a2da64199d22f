"""Six authors as cut paper: hair, shoulders and something of their work."""

# fmt: off
# ruff: noqa: E501 -- a scene is one long list of shapes, a shape one row

import math

from newsroom.demo.printmaking import Sheet, birds, hatch, rays, ripples

SIDE = 600


class Look:
    """Inks of one portrait: ground, ornament, skin and its shade, hair, clothes."""

    def __init__(self, ground, ornament, skin, shade, hair, clothes, collar):
        self.ground, self.ornament = ground, ornament
        self.skin, self.shade, self.hair = skin, shade, hair
        self.clothes, self.collar = clothes, collar


def _sheet(seed, look):
    sheet = Sheet(seed, look.ground, SIDE, SIDE)
    sheet.lay(sheet.block().rectangle(-5, -5, SIDE + 5, SIDE + 5), look.ground)
    return sheet


def _bust(sheet, look):
    """Shoulders, neck and a face without features, lit from the left."""
    body = sheet.block().polygon(
        [(70, 620), (96, 520), (150, 470), (240, 440), (360, 440), (450, 470), (504, 520), (530, 620)]
    )
    sheet.lay(body, look.clothes, shadow=14)
    sheet.lay(sheet.block().polygon([(252, 380), (348, 380), (362, 452), (300, 494), (238, 452)]), look.skin)
    sheet.lay(sheet.block().polygon([(254, 404), (346, 388), (350, 420), (318, 440), (268, 432)]), look.shade)
    face = sheet.block().ellipse(300, 286, 92, 104)
    face.polygon([(212, 300), (388, 300), (372, 372), (330, 414), (300, 420), (270, 414), (228, 372)])
    sheet.lay(face, look.skin, shadow=8)
    dark = sheet.block().polygon([(322, 160), (420, 160), (420, 440), (300, 440), (318, 380), (312, 330), (334, 300), (316, 250)])
    sheet.lay(dark.clip(face), look.shade)
    return body, face


def _brows(sheet, look):
    """Closed eyes, brows and a mouth, in five cuts."""
    marks = sheet.block()
    marks.gouge(236, 262, 280, 258, 8, bend=-5).gouge(322, 258, 366, 262, 8, bend=-5)
    marks.gouge(240, 290, 278, 290, 6, bend=7).gouge(324, 290, 362, 290, 6, bend=7)
    sheet.lay(marks, look.hair, rough=0.8)
    sheet.lay(sheet.block().gouge(268, 368, 334, 366, 10, bend=9), "#a8443a", rough=0.8)
    sheet.lay(sheet.block().gouge(302, 290, 312, 336, 6).gouge(290, 338, 314, 338, 6, bend=4), look.shade, rough=0.8)


def gulsen():
    look = Look("#2f6f7d", "#f4e9d4", "#e3b48f", "#c98b66", "#33221f", "#d54b2c", "#f4e9d4")
    sheet = _sheet(71, look)
    sheet.lay(rays(sheet, 300, 300, inner=190, outer=420, count=46, width=9), "#3f8792")
    sheet.lay(sheet.block().ellipse(300, 280, 190), "#ebb54d")
    sheet.lay(birds(sheet, [(96, 130), (500, 110), (520, 210), (70, 240)], 24), look.ornament)
    back = sheet.block().ellipse(300, 276, 138, 150).polygon([(164, 280), (436, 280), (456, 440), (410, 470), (190, 470), (144, 440)])
    sheet.lay(back, look.hair, shadow=10)
    sheet.lay(hatch(sheet, back, angle=82, spacing=17, width=5, length=80), "#5b3d33")
    body, _ = _bust(sheet, look)
    sheet.lay(sheet.block().polygon([(214, 448), (300, 520), (386, 448), (420, 462), (300, 590), (180, 462)]), look.collar, shadow=5)
    fringe = sheet.block().polygon([(196, 320), (196, 240), (226, 180), (300, 156), (376, 180), (406, 240), (404, 326), (380, 250), (330, 212), (270, 240), (224, 250)])
    sheet.lay(fringe, look.hair, shadow=5)
    sheet.lay(hatch(sheet, fringe, angle=82, spacing=17, width=5, length=60), "#5b3d33")
    sheet.lay(hatch(sheet, body, angle=0, spacing=34, width=8, length=70).without(sheet.block().rectangle(180, 440, 420, 600)), "#a93520")
    _brows(sheet, look)
    return sheet


def nkechi():
    look = Look("#e0a640", "#b9432f", "#7a4a32", "#5b3323", "#201517", "#4b3558", "#d98a6c")
    sheet = _sheet(72, look)
    dots = sheet.block()
    for k in range(12):
        for j in range(12):
            dots.ellipse(k * 54 + (j % 2) * 27, j * 54, 9)
    sheet.lay(dots, "#cb8a2a")
    hair = sheet.block().ellipse(300, 210, 170, 150)
    for k in range(22):
        a = math.pi * (0.9 + 1.2 * k / 21)
        hair.ellipse(300 + math.cos(a) * 158, 226 + math.sin(a) * 140, 36)
    sheet.lay(hair, look.hair, shadow=12)
    curls = sheet.block()
    for _ in range(90):
        x, y = sheet.random.uniform(130, 470), sheet.random.uniform(60, 300)
        curls.arc(x, y, 13, sheet.random.uniform(0, 180), sheet.random.uniform(200, 340), 4)
    sheet.lay(curls.clip(hair), "#4a3133", rough=0.8)
    body, _ = _bust(sheet, look)
    sheet.lay(sheet.block().polygon([(190, 250), (200, 200), (250, 170), (300, 164), (350, 170), (400, 200), (410, 250), (360, 212), (300, 200), (240, 212)]), look.hair)
    for side in (-1, 1):
        sheet.lay(sheet.block().ellipse(300 + side * 98, 352, 15, 22), "#b9432f", shadow=4, rough=1)
    beads = sheet.block()
    for k in range(15):
        a = math.pi * k / 14
        beads.ellipse(300 + math.cos(a) * 96, 452 + math.sin(a) * 62, 13)
    sheet.lay(beads, "#f5ead6", shadow=4, rough=1)
    sheet.lay(hatch(sheet, body, angle=62, spacing=26, width=7, length=60).without(sheet.block().ellipse(300, 452, 120, 90)), look.ornament)
    _brows(sheet, look)
    return sheet


def ruairi():
    look = Look("#3b8a5c", "#f4ecd6", "#eec3a2", "#d49a78", "#b5512a", "#14264a", "#f1c24b")
    sheet = _sheet(73, look)
    lines = sheet.block().ring(300, 300, 236, 9).stroke([(300, -10), (300, 610)], 9).stroke([(30, -10), (30, 610)], 9).stroke([(570, -10), (570, 610)], 9)
    sheet.lay(lines, "#6fb086")
    body, _ = _bust(sheet, look)
    sheet.lay(sheet.block().polygon([(226, 440), (374, 440), (366, 494), (300, 516), (234, 494)]), look.collar, shadow=4)
    sheet.lay(sheet.block().rectangle(60, 520, 540, 548).clip(body), look.collar)
    beard = sheet.block().polygon([(206, 290), (226, 330), (262, 344), (300, 336), (338, 344), (374, 330), (394, 290), (390, 372), (352, 432), (300, 452), (248, 432), (210, 372)])
    sheet.lay(beard, look.hair, shadow=5)
    sheet.lay(hatch(sheet, beard, angle=86, spacing=14, width=5, length=40), "#d9793f")
    hat = sheet.block().polygon([(196, 250), (200, 190), (240, 140), (300, 126), (360, 140), (400, 190), (404, 250)]).ellipse(300, 116, 32)
    sheet.lay(hat, "#e5652e", shadow=8)
    sheet.lay(hatch(sheet, hat, angle=90, spacing=20, width=7, length=70), "#c24a1c")
    sheet.lay(sheet.block().rectangle(188, 220, 412, 264, radius=14), "#f4ecd6", shadow=5)
    marks = sheet.block().gouge(240, 292, 278, 292, 6, bend=7).gouge(324, 292, 362, 292, 6, bend=7)
    sheet.lay(marks, "#5a2c1a", rough=0.8)
    sheet.lay(sheet.block().gouge(302, 292, 312, 334, 6), look.shade, rough=0.8)
    sheet.lay(sheet.block().gouge(264, 374, 338, 374, 13, bend=8), "#f4e0cf", rough=0.8)
    return sheet


def salma():
    look = Look("#c6573a", "#f7e8d9", "#dba77f", "#b97c58", "#2f1c38", "#6a4b7c", "#e8b550")
    sheet = _sheet(74, look)
    sheet.lay(sheet.block().arch(300, 40, 610, 226), "#e8b550")
    sheet.lay(sheet.block().arch(300, 66, 610, 200), "#f7e8d9")
    stars = sheet.block()
    for x, y in ((48, 70), (552, 70), (34, 250), (566, 250), (40, 430), (560, 430)):
        for turn in (0, 45):
            a = math.radians(turn)
            stars.polygon([(x + math.cos(a + math.pi / 2 * k) * 30, y + math.sin(a + math.pi / 2 * k) * 30) for k in range(4)])
    sheet.lay(stars, "#8f3b35")
    veil = sheet.block().ellipse(300, 280, 142, 158).polygon([(162, 290), (438, 290), (476, 520), (420, 620), (180, 620), (124, 520)])
    sheet.lay(veil, "#6a4b7c", shadow=12)
    _bust(sheet, look)
    over = sheet.block().ellipse(300, 280, 142, 158).polygon([(162, 290), (438, 290), (470, 520), (130, 520)])
    opening = sheet.block().ellipse(300, 300, 84, 112)
    sheet.lay(over.without(opening), "#6a4b7c", shadow=7)
    drape = sheet.block().polygon([(150, 400), (230, 420), (330, 450), (450, 400), (480, 500), (380, 560), (240, 520), (120, 520)])
    sheet.lay(drape, "#7d5c90", shadow=10)
    folds = sheet.block()
    for k in range(6):
        folds.gouge(140 + k * 8, 430 + k * 16, 450 - k * 6, 430 + k * 18, 7, bend=34)
    sheet.lay(folds.clip(drape), "#472c54")
    sheet.lay(hatch(sheet, over.without(opening), angle=70, spacing=22, width=5, length=70, tone=lambda x, y: (x - 300) / 140 + (300 - y) / 400), "#472c54")
    _brows(sheet, look)
    return sheet


def thea():
    look = Look("#e2a18d", "#8f3b35", "#a86f4c", "#85512f", "#241319", "#e8b550", "#f7e8d9")
    sheet = _sheet(75, look)
    stripes = sheet.block()
    for k in range(0, 12, 2):
        stripes.rectangle(k * 52, -5, k * 52 + 52, 605)
    sheet.lay(stripes, "#dc9480")
    sheet.lay(sheet.block().ellipse(300, 290, 214), "#c6573a")
    bun = sheet.block().ellipse(300, 104, 76, 66)
    sheet.lay(bun, look.hair, shadow=8)
    sheet.lay(hatch(sheet, bun, angle=24, spacing=14, width=5, length=60), "#573038")
    back = sheet.block().ellipse(300, 260, 122, 130)
    sheet.lay(back, look.hair, shadow=8)
    body, _ = _bust(sheet, look)
    collar = sheet.block().polygon([(206, 452), (300, 500), (268, 570), (186, 500)]).polygon([(394, 452), (300, 500), (332, 570), (414, 500)])
    sheet.lay(collar, look.collar, shadow=6)
    dots = sheet.block()
    for k in range(12):
        for j in range(5):
            dots.ellipse(70 + k * 44 + (j % 2) * 22, 470 + j * 34, 7)
    sheet.lay(dots.clip(body).without(collar), "#8f3b35", rough=1)
    fringe = sheet.block().polygon([(198, 280), (200, 220), (240, 172), (300, 160), (360, 172), (400, 220), (402, 280), (384, 244), (216, 244)])
    sheet.lay(fringe, look.hair, shadow=4)
    _brows(sheet, look)
    glasses = sheet.block().ring(258, 290, 38, 7).ring(342, 290, 38, 7).stroke([(294, 284), (306, 284)], 7).stroke([(220, 284), (200, 278)], 6).stroke([(380, 284), (400, 278)], 6)
    sheet.lay(glasses, "#8f3b35", rough=0.8, shadow=3)
    return sheet


def hiroko():
    look = Look("#f1d390", "#c2502b", "#efcba8", "#d6a57f", "#1b1d24", "#1f3330", "#cbdcc9")
    sheet = _sheet(76, look)
    sheet.lay(sheet.block().ellipse(300, 270, 206), "#c2502b")
    sheet.lay(ripples(sheet, 380, 600, count=60, width=8, long=150), "#e6b349")
    back = sheet.block().ellipse(300, 270, 130, 142).rectangle(170, 270, 430, 420, radius=20)
    sheet.lay(back, look.hair, shadow=10)
    body, _ = _bust(sheet, look)
    sheet.lay(sheet.block().polygon([(230, 444), (300, 540), (370, 444), (400, 456), (306, 610), (294, 610), (200, 456)]), look.collar, shadow=5)
    sheet.lay(hatch(sheet, body, angle=90, spacing=22, width=6, length=80).without(sheet.block().rectangle(200, 440, 400, 620)), "#4f7d73")
    bob = sheet.block().polygon([(186, 400), (176, 270), (206, 186), (300, 146), (394, 186), (424, 270), (414, 400), (384, 400), (388, 262), (212, 262), (216, 400)])
    sheet.lay(bob, look.hair, shadow=5)
    sheet.lay(hatch(sheet, bob, angle=88, spacing=18, width=5, length=70, tone=lambda x, _y: (x - 260) / 150), "#4b5163")
    _brows(sheet, look)
    strap = sheet.block().stroke([(214, 452), (262, 560)], 12).stroke([(386, 452), (338, 560)], 12)
    sheet.lay(strap, "#6e3b2a", rough=1)
    sheet.lay(sheet.block().rectangle(222, 536, 378, 620, radius=12).rectangle(254, 520, 300, 540, radius=4), "#6e3b2a", shadow=8)
    sheet.lay(sheet.block().ellipse(308, 588, 38), "#cbdcc9", shadow=4)
    sheet.lay(sheet.block().ellipse(308, 588, 26), look.hair)
    return sheet


SCENES = {
    "portrait-gulsen-akdereli": gulsen,
    "portrait-nkechi-obiaduba": nkechi,
    "portrait-ruairi-o-dubhlainn": ruairi,
    "portrait-salma-al-haddadi": salma,
    "portrait-thea-vaillancourt-sarr": thea,
    "portrait-hiroko-tanemura": hiroko,
}
