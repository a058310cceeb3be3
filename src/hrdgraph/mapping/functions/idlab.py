"""Functions of IDLab (https://w3id.org/imec/idlab/function#) that conditions and the official
suite use."""

from __future__ import annotations

import re
from typing import Final

from hrdgraph.mapping.functions.grel import GREL
from hrdgraph.mapping.functions.signature import Function
from hrdgraph.sources.reference_columns import BOOLEAN
from hrdgraph.vocab import Namespace

IDLAB: Final = Namespace("https://w3id.org/imec/idlab/function#")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def always_abc() -> str:
    """The text `ABC`."""
    return "ABC"


def to_upper_case_url(value: str | None) -> str | None:
    """The text in upper case, with `http://` before it where it has no scheme."""
    if value is None:
        return None
    return value.upper() if _SCHEME.match(value) else f"http://{value.upper()}"


def equal(value: str | None, other: str | None) -> str | None:
    """Whether two texts are the same; None where one is missing, for nobody knows."""
    return _boolean(value == other) if value is not None and other is not None else None


def not_equal(value: str | None, other: str | None) -> str | None:
    """Whether two texts differ; None where one is missing, for nobody knows."""
    return _boolean(value != other) if value is not None and other is not None else None


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def is_null(value: str | None) -> str:
    """Whether there is no value."""
    return "true" if value is None else "false"


def true_condition(test: str | None, value: str | None) -> str | None:
    """`value` where `test` is true, else None."""
    return value if test == "true" else None


_TEXT = (IDLAB._stringOut,)
_FLAG = (IDLAB._boolOut,)
_TWO = (GREL.valueParam, GREL.valueParam2)

ENTRIES: Final[tuple[Function, ...]] = (
    Function(IDLAB.alwaysReturnsABC, (), always_abc, outputs=_TEXT),
    Function(IDLAB.toUpperCaseURL, (IDLAB["str"],), to_upper_case_url, outputs=_TEXT),
    Function(IDLAB.equal, _TWO, equal, outputs=_FLAG, kind=BOOLEAN),
    Function(IDLAB.notEqual, _TWO, not_equal, outputs=_FLAG, kind=BOOLEAN),
    Function(IDLAB.isNull, (IDLAB["str"],), is_null, outputs=_FLAG, kind=BOOLEAN),
    Function(IDLAB.trueCondition, (IDLAB.strBoolean, IDLAB["str"]), true_condition, outputs=_TEXT),
)
