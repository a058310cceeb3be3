"""A build maps sources that are large on an engine, and gives what it gives without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import hrdgraph
from hrdgraph.errors import MappingError


@pytest.fixture
def projects(tmp_path: Path) -> Callable[[str], Path]:
    """Makes a new project whose example is large."""

    def make(name: str) -> Path:
        root = tmp_path / name
        hrdgraph.init(root)
        description = root / "data/sources/example/source.toml"
        description.write_text("large = true\n" + description.read_text("utf-8"), "utf-8")
        return root

    return make


@pytest.mark.heavy  # it starts an engine of its own
def test_the_build_is_that_without_an_engine(projects: Callable[[str], Path]) -> None:
    pytest.importorskip(
        "pysail", reason="needs the extra sail: pip install 'hrdgraph-cluster[sail]'"
    )
    here, there = projects("one"), projects("two")
    local = hrdgraph.build(here, validate=False)
    made = hrdgraph.build(there, validate=False, on="sail")
    assert made.counts == local.counts
    for name in ("graph.nq", "graph.trig", "graph.ttl"):
        if (here / "build" / name).is_file():
            assert (there / "build" / name).read_bytes() == (here / "build" / name).read_bytes()
    assert not list(there.glob(".engine.*"))


def test_an_engine_that_is_none_is_told_before_anything_is_mapped(
    projects: Callable[[str], Path],
) -> None:
    root = projects("one")
    with pytest.raises(MappingError) as caught:
        hrdgraph.build(root, validate=False, on="hadoop")
    assert caught.value.code == "not-known-here"
    assert not (root / "build").exists()
