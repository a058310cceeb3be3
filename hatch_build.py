"""Compile the catalogues of sentences into the wheel, so that an installed one need not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface[Any]):
    """Adds the compiled catalogue of each language to the files of a build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        sys.path.insert(0, str(Path(self.root) / "src"))
        from hrdgraph.catalogue import LANGUAGES
        from hrdgraph.catalogue.compiling import COMPILED, load

        for language in LANGUAGES:
            load(language)
            build_data["artifacts"].append(f"src/hrdgraph/catalogue/{language}/{COMPILED}")
