"""Draw a network as SVG or PNG: awards as hubs, laureates around them, and names where they cover
least."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from hrdgraph.atomic_files import write_file
from hrdgraph.errors import HrdgraphError, Origin, OutputError
from hrdgraph.exports.network import latin
from hrdgraph.exports.network_measures import simple

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox


_SEED = 7
_STEPS = 400
_ASPECT = 1.6  # width to height of the page
_GOLDEN = np.pi * (3 - np.sqrt(5))  # the angle at which a sunflower sets its seeds
_PITCH = 1.0  # distance between the things of a rosette: the unit of all lengths here
Points = NDArray[np.float64]


@dataclass(frozen=True)
class NetworkLayout:
    """Where each node is, in units of the distance between two leaves. `leaves` are those that
    hang on one hub only; `reach` is how far a node and its leaves extend.
    """

    positions: dict[str, tuple[float, float]]
    leaves: frozenset[str]
    reach: dict[str, float]


def rosettes(graph: nx.Graph, radii: dict[str, float]) -> NetworkLayout:
    """Lay out a connected graph. `radii` is how much room each node itself takes."""
    if len(graph) < 3:
        return NetworkLayout(
            {node: (4.0 * number, 0.0) for number, node in enumerate(sorted(graph))},
            frozenset(),
            radii,
        )
    leaves = {node for node in graph if graph.degree[node] == 1}
    skeleton = sorted(set(graph) - leaves)
    hanging = {node: sorted(set(graph[node]) & leaves) for node in skeleton}
    room = np.array([_outer(radii[node], len(hanging[node])) for node in skeleton])
    adjacency = nx.to_numpy_array(graph, nodelist=skeleton, weight=None)
    points = _apart(_wide(_forces(adjacency, room)), room)
    positions = {}
    for node, (x, y) in zip(skeleton, points.tolist(), strict=True):
        positions[node] = (x, y)
        positions.update(_rosette(hanging[node], x, y, radii[node]))
    return NetworkLayout(
        positions, frozenset(leaves), dict(zip(skeleton, room.tolist(), strict=True))
    )


def _outer(radius: float, leaves: int) -> float:
    """The radius of a hub with its rosette."""
    return (
        radius
        if not leaves
        else _PITCH * float(np.sqrt((radius / _PITCH) ** 2 + leaves * 1.15)) + 0.6 * _PITCH
    )


def _rosette(
    leaves: Sequence[str], x: float, y: float, radius: float
) -> dict[str, tuple[float, float]]:
    """Leaves around a hub, evenly thick from its rim outwards."""
    placed = {}
    for number, leaf in enumerate(leaves, start=1):
        distance = _PITCH * np.sqrt((radius / _PITCH + 0.45) ** 2 + number * 1.15)
        angle = number * _GOLDEN
        placed[leaf] = (float(x + distance * np.cos(angle)), float(y + distance * np.sin(angle)))
    return placed


def _forces(adjacency: Points, room: Points) -> Points:
    """Fruchterman and Reingold's forces, where nodes repel one another from rim to rim, and a
    cooling step."""
    count = len(room)
    points: Points = np.random.default_rng(_SEED).normal(size=(count, 2)) * np.sqrt(count) * 3
    ideal = 4.0 * _PITCH
    weight = np.sqrt(np.add.outer(room, room))
    for step in range(_STEPS):
        between, distance = _differences(points)
        gap = np.maximum(distance - np.add.outer(room, room) * 0.8, 0.25)
        push = ideal**2 * weight / gap / distance
        pull = adjacency * gap / ideal
        move = (between * (push / distance - pull / distance)[..., None]).sum(
            axis=1
        ) - 0.012 * points * room[:, None]
        points = points + _bounded(move, 6.0 * _PITCH * (1 - step / _STEPS) + 0.05)
    return points


def _apart(points: Points, room: Points) -> Points:
    """Push apart what still overlaps."""
    wanted = np.add.outer(room, room) + 0.8 * _PITCH
    np.fill_diagonal(wanted, 0)
    for _ in range(_STEPS):
        between, distance = _differences(points)
        overlap = np.maximum(wanted - distance, 0)
        if not overlap.any():
            break
        share = (1 / room)[:, None] / np.add.outer(1 / room, 1 / room)  # the smaller one gives way
        points = points + (between / distance[..., None] * (overlap * share * 0.5)[..., None]).sum(
            axis=1
        )
    return points


def _wide(points: Points) -> Points:
    """Turn the whole so that its longer axis lies level, and stretch that to the shape of a
    page."""
    if len(points) < 3:
        return points
    points = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(points, full_matrices=False)
    turned: Points = points @ (axes * np.where(axes[:, :1] < 0, -1, 1)).T
    width, height = np.ptp(turned, axis=0)
    stretched: Points = turned * np.array([max(1.0, _ASPECT * height / max(width, 1e-9)), 1.0])
    return stretched


def _differences(points: Points) -> tuple[Points, Points]:
    """The vector from each node to each other, and its length (1 on the diagonal, where it
    divides only)."""
    between = points[:, None, :] - points[None, :, :]
    distance = np.sqrt((between**2).sum(axis=-1))
    return between, np.maximum(distance, 0.05) + np.eye(len(points))


def _bounded(move: Points, most: float) -> Points:
    length: Any = np.maximum(np.sqrt((move**2).sum(axis=1)), 1e-9)
    bounded: Points = move / length[:, None] * np.minimum(length, most)[:, None]
    return bounded


LARGEST: Final = 1_200  # things in one picture; more cannot be told apart
_WON: Final = frozenset({"won", "revoked"})
_NAMED: Final = frozenset({"finalist", "nominee", "shortlisted", "considered"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing in the picture. `hollow`: it was named for awards and won none. `reach`: its
    radius with the leaves around it."""

    label: str
    kind: str
    x: float
    y: float
    radius: float
    reach: float
    hollow: bool
    leaf: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One link, from mark to mark, with the strongest relation between them."""

    start: tuple[float, float]
    end: tuple[float, float]
    kind: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks with the most central first, lines, and the words below the picture."""

    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    caption: str


