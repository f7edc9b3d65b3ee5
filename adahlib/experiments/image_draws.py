"""The space of the random search of image hashing, and its draws: as many for every arm.

An arm is a deep method of the table, or one of the four variants of SSGAH's component analysis. Draw k gives an option
the same value in every arm that has it. All arms train for the same number of epochs.
"""

from adahlib.experiments.draws import Between, OneOf, drawn_from

# Of each arm, with its passes over the labelled images: what two cores can do in a night for the table and the search.
IMAGE_DRAWS, DRAW_EPOCHS = 4, 10
SEARCH_SIDE = 64  # pixels of a side of the images: the same network for all, on what a CPU can do
# method, and the variant of SSGAH
IMAGE_ARMS = (
    *(("cnnh", ""), ("ninh", ""), ("ssdh", ""), ("bgdh", ""), ("dsh-gans", "")),
    *(("ssgah", variant) for variant in ("baseline", "ssr", "ar", "full")),
)
HEAD: dict[str, OneOf | Between] = {"learning_rate": Between(3e-4, 1e-2), "dropout": OneOf((0.0, 0.3, 0.5))}
TRIPLETS: dict[str, OneOf | Between] = {"margin": OneOf((0.25, 0.5, 1.0, 2.0))}
SSR: dict[str, OneOf | Between] = {"ssr_margin": OneOf((0.25, 0.5, 1.0, 2.0)), "ssr_weight": Between(0.1, 1.0)}
AR: dict[str, OneOf | Between] = {"ar_margin": OneOf((0.25, 0.5, 1.0)), "ar_weight": Between(0.01, 1.0)}
IMAGE_SPACE: dict[tuple[str, str], dict[str, OneOf | Between]] = {
    ("cnnh", ""): HEAD,
    ("ninh", ""): HEAD | TRIPLETS,
    ("ssdh", ""): HEAD
    | TRIPLETS
    | {
        "graph_weight": Between(0.01, 1.0),
        "pseudo_weight": Between(0.01, 1.0),
        "graph_margin": OneOf((1.0, 2.0, 3.0)),
    },
    ("bgdh", ""): HEAD | {"graph_weight": Between(0.01, 1.0), "quantisation": Between(0.01, 1.0)},
    ("dsh-gans", ""): HEAD | TRIPLETS | {"class_weight": Between(0.1, 10.0), "adversary_weight": Between(0.01, 1.0)},
    ("ssgah", "baseline"): HEAD | TRIPLETS,
    ("ssgah", "ssr"): HEAD | TRIPLETS | SSR,
    ("ssgah", "ar"): HEAD | TRIPLETS | AR,
    ("ssgah", "full"): HEAD | TRIPLETS | SSR | AR,
}


def drawn_image_options(method: str, variant: str, draw: int) -> dict:
    """Return the options of a draw, the same in every process and for ever.

    Args:
        method, variant: an arm of ``IMAGE_ARMS``.
        draw: number of the draw, from 0.
    """
    fixed = {"epochs": DRAW_EPOCHS} | ({"variant": variant} if variant else {})
    return fixed | drawn_from(IMAGE_SPACE[method, variant], draw)
