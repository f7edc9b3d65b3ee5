"""A step of a method made twice, with the same draws, to see what it does to each loss."""

import torch


def smoothed(method):
    """Divide no feature by less than the mean deviation: few pictures leave most without any, and no step is small."""
    method.network_.train()
    deviation = method.network_["hash"].scale.deviation
    deviation.clamp_(min=float(deviation.mean()))
    return method


def twice(method, items, parts, rates):
    """Make the same step twice by plain gradient descent; return the losses before each.

    Args:
        method, items: as ``step`` has them.
        parts: modules, in the order of the method's optimizers.
        rates: of each; a part at rate 0 stays.
    """
    descents = [torch.optim.SGD(part.parameters(), lr=rate) for part, rate in zip(parts, rates, strict=True)]
    found = []
    for _ in range(2):
        torch.manual_seed(3)
        found.append({name: float(loss) for name, loss in method.step(items, descents, torch.arange(20), 0, 0).items()})
    return found