def drawing(network: nx.MultiDiGraph, largest: int = LARGEST) -> Drawing:
    """Choose and lay out what is drawn: the largest component, and of it only the `largest`
    things with most neighbours."""
    graph = simple(network)
    core = _core(graph, largest)
    radii = {node: _radius(network.nodes[node]["kind"], graph.degree[node]) for node in core}
    layout = rosettes(core, radii)
    order = sorted(core, key=lambda node: (-core.degree[node], node))
    marks = tuple(_mark(network, layout, radii, node) for node in order)
    lines = tuple(
        Line(layout.positions[u], layout.positions[v], _relation(network, u, v))
        for u, v in sorted(core.edges)
        if u not in layout.leaves and v not in layout.leaves
    )
    return Drawing(marks, lines, _caption(network, graph, core))


def _core(graph: nx.Graph, largest: int) -> nx.Graph:
    if not graph:
        return graph
    members = max(sorted(map(sorted, nx.connected_components(graph))), key=len)
    most = sorted(members, key=lambda node: (-graph.degree[node], node))[:largest]
    cut = graph.subgraph(sorted(most))
    return graph.subgraph(max(sorted(map(sorted, nx.connected_components(cut))), key=len)).copy()


def _radius(kind: str, degree: int) -> float:
    """Area grows with the number of neighbours; awards are the hubs and start larger."""
    return (0.85 if kind == "award" else 0.38) + 0.13 * float(np.sqrt(max(degree - 1, 0)))


def _mark(
    network: nx.MultiDiGraph, layout: NetworkLayout, radii: dict[str, float], node: str
) -> Mark:
    data, leaf = network.nodes[node], node in layout.leaves
    x, y = layout.positions[node]
    kinds = {kind for _, _, kind in network.out_edges(node, data="kind")}
    hollow = bool(kinds & _NAMED) and not kinds & _WON
    radius = 0.36 if leaf else radii[node]
    return Mark(
        latin(data["label"], data["names"]),
        data["kind"],
        x,
        y,
        radius,
        layout.reach.get(node, radius),
        hollow,
        leaf,
    )


def _relation(network: nx.MultiDiGraph, u: str, v: str) -> str:
    """`won`, `named` (for an award, without winning it), or `other`."""
    pairs = (
        *network.get_edge_data(u, v, default={}).values(),
        *network.get_edge_data(v, u, default={}).values(),
    )
    kinds = {data["kind"] for data in pairs}
    return "won" if kinds & _WON else "named" if kinds & _NAMED else "other"


def _caption(network: nx.MultiDiGraph, graph: nx.Graph, core: nx.Graph) -> str:
    drawn, everything = len(core), len(network)
    if drawn == everything:
        return (
            f"All {everything} things and the {network.number_of_edges()} relations that "
            f"claims state between them."
        )
    component = len(max(nx.connected_components(graph), key=len)) if everything else 0
    part = (
        "the largest connected part"
        if drawn == component
        else f"the core of the largest connected part ({component} things)"
    )
    return (
        f"{drawn} of {everything} things: {part}. Smaller groups with no link to it are not drawn."
    )


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
