"""Score what may be a fact by a logistic regression whose coefficients ship with the words of the
languages; `benchmarks/extraction/learn.py` makes them from marked pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path
from typing import Final

COEFFICIENTS: Final = "coefficients.json"


@dataclass(frozen=True)
class FactModel:
    """The coefficients of one kind of fact by feature, and the score from which it is proposed."""

    coefficients: Mapping[str, float]
    threshold: float

    def total(self, features: Iterable[str]) -> float:
        """Return the sum of the coefficients of these features."""
        return sum(self.coefficients.get(name, 0.0) for name in ("bias", *features))

    def score(self, features: Iterable[str]) -> float:
        """Return how likely a candidate with these features states a fact, from 0 to 1."""
        return 1 / (1 + exp(-max(-30.0, min(30.0, self.total(features)))))


@cache
def read_model(folder: Path, kind: str) -> FactModel:
    """Read the model of a kind; one that refuses everything where the folder has none."""
    path = folder / COEFFICIENTS
    models = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    model = models.get(kind, {"threshold": 2.0, "coefficients": {}})
    return FactModel(model["coefficients"], model["threshold"])
