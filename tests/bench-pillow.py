"""The card of make bench as one draws it with Pillow.

usage: bench-pillow.py FONT OUT TITLE
"""
import sys

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, MARGIN = 1920, 1080, 144
SIZE, LEADING = 176, 197


def wrap(font, words):
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if font.getlength(longer) <= WIDTH - 2 * MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def main():
    path, out, title = sys.argv[1:]
    font = ImageFont.truetype(path, SIZE)
    lines = wrap(font, title.split())
    image = Image.new("RGB", (WIDTH, HEIGHT), "#F7931A")
    draw = ImageDraw.Draw(image)
    y = (HEIGHT - LEADING * len(lines)) / 2
    for line in lines:
        draw.text((MARGIN, y), line, fill="#1A1714", font=font)
        y += LEADING
    image.save(out, "PNG")


main()
