"""What the tests of pictures make files of: PNG and TIFF of forms that Pillow does not write."""

import io
import struct
import zlib

import numpy as np


def encoded(image, kind, **options):
    """Return the bytes of a Pillow image in a format."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(depth, colour, samples, *chunks):
    """Return a PNG of samples (height, width) or (height, width, channels), of 1 to 16 bits each."""
    height, width = samples.shape[:2]
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return png_of(head, b"".join(b"\0" + packed(row.ravel(), depth) for row in samples), *chunks)


def png_of(head, rows, *chunks):
    parts = (chunk(b"IHDR", head), *(chunk(*each) for each in chunks), chunk(b"IDAT", zlib.compress(rows)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


def packed(values, depth):
    """Return whole numbers of some bits each, one after the other, filled up to a whole byte."""
    bits = (values[:, None] >> np.arange(depth)[::-1]) & 1
    return np.packbits(bits.ravel().astype(np.uint8)).tobytes()


def tiff(order, shape, tags, data):
    """Return a TIFF of one strip: byte order, (height, width), more tags as tag → numbers, and the strip."""
    height, width = shape
    tags = {256: [width], 257: [height], 273: [8], 277: [1], 278: [height], 279: [len(data)], 259: [1]} | tags
    data += b"\0" * (len(data) % 2)
    entries = (struct.pack(f"{order}HHL", tag, 4, len(tags[tag])) for tag in sorted(tags))
    start, rest, body = 8 + len(data), b"", b""
    after = start + 2 + 12 * len(tags) + 4
    for tag, entry in zip(sorted(tags), entries, strict=True):
        values = struct.pack(f"{order}{len(tags[tag])}L", *tags[tag])
        far = len(values) > 4
        body += entry + (struct.pack(f"{order}L", after + len(rest)) if far else values)
        rest += values if far else b""
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}L", start)
    return head + data + struct.pack(f"{order}H", len(tags)) + body + struct.pack(f"{order}L", 0) + rest


def exif(order, entries):
    """Return EXIF of one directory; entries are (tag, type, count, 4 bytes)."""
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}LH", 8, len(entries))
    body = b"".join(struct.pack(f"{order}HHL", tag, kind, count) + value for tag, kind, count, value in entries)
    return head + body + bytes(4)


def with_exif(jpeg, data):
    """Return a JPEG that holds this EXIF."""
    body = b"Exif\0\0" + data
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]
