"""The nine layouts of .mat exports, v7 and v7.3: photos upright, axes found or refused, splits, own texts."""

import h5py
import numpy as np
import pytest
from PIL import Image

from adahlib.datasets.mat.exports import load_mat
from adahlib.errors import AdahError
from tests.datasets.mat_files import H, N, W, features, labels, photos, texts, write, write_plain

P, T, L = photos(), texts(), labels()
VERSIONS = ("v7", "v7.3")


def check(export, layout, axes=None, images=P, tags=T, classes=L):
    """Compare an export with what was written, photo by photo and value by value."""
    assert export.layout == layout and export.axes == axes
    if images is not None:
        assert len(export.images) == len(images)
        for found, right in zip(export.images, images, strict=True):
            assert found.dtype == np.uint8 and found.shape == right.shape and (found == right).all()
    if tags is not None:
        assert export.tags.dtype == np.uint8 and (export.tags.toarray() == tags).all()
    assert export.labels.dtype == np.uint8 and (export.labels == classes).all()
    assert len(export) == len(classes) == len(export.ids)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["images", "IAll"])
def test_dcmh(tmp_path, version, name):
    write(tmp_path / "FLICKR-25K.mat", {name: P.transpose(1, 2, 3, 0), "YAll": T, "LAll": L}, version)
    export = load_mat(tmp_path / "FLICKR-25K.mat")
    check(export, "dcmh", {"v7": "HWCN", "v7.3": "NCWH"}[version])
    assert export.split is None and export.features is None and export.texts is None
    seen = (H, W, 3, N) if version == "v7" else (N, 3, W, H)
    assert export.shapes[name] == seen


@pytest.mark.parametrize("version", VERSIONS)
def test_split_files(tmp_path, version):
    names = [f"im{i}.jpg" for i in range(1, N + 1)]
    write(tmp_path / "mirflickr25k-iall.mat", {"IAll": P.transpose(1, 2, 3, 0)}, version)
    write(tmp_path / "mirflickr25k-yall.mat", {"YAll": T}, "v7")
    write(tmp_path / "MIRFLICKR25K-LALL.MAT", {"LAll": L}, "v7")  # as some programs of Windows name it
    write(tmp_path / "mirflickr25k-fall.mat", {"FAll": names}, version)
    write(tmp_path / "param.mat", {"param": np.zeros((3, 3))}, "v7")  # what is not known does not matter
    export = load_mat(tmp_path)
    check(export, "split-files", {"v7": "HWCN", "v7.3": "NCWH"}[version])
    assert export.ids == tuple(names)


def test_split_files_without_matlabs_marks_have_the_published_order(tmp_path):
    write_plain(tmp_path / "nus-wide-tc21-iall.mat", {"IAll": P.transpose(0, 3, 2, 1)})
    write(tmp_path / "nus-wide-tc21-xall.mat", {"XAll": features()}, "v7")
    write(tmp_path / "nus-wide-tc21-yall.mat", {"YAll": T}, "v7")
    write(tmp_path / "nus-wide-tc21-lall.mat", {"LAll": L}, "v7")
    export = load_mat(tmp_path)
    check(export, "split-files", "NCWH")
    assert export.features.dtype == np.float32 and np.array_equal(export.features, features())


@pytest.mark.parametrize("axes", ["NHWC", "NCHW"])
def test_resaved_with_samples_first(tmp_path, axes):
    images = P.transpose(["NHWC".index(axis) for axis in axes])
    write_plain(tmp_path / "a.mat", {"images": images, "YAll": T, "LAll": L})
    write(tmp_path / "b.mat", {"images": images, "YAll": T, "LAll": L}, "v7")
    check(load_mat(tmp_path / "a.mat"), "re-saved", axes)
    check(load_mat(tmp_path / "b.mat"), "re-saved", axes)


def test_matrices_beside_the_photos_tell_matlabs_order_without_marks(tmp_path):
    write_plain(tmp_path / "a.mat", {"images": P.transpose(0, 3, 2, 1), "YAll": T.T, "LAll": L.T})
    check(load_mat(tmp_path / "a.mat"), "dcmh", "NCWH")


@pytest.mark.parametrize("version", VERSIONS)
def test_iall_tall_lall(tmp_path, version):
    write(tmp_path / "a.mat", {"IAll": P.transpose(1, 2, 3, 0), "TAll": T, "LAll": L}, version)
    check(load_mat(tmp_path / "a.mat"), "iall-tall", {"v7": "HWCN", "v7.3": "NCWH"}[version])
    write_plain(tmp_path / "b.mat", {"IAll": P.transpose(1, 2, 3, 0), "TAll": T, "LAll": L})
    check(load_mat(tmp_path / "b.mat"), "iall-tall", "HWCN")


