"""Records that no run made, for tests of what reads records: whole ones, whose numbers are given."""

import dataclasses

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.conventions import CONVENTIONS
from adahlib.experiments.records.fingerprint import fingerprint

COUNTS = {"pairs": 60, "tags": 7, "labels": 3, "query": 10, "database": 50, "train": 30, "validation": 5}


def curve(level: float) -> dict[str, list]:
    """Return precision and recall at four radii, the first of which retrieves nothing."""
    return {"precision": [None, level + 0.1, level - 0.1, level - 0.3], "recall": [0.0, 0.2, 0.6, 1.0]}


def made_up_record(spec: RunSpec, t2i: float, i2t: float, gap: float | None = None) -> dict:
    """Return a record with these MAPs; validation MAP is a hundredth lower, tie bounds a tenth apart."""
    maps = {"map_t2i": t2i, "map_i2t": i2t}
    bounds = {f"{name}_optimistic": value + 0.1 for name, value in maps.items()}
    bounds |= {f"{name}_pessimistic": value - 0.1 for name, value in maps.items()}
    attention = {"attended_given_foreground": 0.2 + gap, "attended_given_background": 0.2} if gap is not None else {}
    return {
        "schema": 1,
        "spec": dataclasses.asdict(spec),
        "options": ({} if spec.shallow() else {"epochs": 3, "epoch_choice": "last", "margin": 1.0}) | spec.options,
        "metrics": maps
        | bounds
        | {
            "chance": 0.25,
            "validation": {name: value - 0.01 for name, value in maps.items()},
            "attention": attention | ({"iou": 0.5, "attended_fraction": 0.3} if attention else {}),
            "precision_recall": {"t2i": curve(t2i), "i2t": curve(i2t)},
        },
        "convention": {
            "relevant": "shares at least one label",
            "map": "all",
            "ties": "expected over random orders; bounds beside it",
            "no_relevant": "a query with nothing relevant counts 0",
        },
        "database_codes": spec.options.get("database_codes", CONVENTIONS.get(spec.method, ("per-modality",))[0]),
        "data": {
            "title": f"made-up {spec.dataset}",
            "counts": COUNTS,
            "left_out": 0,
            "hash": "0123456789abcdef",
            "image_size": spec.image_size or 128,
            "maps": [8] if spec.shallow() else [8, 2, 2],
        },
        "fingerprint": fingerprint(spec),
        "provenance": {
            "commit": "c" * 40,
            "dirty": False,
            "date": "2026-01-02T03:04:05+00:00",
            "device": "cpu",
            "processor": "abacus",
            "threads": 1,
            "python": "3.11.7",
            "versions": {"numpy": "2.4.6", "pandas": None},
            "seconds": {"total": 12.3},
        },
        "examples": {"ids": ["a", "b"], "masks": [["01", "11"], ["10", "00"]]},
    }
