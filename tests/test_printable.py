"""Texts of other people in a terminal: nothing is obeyed, and every script stays as it is."""

import pytest

from adahlib.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("a\rb\x08c\x7f\x9b2J", r"a\rb\x08c\x7f\x9b2J"),
        ("two\nlines\tand a tab", r"two\nlines\tand a tab"),
        ("\u202egnp.exe\u2066\u200f", r"\u202egnp.exe\u2066\u200f"),
        ("line\u2028paragraph\u2029", r"line\u2028paragraph\u2029"),
        ("caf\udce9.png", r"caf\udce9.png"),
    ],
)
def test_commands_stand_escaped(text, shown):
    assert printable(text) == shown and printable(text).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "Café – 10 €",
        "हिन्दी में लाल गेंद",
        "نص عربي",
        "👩\u200d👩\u200d👧 🏳️\u200d🌈",
        "日本語\u3000です",
        "می\u200cخواهم",
        "a\xa0b",
    ],
)
def test_words_of_every_script_stay(text):
    assert printable(text) == text


def test_a_report_keeps_its_lines():
    assert printable("a\n\tb\x1b[0m", lines=True) == "a\n\tb\\x1b[0m"
    assert printable(ValueError("no \x07 bell")) == r"no \x07 bell"
