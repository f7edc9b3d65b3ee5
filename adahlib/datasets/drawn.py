"""Whether a data set that is drawn here has been drawn: reading it is quick then, and takes minutes otherwise."""

import functools
from typing import Any

from adahlib.datasets import READERS, is_pairs_file
from adahlib.datasets.catalogue import RELEASE_OF
from adahlib.paths import cache_root


def is_drawn(dataset: str) -> bool:
    """Return whether reading a data set draws no scenes: true of releases, of files, and of scenes in the cache.

    Args:
        dataset: as in ``RunSpec``.
    """
    if is_pairs_file(dataset) or RELEASE_OF[dataset].files:
        return True
    return (cache_root() / "emoji-scenes" / key_of(**READERS[dataset][1])).is_dir()


@functools.cache
def key_of(**options: Any) -> str:
    """Return the cache key of scenes, looked up once: it hashes source files, and states of runs need it for each."""
    from adahlib.datasets.emoji.scenes import SceneOptions, scenes_key

    return scenes_key(SceneOptions(**options))
