"""Texts and names of other people, as they may be printed in a terminal."""

import unicodedata

# what changes the direction of a line, so that it reads otherwise than it is written
DIRECTIONS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
HARMLESS = "\n\t"


def printable(text: object, lines: bool = False) -> str:
    """Return a text in which nothing commands the terminal: control characters and directions stand escaped.

    Args:
        text: what is printed, of any origin.
        lines: keep line breaks and tabs; otherwise the text is one line.
    """
    kept = HARMLESS if lines else ""
    return "".join(each if each in kept or not commands(each) else escaped(each) for each in str(text))


def commands(character: str) -> bool:
    """Return whether a terminal might obey a character instead of showing it."""
    category = unicodedata.category(character)
    return category in ("Cc", "Cs", "Zl", "Zp") or ord(character) in DIRECTIONS


def escaped(character: str) -> str:
    """Return a character as Python writes it in a string."""
    return character.encode("unicode_escape").decode("ascii")
