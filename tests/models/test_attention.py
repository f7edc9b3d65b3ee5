"""The attention module against eq. 1–3 written as loops."""

import math

import pytest
import torch

from adahlib.errors import AdahError
from adahlib.models.attention import ImageAttention, TextAttention, Threshold, attend, attention_mask


def naive_mask(scores):
    """Eq. 1: P = softmax(M), Z = 1 where P ≥ 1/d."""
    total = sum(math.exp(score) for score in scores)
    return [1.0 if math.exp(score) / total >= 1 / len(scores) else 0.0 for score in scores]


def test_mask_is_the_thresholded_softmax():
    scores = torch.randn(20, 7, generator=torch.Generator().manual_seed(0))
    assert attention_mask(scores).tolist() == [naive_mask(row) for row in scores.tolist()]


def test_equal_scores_attend_everywhere():
    assert attention_mask(torch.full((2, 196), 3.3)).all()


def test_scores_are_brought_to_a_standard_deviation_before_the_softmax():
    scores = torch.randn(20, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    expected = [naive_mask([0.5 * score / row.std().item() for score in row.tolist()]) for row in scores]
    assert attention_mask(scores, deviation=0.5).tolist() == expected
    # whatever the scale of the scores, the same regions are attended; without it, fewer and fewer
    assert torch.equal(attention_mask(100 * scores, deviation=0.5), attention_mask(scores, deviation=0.5))
    assert attention_mask(100 * scores).sum() < attention_mask(scores).sum()
    assert attention_mask(torch.full((2, 9), 3.3), deviation=0.5).all()  # nothing to scale


def test_the_lower_quartile_attends_to_three_quarters():
    assert attention_mask(torch.randn(5, 8), "quartile").sum(1).tolist() == [7.0] * 5  # itself is ≥ itself
    assert attention_mask(torch.randn(5, 1000), "quartile").mean(1).tolist() == pytest.approx([0.751] * 5, abs=0.002)


def test_median_attends_to_half():
    assert attention_mask(torch.randn(5, 8), "median").sum(1).tolist() == [5.0] * 5  # the lower median is ≥ itself


def test_gradient_passes_straight_through_the_threshold():
    probability = torch.rand(4, 5, requires_grad=True)
    weight = torch.randn(4, 5)
    (Threshold.apply(probability, torch.tensor(0.5)) * weight).sum().backward()
    torch.testing.assert_close(probability.grad, weight)


def test_gradient_of_the_scores_is_the_softmax_jacobian():
    scores = torch.randn(1, 6, dtype=torch.float32, requires_grad=True)
    weight = torch.randn(6)
    (attention_mask(scores)[0] * weight).sum().backward()
    p = scores.detach().softmax(1)[0]
    expected = (torch.diag(p) - torch.outer(p, p)) @ weight
    torch.testing.assert_close(scores.grad[0], expected)


def test_attended_and_unattended_split_the_features():
    torch.manual_seed(0)
    maps, features = torch.randn(3, 5, 4, 4), torch.randn(3, 9)
    for part, module in ((maps, ImageAttention(5)), (features, TextAttention(9))):
        mask = module(part)
        attended, unattended = attend(part, mask)
        torch.testing.assert_close(attended + unattended, part)
        assert set(mask.unique().tolist()) <= {0.0, 1.0} and 0 < mask.mean() < 1
        assert (attended * unattended == 0).all()


def test_one_mask_for_all_channels_of_a_cell():
    torch.manual_seed(0)
    module, maps = ImageAttention(5), torch.randn(2, 5, 3, 4)
    weight, bias = module.convolution.weight.detach().flatten(), module.convolution.bias.detach()
    scores = [[float(maps[0, :, h, w] @ weight + bias) for w in range(4)] for h in range(3)]
    assert module(maps)[0, 0].flatten().tolist() == naive_mask([s for row in scores for s in row])


def test_unknown_threshold_is_named():
    with pytest.raises(AdahError, match="text_threshold 'meen'; did you mean 'mean'"):
        attention_mask(torch.zeros(1, 2), "meen")
