#!/usr/bin/env python3
"""Draws logo.png: a pediment and three columns in white on a dark blue tile, 96 x 96 pixels, shown at 48."""
import struct
import sys
import zlib

SIZE, FINE = 96, 4                      # pixels; samples per pixel and direction
BLUE, WHITE = (27, 54, 93), (255, 255, 255)
RADIUS = 18


def in_tile(x, y):
    cx = min(max(x, RADIUS), SIZE - RADIUS)
    cy = min(max(y, RADIUS), SIZE - RADIUS)
    return (x - cx) ** 2 + (y - cy) ** 2 <= RADIUS ** 2


def in_mark(x, y):
    half = (y - 18) * 1.75              # half the width of the pediment at this height
    roof = 18 <= y <= 38 and abs(x - 48) <= half
    hollow = 27 <= y <= 33.5 and abs(x - 48) <= (y - 27) * 1.75
    column = 44 <= y <= 68 and any(abs(x - c) <= 4.5 for c in (26, 48, 70))
    step = 73 <= y <= 79 and abs(x - 48) <= 35
    return (roof and not hollow) or column or step


def pixel(px, py):
    tile = mark = 0
    for i in range(FINE):
        for j in range(FINE):
            x, y = px + (i + .5) / FINE, py + (j + .5) / FINE
            if in_tile(x, y):
                tile += 1
                mark += in_mark(x, y)
    if not tile:
        return bytes(4)
    share = mark / tile
    colour = [round(b + (w - b) * share) for b, w in zip(BLUE, WHITE)]
    return bytes(colour + [round(255 * tile / FINE ** 2)])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(SIZE)) for y in range(SIZE))
with open(sys.argv[1], "wb") as out:
    out.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0))
              + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
