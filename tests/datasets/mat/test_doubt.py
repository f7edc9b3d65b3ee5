"""What is refused in a .mat export: axes in doubt, unknown and double layouts, wrong values, damage."""

import re

import h5py
import numpy as np
import pytest
import scipy.io

from adahlib.datasets.mat.exports import load_mat
from adahlib.errors import AdahError
from tests.datasets.mat_files import N, features, labels, mark, photos, texts, write

P, T, L = photos(), texts(), labels()


def marked(path, variables):
    """Write sets as Python sees them, with MATLAB's marks."""
    with h5py.File(path, "w") as file:
        for name, value in variables.items():
            mark(file.create_dataset(name, data=value), value.dtype)


def refused(path, message, **options):
    with pytest.raises(AdahError, match=message) as caught:
        load_mat(path, **options)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_samples_last_in_matlab_are_in_doubt_and_may_be_told(tmp_path):
    """MATLAB's order says NCWH, the published reader of such a file NCHW."""
    path = tmp_path / "FLICKR-25K.mat"
    marked(path, {"images": P.transpose(0, 3, 2, 1), "YAll": T, "LAll": L})
    found = re.escape("found images (12, 3, 10, 8), YAll (12, 7), LAll (12, 4); expected photos with axes N (the 12")
    refused(path, f"{found}.*give them, such as axes='NCWH'")
    export = load_mat(path, axes="NCWH")
    assert all((one == other).all() for one, other in zip(export.images, P, strict=True))
    refused(path, "expected photos", axes="NHWC")
    with pytest.raises(AdahError, match="axes='NCHX': give the photos' axes"):
        load_mat(path, axes="NCHX")


def test_samples_last_in_hdf5_with_marks_are_in_doubt(tmp_path):
    marked(tmp_path / "a.mat", {"IAll": P.transpose(1, 2, 3, 0), "TAll": T.T, "LAll": L.T})
    refused(tmp_path / "a.mat", r"IAll \(8, 10, 3, 12\), TAll \(7, 12\), LAll \(4, 12\); expected")


def test_three_photos_three_wide_are_in_doubt(tmp_path):
    small = photos(3, height=3, width=3)
    write(tmp_path / "a.mat", {"images": small.transpose(1, 2, 3, 0), "YAll": texts(3), "LAll": labels(3)}, "v7")
    refused(tmp_path / "a.mat", r"images \(3, 3, 3, 3\).*N and C are like no other")


def test_square_matrices_are_in_doubt(tmp_path):
    square = {"FAll": features(width=N), "YAll": np.tile(T, 2)[:, :N], "LAll": np.eye(N)}
    write(tmp_path / "a.mat", square, "v7")
    refused(tmp_path / "a.mat", r"FAll \(12, 12\), YAll .*, LAll .*, which can be read with the samples first or last")
    twice = {"FAll": features(width=4), "YAll": features(width=4), "LAll": labels()}
    write(tmp_path / "b.mat", twice, "v7")
    refused(tmp_path / "b.mat", r"YAll \(12, 4\), LAll \(12, 4\), which can be read with the samples first or last")


