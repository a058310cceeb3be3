"""Judgements into the formats of other tools, and theirs into decisions: nomenklatura's
resolver, and SSSOM."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hrdgraph.identity.exchange.foreign import JudgementFormat, Read
from hrdgraph.identity.exchange.nomenklatura import read_nomenklatura, write_nomenklatura
from hrdgraph.identity.exchange.sssom import read_sssom, write_sssom

FORMATS: Final[Mapping[str, JudgementFormat]] = MappingProxyType({
    "nomenklatura": JudgementFormat(read_nomenklatura, write_nomenklatura),
    "sssom": JudgementFormat(read_sssom, write_sssom),
})  # fmt: skip

__all__ = ["FORMATS", "JudgementFormat", "Read"]
