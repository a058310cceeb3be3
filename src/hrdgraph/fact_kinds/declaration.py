"""Read files of YAML that declare kinds and vocabularies."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from hrdgraph.errors import OntologyError, Origin


def read_declaration(path: Path) -> dict[str, Any]:
    """Read what a file declares. OntologyError where it is malformed or empty."""
    import yaml

    place = Origin(str(path))
    try:
        found = _of_text(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise OntologyError(
            "not-valid", format="YAML", hint="look-at-yaml", reason=error, origin=place
        ) from error
    if not isinstance(found, dict):
        raise OntologyError("kinds-empty", origin=place, hint="write-kind")
    return found


@lru_cache(maxsize=64)
def _of_text(text: str) -> Any:
    """Parse a document; nobody changes it. Most projects have the same ones."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Takes the keys `on`, `no` and `2021` for words."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode):
                    key.tag = "tag:yaml.org,2002:str"
            return super().construct_mapping(node, deep)

    return yaml.load(text, Loader=Loader)
