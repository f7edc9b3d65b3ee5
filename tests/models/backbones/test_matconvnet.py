"""MatConvNet files that are broken or are something else."""

import pytest
import scipy.io

from adahlib.errors import AdahError
from adahlib.models.backbones import make_backbone
from adahlib.models.backbones.matconvnet import read_matconvnet

SMALL = {"conv1": (7, 5, 3, 4), "fc7": (1, 1, 4, 2)}


@pytest.mark.parametrize("generation", ["old", "new"])
def test_small_file_of_either_generation(tmp_path, generation, random_filters, write_matconvnet):
    layers = random_filters(SMALL)
    write_matconvnet(tmp_path / "net.mat", layers, layers["conv1"][0][..., 0], generation)
    network = read_matconvnet(tmp_path / "net.mat")
    assert list(network.weights) == ["conv1", "fc7"]
    filters, biases = network.weights["conv1"]
    assert filters.shape == (4, 3, 7, 5) and biases.shape == (4,)
    assert filters[3, 1, 6, 2] == layers["conv1"][0][6, 2, 1, 3] and biases[3] == layers["conv1"][1][0, 3]
    filters, _ = network.weights["fc7"]
    assert filters.shape == (2, 4, 1, 1) and filters[1, 3, 0, 0] == layers["fc7"][0][0, 0, 3, 1]
    assert network.average_image.shape == (3, 7, 5)


@pytest.mark.parametrize("kept", [0, 60, 500, 3000])
def test_truncated_file(tmp_path, kept, random_filters, write_matconvnet):
    path = tmp_path / "net.mat"
    layers = random_filters(SMALL)
    write_matconvnet(path, layers, layers["conv1"][0][..., 0], "new")
    assert path.stat().st_size > kept
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(AdahError, match="net.mat"):
        read_matconvnet(path)


def test_matlab_file_of_something_else(tmp_path):
    scipy.io.savemat(tmp_path / "x.mat", {"layers": [1.0, 2.0], "I_tr": [[3.0]]})
    with pytest.raises(AdahError, match="x.mat is not a MatConvNet network"):
        read_matconvnet(tmp_path / "x.mat")


def test_text_and_hdf5_files(tmp_path):
    (tmp_path / "page.mat").write_text("<html>not found</html>" * 100)
    header = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM" + b"\x89HDF\r\n\x1a\n"
    (tmp_path / "new.mat").write_bytes(header.ljust(4096, b"\0"))
    for name in ("page.mat", "new.mat"):
        with pytest.raises(AdahError, match=f"{name} is not a whole MATLAB 5 file"):
            read_matconvnet(tmp_path / name)


def test_another_network_does_not_fit(tmp_path, random_filters, write_matconvnet):
    layers = random_filters(SMALL)
    write_matconvnet(tmp_path / "vgg-m.mat", layers, layers["conv1"][0][..., 0], "new")
    with pytest.raises(AdahError, match="vgg-m.mat does not fit cnn_f"):
        make_backbone("cnn_f", tmp_path / "vgg-m.mat")
