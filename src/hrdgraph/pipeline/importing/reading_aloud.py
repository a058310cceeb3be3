"""The first rows of a table that is proposed, into sentences that a person hears the mistake in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hrdgraph.kinds import Kind
from hrdgraph.kinds.codes import Codes
from hrdgraph.kinds.sentences import sentence_of, with_labels
from hrdgraph.pipeline.importing.table_proposal import TableProposal

_ALOUD: Final = 5  # rows read aloud


def read_aloud(
    proposal: TableProposal, kind: Kind, language: str, codes: Mapping[str, Codes]
) -> list[str]:
    """The first rows as sentences."""
    stated = (column for column in kind.columns if column.default)
    fixed = {one.name: one.default for one in stated if not one.default.startswith("@")}
    defaults, sentences = fixed | dict(proposal.values), []
    for row in proposal.rows[:_ALOUD]:
        cells = {name: proposal.cell(row, name) for name in proposal.columns}
        known = {name: "" if text in proposal.unknown else text for name, text in cells.items()}
        said = with_labels(kind, {**defaults, **known}, language, codes.__getitem__)
        sentences.append(sentence_of(kind, said, language))
    return sentences
