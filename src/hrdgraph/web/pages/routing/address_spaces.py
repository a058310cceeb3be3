"""IRIs that lie outside the base into the keys of their addresses, and back: concepts of the
vocabularies, named graphs, the software that built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from hrdgraph.vocab import HRDV

if TYPE_CHECKING:
    from hrdgraph.project import Project

SOFTWARE: Final = "https://w3id.org/hrdgraph/software/"
# of these the graph tells only what stands at their own node
PLAIN: Final = ("concept", "graph", "software")
DATASET: Final = "dataset"


class AddressSpace(NamedTuple):
    """A namespace whose IRIs answer below a folder of the site."""

    folder: str
    prefix: str
    kind: str


def spaces_of(project: Project) -> tuple[AddressSpace, ...]:
    """The namespaces beside the base of a project."""
    return (
        AddressSpace("vocabulary/", HRDV.prefix, "concept"),
        AddressSpace("graph/", project.graph_base, "graph"),
        AddressSpace("software/", SOFTWARE, "software"),
    )


def is_of_dataset(key: str) -> bool:
    """Whether a key is of the data set itself, or of a part that its description names."""
    return key == DATASET or key.startswith((f"{DATASET}/", f"{DATASET}#"))
