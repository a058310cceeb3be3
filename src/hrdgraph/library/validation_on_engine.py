"""A bulk folder held against shapes on an engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hrdgraph.library.misuse import UsageError
from hrdgraph.library.threads import processors
from hrdgraph.privacy.readable_build import check_readable

if TYPE_CHECKING:
    from hrdgraph.cluster.validation_job import EngineOutcome
    from hrdgraph.validate import Shapes


def validate_bulk_on(
    on: str, data: Any, shapes: Shapes, *, rule: str = "", memory: int, infer: bool = False
) -> EngineOutcome:
    """What an engine finds in a bulk folder, by its path or URL: of all shapes, or of those that
    ask one of the name `rule`. Nothing is read where a shape is of a kind that no engine judges."""
    from hrdgraph.cluster.session import EngineLimits
    from hrdgraph.cluster.storage import is_url
    from hrdgraph.cluster.validation_job import validate_on

    if infer:
        raise UsageError("engine-runs-no-rules")
    if not isinstance(data, str | Path) or not (is_url(str(data)) or Path(data).is_dir()):
        raise UsageError("validate-needs-bulk-folder")
    if not is_url(str(data)):
        check_readable(Path(data))
    return validate_on(str(data), shapes, on, EngineLimits(memory, processors()), rule=rule)