def three_parts(images, as_stored):
    """Return variables of a train/test/db file whose training pairs are pairs 3, 8 and 1 of the database."""
    rows = {"te": range(4), "db": range(4, N), "tr": [7, 11, 5]}
    parts = {"I": images, "T": T, "L": L}
    found = {f"{kind}_{part}": parts[kind][list(row)] for kind in parts for part, row in rows.items()}
    return {name: as_stored(value) if name.startswith("I_") else value for name, value in found.items()}


@pytest.mark.parametrize("version", VERSIONS)
def test_train_test_db_with_photos(tmp_path, version):
    write(tmp_path / "a.mat", three_parts(P, lambda i: i.transpose(1, 2, 3, 0)), version)
    export = load_mat(tmp_path / "a.mat")
    check(export, "train-test-db", {"v7": "HWCN", "v7.3": "NCWH"}[version])
    assert export.split.query.tolist() == [0, 1, 2, 3] and export.split.train.tolist() == [5, 7, 11]
    assert export.split.database.tolist() == list(range(4, N)) and len(export.split.validation) == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_train_test_db_with_features_in_one_file_or_three(tmp_path, version):
    variables = three_parts(features(), lambda i: i)
    write(tmp_path / "one.mat", variables, version)
    (tmp_path / "three").mkdir()
    for part, name in (("tr", "mir_train"), ("te", "mir_query"), ("db", "mir_database")):
        own = {key: value for key, value in variables.items() if key.endswith(part)}
        write(tmp_path / "three" / f"{name}.mat", own, version)
    for export in (load_mat(tmp_path / "one.mat"), load_mat(tmp_path / "three")):
        check(export, "train-test-db", images=None)
        assert export.images is None and np.array_equal(export.features, features())
        assert export.split.counts() == {"query": 4, "database": 8, "train": 3, "validation": 0}


def test_training_pairs_outside_the_database_make_no_split(tmp_path):
    variables = three_parts(features(), lambda i: i)
    variables["I_tr"] = variables["I_tr"] + np.float32([[0], [1], [0]])
    write(tmp_path / "a.mat", variables, "v7")
    export = load_mat(tmp_path / "a.mat")
    with pytest.raises(AdahError, match="1 of 3 training pairs are not in its database"):
        assert export.split
    assert len(export.pairs()) == N


@pytest.mark.parametrize("version", VERSIONS)
def test_torch_style(tmp_path, version):
    write(tmp_path / "a.mat", {"imgs": P.transpose(0, 3, 1, 2), "tags": T, "labels": L}, "v7")
    check(load_mat(tmp_path / "a.mat"), "imgs-tags-labels", "NCHW")
    write_plain(tmp_path / "b.mat", {"imgs": P, "tags": T, "labels": L})
    check(load_mat(tmp_path / "b.mat"), "imgs-tags-labels", "NHWC")
    for names in (("imgs", "tags", "labels"), ("FAll", "YAll", "LAll")):
        file = tmp_path / f"{names[0]}.mat"
        write(file, dict(zip(names, (features(), T, L), strict=True)), version)
        export = load_mat(file)
        check(export, "imgs-tags-labels" if names[0] == "imgs" else "fall-yall-lall", images=None)
        assert np.array_equal(export.features, features()) and export.images is None


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("label", ["label", "category"])
@pytest.mark.parametrize("cells", [True, False])
def test_index(tmp_path, version, label, cells):
    paths = [f"mirflickr\\im{i}.jpg" if i % 2 else f"/home/someone/im{i}.jpg" for i in range(1, N + 1)]
    captions = [["a dog", "A red Bus"], "", "two cats"] * 4 if cells else ["a dog", "bus", "two cats"] * 4
    as_stored = (lambda texts: texts) if cells else np.array
    write(tmp_path / "index.mat", {"index": as_stored(paths)}, version)
    write(tmp_path / "caption.mat", {"caption": as_stored(captions)}, version)
    write(tmp_path / "label.mat", {label: L}, version)
    export = load_mat(tmp_path)
    check(export, "index", images=None, tags=None)
    assert export.ids == tuple(paths) and export.images is None
    assert export.texts[:3] == (("a dog A red Bus", "", "two cats") if cells else ("a dog", "bus", "two cats"))
    found = [export.vocabulary[column] for column in export.tags[2].indices]
    assert found == ["cats", "two"]
    with pytest.raises(AdahError, match=r"no features, and its photos, such as .*im1\.jpg.* not in .*give the folder"):
        export.pairs()


