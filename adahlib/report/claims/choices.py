"""Claims on choices and on what the runs beside the tables say of attention."""

from adahlib.experiments.grids.usual import PHOTOS, SCENES
from adahlib.report.claims.claim import READ_OFF, Claim, positive
from adahlib.report.claims.evidence import less
from adahlib.report.claims.judges import (
    all_learned,
    alternative,
    best_of_all,
    by_hand_over_chosen,
    falls_with_bits,
    gains_more_later,
    masks_and_map_rise,
    more_on_unseen,
    quick,
    rates_matter_little,
    term_acts,
    true_masks_give_more,
)
from adahlib.report.titles import NOUNS

PAGE, OURS = ("decisions",), "this book"

CHOICES = (
    Claim(
        "choices-best-scenes",
        "On the scenes no alternative to the profile's setting that was measured has a higher MAP on validation pairs: "
        "{ahead}.",
        PAGE,
        READ_OFF,
        best_of_all(SCENES),
    ),
    Claim(
        "choices-best-photos",
        "On the photos no alternative to the profile's setting that was measured has a higher MAP on validation pairs: "
        "{ahead}.",
        PAGE,
        READ_OFF,
        best_of_all(PHOTOS),
    ),
    *(
        Claim(
            f"by-hand-over-chosen-{name}-{noun}",
            f"On the {noun} {title} has a higher MAP of test queries with the options set by hand than with those that "
            "the search chose.",
            PAGE,
            READ_OFF,
            positive(by_hand_over_chosen(dataset, method, attention)),
        )
        for dataset, noun in NOUNS.items()
        for name, title, method, attention in (
            ("none", "ADAH without attention", "adah", "none"),
            ("both", "ADAH with both attentions", "adah", "both"),
            ("dcmh", "DCMH-I", "dcmh", ""),
        )
    ),
    Claim(
        "alternatives-learned",
        "On the scenes every alternative to the profile's setting learned something. (Those whose MAP stayed near "
        "chance say nothing of the option that they set: {lost}.)",
        PAGE,
        READ_OFF,
        all_learned,
    ),
    Claim(
        "gain-at-the-printed-weight",
        "On the scenes both attentions raise MAP with the weight of eq. 6 that is printed, 1 (validation queries, one "
        "seed, the profile `quick`).",
        PAGE,
        "paper, eq. 8",
        positive(less(quick(SCENES, options={"adversarial_weight": 1.0}), quick(SCENES, "none"))),
    ),
    Claim(
        "training-on-unattended-features",
        "On the scenes it helps to train D on unattended features (eq. 6 in eq. 8), at the profile's weight, over a "
        "weight of 0 (validation queries, one seed, the profile `quick`).",
        PAGE,
        "paper, eq. 8",
        positive(alternative(SCENES, adversarial_weight=0.0)),
    ),
    Claim(
        "quartile-loses-less",
        "On the scenes the quartile as threshold of the textual attention loses less than the median.",
        PAGE,
        READ_OFF,
        positive(alternative(SCENES, text_threshold="median"), 4),
    ),
    Claim(
        "word-dropout-photos",
        "On the photos word dropout raises MAP in the mean of both directions.",
        PAGE,
        READ_OFF,
        positive(alternative(PHOTOS, word_dropout=0.0)),
    ),
    Claim(
        "deeper-maps-photos",
        "On the photos maps of two depths are better than those of stride 16 alone.",
        PAGE,
        READ_OFF,
        positive(less(quick(PHOTOS), quick(PHOTOS, backbone="efficientnet_lite0"))),
    ),
    Claim(
        "shallow-maps-scenes",
        "On the scenes the maps of stride 16 alone are better than those of two depths.",
        PAGE,
        READ_OFF,
        positive(less(quick(SCENES), quick(SCENES, backbone="efficientnet_lite0_hypercolumns"))),
    ),
    Claim(
        "rate-of-g-photos",
        "On the photos the rate of G, 0 included, changes validation MAP by less than .01.",
        PAGE,
        READ_OFF,
        rates_matter_little,
    ),
    Claim(
        "masks-and-map-rise",
        "On the scenes MAP and mask gap rise together with the rate of G.",
        PAGE,
        READ_OFF,
        masks_and_map_rise,
    ),
    *(
        Claim(
            f"pays-late-{name}",
            f"On the {name} attention gains late: both add more to none in the longer profile `long` than in `cpu`.",
            PAGE,
            READ_OFF,
            positive(gains_more_later(dataset)),
        )
        for name, dataset in (("photos", PHOTOS), ("scenes", SCENES))
    ),
    *(
        Claim(
            f"more-on-unseen-{task}",
            f"On the scenes, with the options that the search chose and {query} as the query, both attentions add more "
            "on database items outside the training set ({unseen}) than on those in it ({trained}).",
            (*PAGE, "data"),
            OURS,
            more_on_unseen(task),
        )
        for task, query in (("t2i", "a text"), ("i2t", "an image"))
    ),
    Claim(
        "true-masks",
        "On the scenes the true foreground in place of the learnt masks gives a higher MAP. (One threshold and one "
        "length of training: an estimate of what better masks could give, and no bound.)",
        PAGE,
        OURS,
        true_masks_give_more,
    ),
    *(
        Claim(
            f"cca-falls-{name}",
            f"On the {name} the MAP of CCA falls as codes grow.",
            ("baselines",),
            READ_OFF,
            falls_with_bits(dataset),
        )
        for name, dataset in (("photos", PHOTOS), ("scenes", SCENES))
    ),
    *(
        Claim(
            f"prdh-decorrelates-{name}",
            f"On the {name} the term of PRDH that decorrelates the bits acts: at the end of training it is more than a "
            "hundredth of the likelihood. (Effect: its share less .01.)",
            ("baselines",),
            OURS,
            term_acts(dataset),
        )
        for name, dataset in (("photos", PHOTOS), ("scenes", SCENES))
    ),
)
