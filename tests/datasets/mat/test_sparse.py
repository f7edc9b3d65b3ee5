"""Sparse matrices and string arrays of MATLAB: read with the right values, or refused in one sentence."""

import h5py
import numpy as np
import pytest
import scipy.io
from scipy.sparse import csc_matrix

from adahlib.datasets.mat.exports import load_mat
from adahlib.errors import AdahError
from tests.datasets.mat_files import N, features, labels, texts, write


def write_sparse(group, name, matrix, **changes):
    """Write a sparse matrix as MATLAB does in v7.3: values, rows, and where each column begins."""
    parts = {"data": matrix.data, "ir": matrix.indices.astype(np.uint64), "jc": matrix.indptr.astype(np.uint64)}
    made = group.create_group(name)
    for part, values in (parts | changes).items():
        if values is not None and (len(values) or part == "jc"):
            made[part] = values
    made.attrs["MATLAB_class"], made.attrs["MATLAB_sparse"] = np.bytes_("double"), np.uint64(matrix.shape[0])
    return made


def write_export(path, version, tags, classes=None, points=None, **changes):
    """Write an export of features, tags and labels of which those that are given as sparse matrices are sparse."""
    parts = {"FAll": features() if points is None else points, "YAll": tags}
    parts["LAll"] = labels() if classes is None else classes
    if version == "v7":
        return scipy.io.savemat(path, parts)
    write(path, {name: part for name, part in parts.items() if isinstance(part, np.ndarray)}, "v7.3")
    with h5py.File(path, "a") as file:
        for name, part in parts.items():
            if not isinstance(part, np.ndarray):
                write_sparse(file, name, part, **changes)
    return None


@pytest.mark.parametrize("version", ["v7", "v7.3"])
@pytest.mark.parametrize("which", ["tags", "tags and labels", "all"])
def test_sparse_matrices_are_read_like_dense_ones(tmp_path, version, which):
    classes = csc_matrix(labels()) if which != "tags" else None
    points = csc_matrix(features().astype(float)) if which == "all" else None
    write_export(tmp_path / "a.mat", version, csc_matrix(texts()), classes, points)
    export = load_mat(tmp_path / "a.mat")
    assert np.array_equal(export.tags.toarray(), texts()) and np.array_equal(export.labels, labels())
    assert np.array_equal(np.asarray(export.features), features())
    assert np.array_equal(export.features[3], features()[3])
    write_export(tmp_path / "dense.mat", version, texts())
    dense = load_mat(tmp_path / "dense.mat")
    assert export.pairs().content_hash() != "" and dense.pairs().image_hash == export.pairs().image_hash


@pytest.mark.parametrize("version", ["v7", "v7.3"])
def test_a_sparse_matrix_without_a_one_and_one_of_other_values(tmp_path, version):
    write_export(tmp_path / "empty.mat", version, csc_matrix((N, 7)))
    assert load_mat(tmp_path / "empty.mat").tags.nnz == 0
    write_export(tmp_path / "real.mat", version, csc_matrix(texts() * 0.5))
    export = load_mat(tmp_path / "real.mat")
    assert export.tags is None and np.allclose(export.text_features, texts() * 0.5)


def test_logical_sparse_matrices(tmp_path):
    write_export(tmp_path / "a.mat", "v7", csc_matrix(texts().astype(bool)))
    assert np.array_equal(load_mat(tmp_path / "a.mat").tags.toarray(), texts())


@pytest.mark.parametrize(
    "changes",
    [
        {"ir": np.full(csc_matrix(texts()).nnz, 10**6, np.uint64)},
        {"ir": np.full(csc_matrix(texts()).nnz, 2**64 - 1, np.uint64)},
        {"jc": np.array([0, 5, 3, 2, 9, 4, 8, csc_matrix(texts()).nnz], np.uint64)},
        {"jc": np.full(8, 2**62, np.uint64)},
        {"data": np.ones(3)},
        {"data": None},
        {"jc": None},
        {"more": np.ones(3)},
        {"data": np.array([b"a"] * csc_matrix(texts()).nnz)},
    ],
)
def test_damaged_sparse_matrices_are_one_sentence(tmp_path, changes):
    write_export(tmp_path / "a.mat", "v7.3", csc_matrix(texts()), **changes)
    with pytest.raises(AdahError, match=r"a\.mat: YAll (cannot be read|is a sparse matrix without)") as caught:
        load_mat(tmp_path / "a.mat")
    assert "\n" not in str(caught.value)


def test_places_beyond_a_v7_matrix_are_one_sentence(tmp_path):
    tags = csc_matrix(texts())
    scipy.io.savemat(tmp_path / "a.mat", {"FAll": features(), "YAll": tags, "LAll": labels()})
    data = (tmp_path / "a.mat").read_bytes()
    rows = tags.indices.astype("<i4").tobytes()
    (tmp_path / "a.mat").write_bytes(data.replace(rows, np.full(tags.nnz, 10**9, "<i4").tobytes()))
    with pytest.raises(AdahError, match=r"a\.mat: YAll cannot be read"):
        load_mat(tmp_path / "a.mat")


def test_a_sparse_matrix_of_a_trillion_rows_is_refused(tmp_path):
    write_export(tmp_path / "a.mat", "v7.3", csc_matrix(texts()))
    with h5py.File(tmp_path / "a.mat", "a") as file:
        file["YAll"].attrs["MATLAB_sparse"] = np.uint64(10**12)
    with pytest.raises(AdahError, match=r"a\.mat"):
        load_mat(tmp_path / "a.mat")


def test_string_arrays_are_named_as_such(tmp_path):
    write(tmp_path / "a.mat", {"caption": ["a cat"] * N, "label": labels()}, "v7.3")
    with h5py.File(tmp_path / "a.mat", "a") as file:
        data = file.create_dataset("index", data=np.array([[3707764736, 2, 1, 1, 1, 1]], np.uint32))
        data.attrs["MATLAB_class"], data.attrs["MATLAB_object_decode"] = np.bytes_("string"), np.int32(3)
    with pytest.raises(AdahError, match=r"index is a string array, which only MATLAB reads; save cellstr\(index\)\."):
        load_mat(tmp_path / "a.mat")


def test_string_arrays_of_a_v7_file_are_named_as_such(tmp_path):
    def element(kind, data):
        return np.array([kind, len(data)], "<u4").tobytes() + data + b"\0" * (-len(data) % 8)

    body = element(6, np.array([17, 0], "<u4").tobytes())
    body += element(1, b"caption") + element(1, b"MCOS") + element(1, b"string")
    body += element(14, element(6, np.array([13, 0], "<u4").tobytes()) + element(5, np.array([1, 1], "<i4").tobytes()))
    scipy.io.savemat(tmp_path / "a.mat", {"index": np.array(["a.jpg"] * N), "label": labels()})
    with (tmp_path / "a.mat").open("ab") as file:
        file.write(element(14, body))
    with pytest.raises(AdahError, match=r"caption is a string array, which only MATLAB reads; save cellstr\(caption\)"):
        load_mat(tmp_path / "a.mat")