def test_photos_named_by_path_are_read_below_their_folder_only(tmp_path):
    folder = tmp_path / "in" / "mirflickr"
    folder.mkdir(parents=True)
    names = ["mirflickr\\im1.png", "/home/someone/im2.png", "../im3.png"]
    for i, name in enumerate(("mirflickr/im1.png", "im2.png", "im3.png")):
        Image.fromarray(P[i]).save(tmp_path / "in" / name)
    Image.fromarray(P[5]).save(tmp_path / "im3.png")  # outside
    write(tmp_path / "index.mat", {"index": names, "caption": ["a", "b", "c"], "label": np.eye(3, 2)[[0, 1, 1]]}, "v7")
    export = load_mat(tmp_path / "index.mat", photos=tmp_path / "in")
    assert [(found == right).all() for found, right in zip(export.images, P[:3], strict=True)] == [True] * 3
    assert export.pairs().ids == tuple(names)
    (tmp_path / "in" / "im2.png").unlink()
    with pytest.raises(AdahError, match=r"1 of the 3 photos that .* missing in the folder .*in, such as .*im2\.png"):
        load_mat(tmp_path / "index.mat", photos=tmp_path / "in")


def test_photos_that_are_not_in_the_folder_given_are_named(tmp_path):
    names = [f"{number}.PNG" for number in range(3)]
    (tmp_path / "in").mkdir()
    Image.fromarray(P[0]).save(tmp_path / "in" / "0.png")
    write(tmp_path / "index.mat", {"index": names, "caption": ["a", "b", "c"], "label": np.eye(3, 2)[[0, 1, 1]]}, "v7")
    with pytest.raises(AdahError, match=r"3 of the 3 photos .* in the folder .*in, .*'0.PNG'; it holds '0.png'"):
        load_mat(tmp_path / "index.mat", photos=tmp_path / "in")
    assert load_mat(tmp_path / "index.mat").images is None


def test_hidden_copies_beside_an_export_are_left_out(tmp_path):
    write(tmp_path / "a.mat", {"images": P.transpose(1, 2, 3, 0), "YAll": T, "LAll": L}, "v7.3")
    (tmp_path / "._a.mat").write_bytes(b"\0\5\x16\7")
    assert len(load_mat(tmp_path)) == N


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("upright", [True, False])
def test_wiki(tmp_path, version, upright):
    train, query = np.arange(30)[:, None] % 10 + 1.0, np.arange(20)[:, None] % 10 + 1.0
    turn = (lambda vector: vector) if upright else np.transpose
    variables = {"I_tr": features(30), "T_tr": features(30, 3, 6), "L_tr": turn(train)}
    variables |= {"I_te": features(20), "T_te": features(20, 3, 6), "L_te": turn(query)}
    write(tmp_path / "wiki.mat", variables, version)
    export = load_mat(tmp_path / "wiki.mat")
    right = np.eye(10)[np.concatenate([query, train]).astype(int)[:, 0] - 1]
    check(export, "wiki", images=None, tags=None, classes=right)
    assert export.tags is None and (export.text_features[20:] == variables["T_tr"]).all()
    assert np.array_equal(np.asarray(export.features)[:20], variables["I_te"])
    assert export.features.shape == (50, 5) and np.array_equal(list(export.features), np.asarray(export.features))
    assert export.split.query.tolist() == list(range(20)) and export.split.train.tolist() == list(range(20, 50))
    assert (export.split.database == export.split.train).all()


def test_pairs_hash_follows_every_value(tmp_path):
    def content(**changes):
        variables = {"imgs": features(), "tags": features(N, 3, 6), "labels": L} | changes
        write(tmp_path / "a.mat", variables, "v7.3")
        return load_mat(tmp_path / "a.mat").pairs().content_hash()

    other = features(N, 3, 6).copy()
    other[3, 2] += 0.5
    hashes = [content(), content(imgs=features(seed=9)), content(tags=other), content(labels=L[::-1]), content()]
    assert len(set(hashes)) == 4 and hashes[0] == hashes[-1]


def test_the_same_photos_have_the_same_hash_in_every_layout(tmp_path):
    write(tmp_path / "a.mat", {"images": P.transpose(1, 2, 3, 0), "YAll": T, "LAll": L}, "v7.3")
    write(tmp_path / "b.mat", {"imgs": P.astype(float), "tags": T, "labels": L}, "v7")
    assert len({load_mat(tmp_path / name).pairs().image_hash for name in ("a.mat", "b.mat")}) == 1


@pytest.mark.parametrize("chunks", [None, (3, 4, 3, 5), (H, W, 3, N), (1, 1, 1, 1)])
def test_photos_are_the_same_in_any_order_of_access(tmp_path, chunks):
    with h5py.File(tmp_path / "a.mat", "w") as file:
        file.create_dataset("imgs", data=P.transpose(1, 2, 3, 0), chunks=chunks)
        file["tags"], file["labels"] = T, L
    images = load_mat(tmp_path / "a.mat").images
    for index in (7, 0, N - 1, 3, 4, -1, -N, 7):
        assert (images[index] == P[index]).all()
    for beyond in (N, -N - 1):
        with pytest.raises(IndexError):
            images[beyond]
