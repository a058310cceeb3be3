"""A source into its mapping: that of the kinds of its tables, and the one that is written beside
them, where there is one."""

from __future__ import annotations

import os
from collections.abc import Mapping as Map
from pathlib import Path

from hrdgraph.mapping.facts.document import PREFIXES, document_of
from hrdgraph.mapping.facts.layout import kinds_of, layouts_of
from hrdgraph.mapping.language.reader import mapping_of, read_mapping
from hrdgraph.mapping.language.yarrrml.document import say_yarrrml
from hrdgraph.mapping.model import Mapping
from hrdgraph.project import COMMA, Project, Source


def read_source(project: Project, source: Source) -> Mapping:
    """The mapping of a source. Raises all that is wrong with its tables, or MappingError with
    the place in the mapping."""
    described = described_tables(source)
    found: list[Mapping] = []
    if any(table.facts for table in source.tables):
        found.append(_of_facts(project, source, described))
    if source.has_mapping:
        known = {"id": project.base, **PREFIXES}
        found.append(
            read_mapping(
                source.mapping_file, base=project.base, described=described, prefixes=known
            )
        )
    return Mapping(
        found[-1].file, tuple(item for mapping in found for item in mapping.triples_maps)
    )


def _of_facts(project: Project, source: Source, described: Map[Path, str]) -> Mapping:
    layouts = layouts_of(kinds_of(project), source)
    document = document_of(layouts, (project.ontology_dir / "vocabularies").resolve())
    quads, places = say_yarrrml(document, {"id": project.base, **PREFIXES})
    return mapping_of(quads, source.description_file, "", project.base, places, described=described)


def described_tables(source: Source) -> dict[Path, str]:
    """The tables that the description of a source names, each with the delimiter that it states,
    which holds for the mapping too, unless that says another."""
    stated = (
        (table, table.delimiter if table.delimiter != COMMA else "") for table in source.tables
    )
    return {
        Path(os.path.normpath(source.table_file(table))): delimiter for table, delimiter in stated
    }
