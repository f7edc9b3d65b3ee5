"""Tags of the emoji scenes: words of the drawings' names, some lost, among words that mean nothing."""

from collections.abc import Sequence

import numpy as np

from adahlib.datasets.texts import text_counts, vocabulary_of

# what people also write under a photo (cameras, dates, places, moods), the most used first
_NOISE = """
    nikon canon 2008 explore travel 2007 geotagged 50mm london bokeh summer europe 2009 macro cute italia
    sony spring friends hdr home interesting bw dslr california vacation japan happy lovely raw flickr
    autumn weekend portrait closeup fuji 35mm winter canada paris australia leica 2006 beautiful england
    handmade detail vintage analog f18 festival family lomo untitled retro holiday lightroom quiet berlin
    trip olympus morning kyoto favourite iso400 pentax calm evening amazing lisbon exposure 85mm panorama
    france 2010 upload zoom cosy photoshop bright project365 september panasonic osaka memories funny
    lumix daily scotland tripod madrid monochrome october sunday gorgeous rome square handheld 2005
    daytrip awesome iso100 seattle today saturday crop sepia perfect vienna powershot roadtrip kodak april
    dreamy helsinki random grain wideangle f28 prague archive hasselblad july selfmade taipei telephoto
    midnight pretty dublin coolpix moody zenit december chicago iso800 challenge finepix lima friday noon
    album fisheye boston norway filter holga august gentle sydney 2004 vignette cairo aperture best
    toronto january ricoh munich blur june delhi ixus lonely monday november seoul diptych zurich misc
    cinematic february oslo longexposure thursday polaroid tuesday yesterday wednesday
"""
NOISE_WORDS = tuple(_NOISE.split())


def noise_tags(rng: np.random.Generator, mean: float) -> list[str]:
    """Draw a Poisson number (of the given mean) of noise words, the k-th word with weight 1/k (Zipf)."""
    weights = 1.0 / np.arange(1, len(NOISE_WORDS) + 1)
    size = min(int(rng.poisson(mean)), len(NOISE_WORDS))
    drawn = rng.choice(len(NOISE_WORDS), size=size, replace=False, p=weights / weights.sum())
    return [NOISE_WORDS[k] for k in drawn]


def kept_words(rng: np.random.Generator, words: Sequence[str], drop: float) -> list[str]:
    """Drop each word with probability ``drop``; if none is left, keep one at random."""
    kept = [word for word, chance in zip(words, rng.random(len(words)), strict=True) if chance >= drop]
    return kept or [words[int(rng.integers(len(words)))]]


def scene_vocabulary(named: Sequence[Sequence[str]], noise: Sequence[Sequence[str]], minimum: int) -> dict[str, int]:
    """Return the vocabulary, word → column: the words found on at least ``minimum`` scenes, in alphabetical order.

    A rarer word stays if a scene has no other word of a name: the most frequent one of that scene.
    """
    counts = text_counts((*named, *noise))
    chosen = {word for word, count in counts.items() if count >= minimum}
    for words in named:
        if not chosen.intersection(words):
            chosen.add(max(words, key=counts.__getitem__))
    return vocabulary_of([chosen])
