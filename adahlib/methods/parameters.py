"""Parameters of a method by scikit-learn's conventions, so that its ``clone`` and searches over options work."""

import dataclasses
import inspect
from typing import Any, Self

from adahlib.errors import unknown_name


class Parameters:
    """Reads and sets what a method was made with: code length, seed, backbone and every option.

    Learned attributes end in ``_``. The options are a frozen dataclass, ``self.options``; here they are parameters of
    the method itself, as in ``make_method("adah", 16, margin=2.0)``.

    Example:
        >>> from adahlib.methods import make_method
        >>> method = make_method("itq", bits=16, iterations=20)
        >>> method.get_params()
        {'bits': 16, 'seed': 0, 'iterations': 20}
        >>> method.set_params(bits=8)
        ITQ(bits=8, seed=0, iterations=20)
        >>> from sklearn.base import clone
        >>> clone(method)
        ITQ(bits=8, seed=0, iterations=20)
    """

    options: Any

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return every parameter by its name.

        Args:
            deep: not used: no parameter is an estimator with parameters of its own.
        """
        arguments = inspect.signature(type(self)).parameters.values()
        named = [each.name for each in arguments if each.kind != each.VAR_KEYWORD]
        options = {field.name: getattr(self.options, field.name) for field in dataclasses.fields(self.options)}
        return {name: getattr(self, name) for name in named} | options

    def set_params(self, **params: Any) -> Self:
        """Set parameters and forget what was learned; returns self.

        Raises:
            AdahError: an unknown parameter, or a value that the method refuses; nothing is changed then.
        """
        current = self.get_params()
        for name in params:
            if name not in current:
                raise unknown_name("parameter", name, current)
        self.__dict__ = type(self)(**current | params).__dict__
        return self
