"""Get the official suites: `make suites`, or `python tests/conformance/suites.py [FOLDER]`.

Each comes from the repository of those who keep it, into `conformance/` below the folder, which is
`HRDGRAPH_SHARED` or `../shared`. What is there already stays as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
RML: Final = ("rml-core", "rml-io", "rml-fnml", "rml-lv", "rml-cc", "rml-star")
SUITES: Final = {
    **{name: (f"https://github.com/kg-construct/{name}", "test-cases") for name in RML},
    "shacl": ("https://github.com/w3c/data-shapes", "data-shapes-test-suite/tests"),
    "sparql10": ("https://github.com/w3c/rdf-tests", "sparql/sparql10"),
    "sparql11": ("https://github.com/w3c/rdf-tests", "sparql/sparql11"),
}


def get(name: str, target: Path) -> None:
    """Copy one suite out of a shallow clone; the tests of queries of SPARQL 1.1 stand in `query` too."""
    address, folder = SUITES[name]
    with tempfile.TemporaryDirectory() as clone:
        subprocess.run(["git", "clone", "-q", "--depth", "1", address, clone], check=True)
        shutil.copytree(Path(clone, folder), target)
        if name == "sparql11":
            shutil.copytree(Path(clone, folder), target / "query", dirs_exist_ok=True)


def main(arguments: list[str]) -> int:
    """Get what is missing; 1 and a way out where that fails."""
    given = arguments[0] if arguments else os.environ.get("HRDGRAPH_SHARED")
    conformance = (Path(given) if given else ROOT.parent / "shared") / "conformance"
    for name, (address, folder) in SUITES.items():
        target = conformance / name
        if target.exists():
            print(f"{target}: there already")
            continue
        try:
            get(name, target)
        except (OSError, subprocess.CalledProcessError, shutil.Error) as error:
            print(f"{name}: {error}", file=sys.stderr)
            print(f"  hint: copy the folder {folder} of {address} to {target}", file=sys.stderr)
            return 1
        print(f"{target}: taken from {address}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
