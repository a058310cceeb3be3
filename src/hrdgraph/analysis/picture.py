"""A network into a picture, SVG or PNG: awards as hubs, laureates as rosettes around them, those
who link awards in between."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import networkx as nx  # type: ignore[import-untyped]

from hrdgraph.analysis.drawing import LARGEST, Drawing, drawing
from hrdgraph.analysis.placement import INK, name_marks
from hrdgraph.atomic_files import write_file
from hrdgraph.errors import HrdgraphError, Origin, OutputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend

_COLOURS: Final = {  # Okabe and Ito's, which people with any colour vision can tell apart
    "award": "#E69F00",
    "person": "#0072B2",
    "organisation": "#009E73",
    "event": "#D55E00",
    "agent": "#666666",
}
_PLURALS: Final = {
    "award": "award",
    "person": "person",
    "organisation": "organisation or group",
    "event": "event",
    "agent": "people or body",
}
_LINES: Final = {
    "won": {"colors": "#8a8a8a", "linewidths": 0.6, "linestyles": "solid"},
    "named": {"colors": "#8a8a8a", "linewidths": 0.6, "linestyles": (0, (2, 3))},
    "other": {"colors": "#009E73", "linewidths": 0.6, "linestyles": "solid"},
}
_SETTINGS: Final[dict[Any, Any]] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib, so the same everywhere
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "hrdgraph",  # ids that do not change
}
_DPI: Final = 150
_TITLE: Final = "Defenders, organisations and the awards between them"


def picture(
    network: nx.MultiDiGraph, out: Path, *, title: str = _TITLE, largest: int = LARGEST
) -> None:
    """Draw the network to `out` (.svg or .png); equal networks give equal bytes. Of a network
    with more than `largest` things the core is drawn, and the caption says so. Raises
    HrdgraphError where matplotlib is not installed, OutputError on another ending or what the
    disk refuses.
    """
    endings = {".svg": "svg", ".png": "png"}
    if out.suffix.lower() not in endings:
        raise OutputError("picture-format-unknown", ending=out.suffix, origin=Origin(str(out)))
    write_file(out, [_drawn(drawing(network, largest), title, endings[out.suffix.lower()])])


def _drawn(content: Drawing, title: str, format: str) -> bytes:
    try:
        from matplotlib import rc_context
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise HrdgraphError("pictures-need-library") from error
    buffer = io.BytesIO()
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(16, 11), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(figure)  # measures text, for SVG too
        axes = _axes(figure, content)
        _lines(axes, content)
        _marks(axes, content)
        _words(figure, content, title)
        legend = _legend(figure, content)
        name_marks(figure, axes, content, legend)
        metadata = (
            {"Date": None, "Creator": "hrdgraph"} if format == "svg" else {"Software": "hrdgraph"}
        )
        figure.savefig(buffer, format=format, dpi=_DPI, metadata=metadata)
    return buffer.getvalue()


def _axes(figure: Figure, content: Drawing) -> Axes:
    """The field, in the units of the layout, with equal scales."""
    axes = figure.add_axes((0.01, 0.05, 0.98, 0.87))
    axes.set_axis_off()
    axes.set_aspect("equal", adjustable="box")
    if content.marks:
        edges = [
            (m.x - m.reach, m.x + m.reach, m.y - m.reach, m.y + m.reach) for m in content.marks
        ]
        left, right, low, high = (list(side) for side in zip(*edges, strict=True))
        axes.set_xlim(min(left) - 4, max(right) + 4)
        axes.set_ylim(min(low) - 3, max(high) + 3)
    return axes


def _lines(axes: Axes, content: Drawing) -> None:
    from matplotlib.collections import LineCollection

    for kind, style in _LINES.items():
        segments = [[line.start, line.end] for line in content.lines if line.kind == kind]
        axes.add_collection(LineCollection(segments, zorder=1, alpha=0.55, **style))


def _marks(axes: Axes, content: Drawing) -> None:
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Circle

    for kind, colour in _COLOURS.items():
        for hollow in (False, True):
            circles = [
                Circle((mark.x, mark.y), mark.radius)
                for mark in content.marks
                if mark.kind == kind and mark.hollow == hollow
            ]
            face, edge = ("white", colour) if hollow else (colour, "white")
            axes.add_collection(
                PatchCollection(
                    circles,
                    facecolor=face,
                    edgecolor=edge,
                    linewidth=0.9 if hollow else 0.4,
                    zorder=2,
                )
            )


def _words(figure: Figure, content: Drawing, title: str) -> None:
    figure.text(
        0.02, 0.955, title, fontsize=20, fontweight="bold", color=INK, ha="left", va="center"
    )
    figure.text(
        0.02, 0.925, content.caption, fontsize=10.5, color="#555555", ha="left", va="center"
    )
    note = (
        "Size: number of neighbours. Around an award without lines: those linked to it alone. "
        "A finalist is not a winner."
    )
    figure.text(0.02, 0.022, note, fontsize=9.5, color="#555555", ha="left", va="center")


def _legend(figure: Figure, content: Drawing) -> Legend:
    from matplotlib.lines import Line2D

    entries = [Line2D([], [], **entry) for entry in _entries(content)]
    return figure.legend(
        handles=entries, loc="lower left", bbox_to_anchor=(0.012, 0.04), frameon=False,
        fontsize=10.5, labelcolor=INK, labelspacing=0.6,
    )  # fmt: skip


def _entries(content: Drawing) -> Iterator[dict[str, Any]]:
    """How the legend draws each kind of mark and line that is in the picture."""
    dot = {"linestyle": "none", "marker": "o", "markersize": 9}
    kinds = {mark.kind for mark in content.marks}
    for kind in (kind for kind in _COLOURS if kind in kinds):
        yield {"color": _COLOURS[kind], "label": _PLURALS[kind], **dot}
    if any(mark.hollow for mark in content.marks):
        hollow = {"markerfacecolor": "white", "markeredgecolor": _COLOURS["person"]}
        yield {"label": "named for awards, won none", **hollow, **dot}
    words = {"won": "won", "named": "finalist or nominee", "other": "role, founding, other tie"}
    used = {line.kind for line in content.lines}
    for kind in (kind for kind in _LINES if kind in used):
        style = {"color": str(_LINES[kind]["colors"]), "linestyle": _LINES[kind]["linestyles"]}
        yield {"label": words[kind], "linewidth": 1.2, **style}