@pytest.mark.parametrize(
    "axes", ["NCHW", "CHWN", "CNHW", "HCWN", "NHCW", "HNWC", "CHNW", "WCHN", "HWNC", "NWCH", "CWNH"]
)
def test_unknown_orders_of_the_axes_are_refused_by_shape(tmp_path, axes):
    """Orders that move N or C where no export has them; H and W swapped alone cannot be seen in shapes."""
    images = P.transpose(["NHWC".index(axis) for axis in axes])
    write(tmp_path / "a.mat", {"images": images, "YAll": T, "LAll": L}, "v7.3")
    shape = re.escape(str(images.T.shape))
    refused(tmp_path / "a.mat", f"found images {shape}.* expected photos with axes N .the 12 pairs., C = 3, H and W")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"YAll": T[:-1]}, r"found images \(8, 10, 3, 12\), YAll \(11, 7\), LAll \(12, 4\), which can be read in no"),
        ({"LAll": L[:-1]}, r"LAll \(11, 4\), which can be read in no way; expected"),
        ({"images": P.transpose(1, 2, 3, 0)[..., :-1]}, r"images \(8, 10, 3, 11\)"),
        ({"images": P[:, :, :, :2].transpose(1, 2, 3, 0)}, r"images \(8, 10, 2, 12\)"),
        ({"images": P[:, 0].transpose(1, 2, 0)}, r"images \(10, 3, 12\)"),
        ({"LAll": L * 2}, "labels hold values other than 0 and 1"),
        ({"LAll": L - 1}, "labels hold values other than 0 and 1"),
        ({"LAll": np.where(L == 1, np.nan, L)}, "labels hold values other than 0 and 1"),
        ({"LAll": np.arange(12.0)[:, None]}, "classes are 0, 1, 2, 3, 4….*whole numbers 1…c"),
        ({"LAll": np.arange(12.0)[:, None] * 2 + 1}, "classes are 1, 3, 5, 7, 9…"),
        ({"YAll": np.where(T == 1, np.inf, T)}, "YAll holds values that are not finite"),
        ({"IAll": P}, "no known layout; expected YAll and LAll with images"),
        ({"TAll": T, "IAll": P}, "several layouts"),
        ({"imgs": P, "tags": T, "labels": L}, "several layouts"),
        ({"YAll": None}, "images .8, 10, 3, 12., LAll .12, 4., which is no known layout"),
        ({"LAll": L + 1j}, "LAll is other; expected numeric"),
        ({"LAll": ["a", "b"] * 6}, "LAll is cell; expected numeric"),
    ],
)
def test_what_does_not_fit_is_one_sentence(tmp_path, changes, message):
    variables = {"images": P.transpose(1, 2, 3, 0), "YAll": T, "LAll": L} | changes
    write(tmp_path / "a.mat", {name: value for name, value in variables.items() if value is not None}, "v7")
    refused(tmp_path / "a.mat", message)


def test_incomplete_parts_and_one_name_in_two_files(tmp_path):
    (tmp_path / "parts").mkdir()
    write(tmp_path / "parts" / "a.mat", {"I_tr": features(), "T_tr": T, "L_tr": L, "I_te": features()}, "v7")
    refused(tmp_path / "parts", r"holds I_tr \(12, 5\).* no known layout")
    write(tmp_path / "a.mat", {"IAll": features(), "YAll": T, "LAll": L}, "v7")
    write(tmp_path / "b.mat", {"LAll": L}, "v7")
    refused(tmp_path, r"LAll stands in .*a\.mat and in .*b\.mat")
    refused(tmp_path / "b.mat", r"holds LAll \(12, 4\), which is no known layout")


@pytest.mark.parametrize("values", [P - 0.5, P * 1.0 - 1, P * 2.0])
def test_photos_that_are_not_whole_numbers_to_255_are_named(tmp_path, values):
    write(tmp_path / "a.mat", {"images": values.transpose(1, 2, 3, 0), "YAll": T, "LAll": L}, "v7.3")
    with pytest.raises(AdahError, match="images, photo .*: values are not whole numbers from 0 to 255"):
        list(load_mat(tmp_path / "a.mat").images)


def test_missing_and_foreign_files(tmp_path):
    refused(tmp_path / "a.mat", "is missing; give a .mat file, or a folder")
    refused(tmp_path, "holds no .mat file")
    (tmp_path / "a.mat").write_bytes(b"<html>not found</html>" * 50)
    refused(tmp_path / "a.mat", "is neither a MATLAB 5 .v7. nor an HDF5 .v7.3. file")
    scipy.io.savemat(tmp_path / "a.mat", {"LAll": L}, format="4")
    refused(tmp_path / "a.mat", "is neither a MATLAB 5 .v7. nor an HDF5 .v7.3. file")


def test_structs_and_foreign_references_are_refused(tmp_path):
    with h5py.File(tmp_path / "a.mat", "w") as file:
        file["imgs"], file["labels"] = P, L
        file.create_group("tags")
    refused(tmp_path / "a.mat", "tags is other; expected numeric")
    write(tmp_path / "b.mat", {"label": L, "caption": ["a"] * N, "index": ["b"] * N}, "v7.3")
    with h5py.File(tmp_path / "b.mat", "r+") as file:
        file["caption"][0, 5] = h5py.Reference()  # points nowhere
    refused(tmp_path / "b.mat", "caption cannot be read")
    write(tmp_path / "c.mat", {"label": L, "caption": ["a"] * N, "index": ["b"] * N}, "v7.3")
    with h5py.File(tmp_path / "c.mat", "r+") as file:
        file["caption"][0, 5] = file["caption"].ref  # a cell that holds itself
    refused(tmp_path / "c.mat", "caption cannot be read .a text of .* or cells nested deeper than 4")
