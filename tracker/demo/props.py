"""Pictures and papers for the demonstration: drawn here, so that nothing real is shown."""

import hashlib
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

MARK = "ILUSTRASI - bukan foto asli"


def photo(title: str) -> BytesIO:
    """A picture of a service room, different for each title, as a phone would send it (JPEG)."""
    chance = Random(hashlib.sha256(title.encode()).digest())  # noqa: S311 - the same title gives the same picture
    wall = tuple(chance.randrange(170, 235) for _ in range(3))
    image = Image.new("RGB", (1280, 960), wall)
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 680), (1280, 620), (1280, 960), (0, 960)], fill=tuple(c - 70 for c in wall))
    for n in range(chance.randrange(3, 6)):  # chairs in a row
        left = 90 + n * 210 + chance.randrange(30)
        colour = tuple(chance.randrange(40, 160) for _ in range(3))
        draw.rounded_rectangle((left, 600, left + 130, 700), 14, fill=colour)
        draw.rectangle((left + 12, 700, left + 24, 800), fill=(60, 60, 60))
        draw.rectangle((left + 106, 700, left + 118, 800), fill=(60, 60, 60))
    draw.rectangle((820, 140, 1160, 420), fill=(150, 190, 215), outline=(90, 90, 90), width=10)  # a window
    draw.line((990, 140, 990, 420), fill=(90, 90, 90), width=8)
    image = image.filter(ImageFilter.GaussianBlur(1.5))
    draw = ImageDraw.Draw(image)
    draw.rectangle((80, 130, 720, 330), fill=(250, 250, 246), outline=(40, 70, 120), width=8)  # a board
    for n, line in enumerate(broken(title, 24)):
        draw.text((110, 155 + n * 56), line, fill=(30, 50, 90), font=ImageFont.load_default(44))
    draw.text((24, 910), MARK, fill=(255, 255, 255), font=ImageFont.load_default(28))
    return saved(image, "JPEG", quality=72)


def paper(title: str, lines: tuple[str, ...]) -> BytesIO:
    """A page of a letter or decree (PDF)."""
    image = Image.new("L", (827, 1169), 255)
    draw = ImageDraw.Draw(image)
    draw.text((90, 70), "PEMERINTAH DAERAH (ILUSTRASI)", fill=0, font=ImageFont.load_default(24))
    draw.line((90, 112, 737, 112), fill=0, width=3)
    y = 150
    for line in broken(title.upper(), 40):
        draw.text((90, y), line, fill=0, font=ImageFont.load_default(22))
        y += 32
    for paragraph in lines:
        y += 18
        for line in broken(paragraph, 58):
            draw.text((90, y), line, fill=20, font=ImageFont.load_default(18))
            y += 27
    draw.text((90, 1080), MARK.replace("foto", "dokumen"), fill=90, font=ImageFont.load_default(16))
    return saved(image, "PDF", resolution=100.0)


def broken(text: str, width: int) -> list[str]:
    """A text in lines of at most so many letters."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def saved(image: Image.Image, form: str, **how: float) -> BytesIO:
    stream = BytesIO()
    image.save(stream, form, **how)
    stream.seek(0)
    return stream
