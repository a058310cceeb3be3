"""data.nt and shapes → results, with shacl-rust and its faster index. It reads and validates in
one call.

Usage: python by_rust.py FILE SHAPES
"""

from __future__ import annotations

import sys
from typing import Any

import shacl_rust
from measured import Row, component, spent, tell

found = shacl_rust.validate_file(sys.argv[1], sys.argv[2], experimental_index=True)["results"]
after = spent()


def row(result: dict[str, Any]) -> Row:
    """Focus node, path, value and component."""
    focus, path, value = (result.get(name) or "" for name in ("focusNode", "resultPath", "value"))
    return (
        focus.strip("<>"),
        path.strip("<>"),
        value,
        component(result["sourceConstraintComponent"]),
    )


tell(0, map(row, found), after)
