"""Which of the layouts in circulation a ``.mat`` file, or a folder of them, has: by the names of its variables.

==================  ==========================================================================================
layout              variables
==================  ==========================================================================================
dcmh                images (or IAll), YAll, LAll in one file: FLICKR-25K.mat of DCMH's authors
split-files         IAll, YAll, LAll, FAll (file names), XAll (features), each in its own file: mirflickr25k-iall.mat,
                    nus-wide-tc21-iall.mat, …
re-saved            the same names, written outside MATLAB with samples first
iall-tall           IAll, TAll, LAll
train-test-db       I_tr, T_tr, L_tr, I_te, …, I_db, … in one file or in three
imgs-tags-labels    imgs, tags, labels
fall-yall-lall      FAll (features), YAll, LAll
index               index (paths of the photos), caption, label (or category)
wiki                I_tr, T_tr, L_tr, I_te, T_te, L_te with labels 1…10
==================  ==========================================================================================
"""

from dataclasses import dataclass
from pathlib import Path

from adahlib.datasets.mat.axes import Parts
from adahlib.datasets.mat.files import read_variables
from adahlib.datasets.mat.variables import Variable
from adahlib.errors import AdahError
from adahlib.visible import visible_of_kind

TEXTS = ("names", "captions")  # roles of texts; all others are of numbers
PARTS = {"train": "tr", "query": "te", "database": "db"}
ONE_PART = {  # names of photos or features, tags, labels
    "iall-tall": ("IAll", "TAll", "LAll"),
    "imgs-tags-labels": ("imgs", "tags", "labels"),
}
NAMES = {"images", "IAll", "XAll", "FAll", "YAll", "TAll", "LAll", "imgs", "tags", "labels"}
NAMES |= {"index", "caption", "label", "category"}
NAMES |= {f"{kind}_{suffix}" for kind in "ITL" for suffix in PARTS.values()}


@dataclass(frozen=True)
class Layout:
    """A layout's name and its variables by part and role (photos, features, tags, captions, names, labels)."""

    name: str
    parts: Parts


def find_layout(path: Path) -> Layout:
    """Return the layout of a file or of a folder's ``*.mat`` files.

    Raises:
        AdahError: the variables are of no known layout or of several, or one stands in two files.
    """
    variables = _collect(path)
    fits = [fit for fit in (_one_part(variables), _parts(variables), _index(variables), _all(variables)) if fit]
    used = {variable.name for fit in fits for roles in fit.parts.values() for variable in roles.values()}
    if len(fits) == 1 and used == variables.keys():
        return _checked_kinds(path, fits[0])
    found = ", ".join(map(str, variables.values())) or "no variable that is known"
    raise AdahError(
        f"{path} holds {found}, which is {'several layouts' if fits else 'no known layout'}; expected YAll and LAll "
        "with images, IAll, XAll or FAll; IAll, TAll and LAll; imgs, tags and labels; index, caption and label; or "
        "I_tr, T_tr, L_tr, I_te, T_te and L_te with or without I_db, T_db and L_db."
    )


def _checked_kinds(path: Path, layout: Layout) -> Layout:
    """Return the layout; AdahError if numbers stand where texts belong or the other way round."""
    for roles in layout.parts.values():
        for role, variable in roles.items():
            right = ("cell", "char") if role in TEXTS else ("numeric",)
            if variable.kind == "string":
                name = variable.name
                raise AdahError(f"{path}: {name} is a string array, which only MATLAB reads; save cellstr({name}).")
            if variable.kind not in right:
                raise AdahError(f"{path}: {variable.name} is {variable.kind}; expected {' or '.join(right)}.")
    return layout


def _collect(path: Path) -> dict[str, Variable]:
    """Return the known variables of a file or of a folder's files."""
    files = visible_of_kind(path, ".mat") if path.is_dir() else [path]
    if not files:
        raise AdahError(f"{path} holds no .mat file; give a file or a folder with the files of one data set.")
    variables: dict[str, Variable] = {}
    for file in files:
        for name, variable in read_variables(file).items():
            if name in variables:
                raise AdahError(f"{name} stands in {variables[name].path} and in {file}; keep one data set a folder.")
            if name in NAMES:
                variables[name] = variable
    return variables


def _one_part(variables: dict[str, Variable]) -> Layout | None:
    for name, (images, tags, labels) in ONE_PART.items():
        if {images, tags, labels} <= variables.keys():
            roles = _images(variables[images]) | {"tags": variables[tags], "labels": variables[labels]}
            return Layout(name, {"all": roles})
    return None


def _parts(variables: dict[str, Variable]) -> Layout | None:
    """Return the layout with a training, a query and perhaps a database part, of which none may be incomplete."""
    parts = {}
    for part, suffix in PARTS.items():
        named = {kind: variables.get(f"{kind}_{suffix}") for kind in "ITL"}
        found = {kind: variable for kind, variable in named.items() if variable is not None}
        if len(found) == len(named):
            parts[part] = _images(found["I"]) | {"tags": found["T"], "labels": found["L"]}
        elif found:
            return None
    if not {"train", "query"} <= parts.keys():
        return None
    vectors = all(1 in roles["labels"].shape for roles in parts.values())
    return Layout("wiki" if vectors and "database" not in parts else "train-test-db", parts)


def _index(variables: dict[str, Variable]) -> Layout | None:
    labels = variables.get("label") or variables.get("category")
    if labels is None or not {"index", "caption"} <= variables.keys():
        return None
    roles = {"names": variables["index"], "captions": variables["caption"], "labels": labels}
    return Layout("index", {"all": roles})


def _all(variables: dict[str, Variable]) -> Layout | None:
    """Return the layout of the names that end in All; which one, its axes and files decide."""
    if not {"YAll", "LAll"} <= variables.keys() or "TAll" in variables:
        return None
    images = [variables[name] for name in ("images", "IAll") if name in variables]
    names, features = variables.get("FAll"), variables.get("XAll")
    roles: dict[str, Variable] = {}
    if names is not None and names.kind == "numeric":
        if features is not None:
            return None
        names, features = None, names
    for image in images:
        roles |= _images(image)
    if len(images) > 1 or not (images or features or names) or (features and "features" in roles):
        return None
    given = {"features": features, "names": names, "tags": variables["YAll"], "labels": variables["LAll"]}
    roles |= {role: variable for role, variable in given.items() if variable is not None}
    if len({variable.path for variable in roles.values()}) > 1:
        return Layout("split-files", {"all": roles})
    return Layout("dcmh" if "photos" in roles else "fall-yall-lall", {"all": roles})


def _images(variable: Variable) -> dict[str, Variable]:
    """Return the variable as features if it is a matrix, else as photos."""
    return {"features" if len(variable.shape) == 2 else "photos": variable}
