"""Marks into names beside them, where they cover least."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hrdgraph.analysis.drawing import Drawing, Mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

INK: Final = "#222222"
_OTHERS: Final = 60  # names beside those of the awards
_COVERS: Final = 2.5  # how many dots a name of an other may hide
_BESIDE: Final = 22  # pixels within which a name seems to belong to an award
_MISTAKEN: Final = 15.0  # what that costs, in dots hidden


def name_marks(figure: Figure, axes: Axes, content: Drawing, legend: Legend) -> None:
    """Name the awards first, then the most central others. Who finds no room stays unnamed, and
    so does who has a name that the font cannot write.
    """
    placer = _Placer(figure, axes, content, legend)
    for mark in content.marks:
        if mark.kind == "award":
            placer.name(mark, 24, 9.0, np.inf, fontsize=9.2, fontweight="bold")
    for mark in [mark for mark in content.marks if mark.kind != "award" and not mark.leaf][
        :_OTHERS
    ]:
        placer.name(mark, 20, 0.35, _COVERS, fontsize=6.8)


class _Placer:
    """Knows what is drawn already, in pixels. Names are placed one after another and never
    overlap."""

    def __init__(self, figure: Figure, axes: Axes, content: Drawing, legend: Legend) -> None:
        figure.canvas.draw()
        self.axes = axes
        self.renderer: Any = figure.canvas.get_renderer()  # type: ignore[attr-defined]
        self.scale = float(
            axes.transData.transform((1, 0))[0] - axes.transData.transform((0, 0))[0]
        )
        self.dots = axes.transData.transform(
            [(mark.x, mark.y) for mark in content.marks] or [(0.0, 0.0)]
        )
        self.radii = np.array([mark.radius for mark in content.marks] or [0.0]) * self.scale
        self.weights = np.array(
            [200.0 if mark.kind == "award" else 1.0 if mark.leaf else 1.6 for mark in content.marks]
            or [0.0]
        )
        self.awards = np.array([mark.kind == "award" for mark in content.marks] or [False])
        self.taken: list[Bbox] = [
            item.get_window_extent(self.renderer) for item in (legend, *figure.texts)
        ]
        self.field = figure.bbox

    @cached_property
    def characters(self) -> frozenset[int]:
        """What the font can write."""
        from matplotlib.font_manager import FontProperties, findfont, get_font

        return frozenset(get_font(findfont(FontProperties(family="DejaVu Sans"))).get_charmap())

    def name(self, mark: Mark, width: int, reluctance: float, most: float, **style: Any) -> None:
        """Write a name where it covers least, or nowhere if that is above `most`. Going out to
        the rim of the leaves costs `reluctance`.
        """
        if any(ord(character) not in self.characters for character in mark.label):
            return
        box = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "boxstyle": "round,pad=0.1"}
        label = textwrap.fill(mark.label, width, break_long_words=False)
        text = self.axes.text(
            mark.x, mark.y, label, color=INK, zorder=4, linespacing=1.05, bbox=box, **style
        )
        places = enumerate(_places(mark))
        offers = [
            (cost + reluctance * far, number, place)
            for number, (far, place) in places
            if (cost := self._cost(mark, text, place)) is not None
        ]
        best = min(offers, default=None, key=lambda offer: offer[:2])
        if best is None or best[0] > most:
            text.remove()
            return
        self._move(text, best[2])
        self.taken.append(self._extent(text))

    def _cost(self, mark: Mark, text: Text, place: _Place) -> float | None:
        """What a text hides there, and more where it could be taken for the name of another
        award; None where it would touch other words or leave the picture.
        """
        self._move(text, place)
        box = self._extent(text)
        inside = (
            self.field.x0 <= box.x0
            and box.x1 <= self.field.x1
            and self.field.y0 <= box.y0
            and box.y1 <= self.field.y1
        )
        if not inside or any(box.overlaps(other) for other in self.taken):
            return None
        x = np.maximum(np.maximum(box.x0 - self.dots[:, 0], self.dots[:, 0] - box.x1), 0)
        y = np.maximum(np.maximum(box.y0 - self.dots[:, 1], self.dots[:, 1] - box.y1), 0)
        distance = np.sqrt(x**2 + y**2)
        hidden = float(self.weights[distance < 0.9 * self.radii].sum())
        beside = (
            int((self.awards & (distance < self.radii + _BESIDE)).sum())
            if mark.kind == "award"
            else 1
        )
        return hidden + _MISTAKEN * max(beside - 1, 0)

    def _extent(self, text: Text) -> Bbox:
        return text.get_window_extent(self.renderer).padded(1.5)

    @staticmethod
    def _move(text: Text, place: _Place) -> None:
        x, y, across, along = place
        text.set(position=(x, y), ha=across, va=along)


_Place = tuple[float, float, str, str]


def _places(mark: Mark) -> Iterator[tuple[float, _Place]]:
    """Places around a mark: at its rim, then outside the leaves around it; each with how far out
    it is (0 to 1)."""
    for far in (0.0, 0.5, 1.0):
        distance = mark.radius + far * (mark.reach - mark.radius) + 0.35
        for x, y in (
            (0, -1),
            (0, 1),
            (1, 0),
            (-1, 0),
            (0.7, 0.7),
            (0.7, -0.7),
            (-0.7, 0.7),
            (-0.7, -0.7),
        ):
            across = "center" if not x else "left" if x > 0 else "right"
            along = "center" if not y else "bottom" if y > 0 else "top"
            yield far, (mark.x + x * distance, mark.y + y * distance, across, along)
