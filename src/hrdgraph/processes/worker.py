"""Run the `main` of a module in a process that ends with the one that started it. That is the
first thing it arranges, before it loads what takes time."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from hrdgraph.processes.bounds import die_with


def main() -> None:
    """Run what the command line names: a module, who started this, and what the module is told.

    It ends at once when nobody waits any more: an interpreter that takes itself apart would write
    to the closed pipe once more, and take apart a store of gigabytes term by term."""
    _, module, parent, *arguments = sys.argv
    die_with(int(parent))
    sys.argv = [module, *arguments]
    try:
        import_module(module).main()
    except (BrokenPipeError, ConnectionError, KeyboardInterrupt):
        os._exit(1)


if __name__ == "__main__":
    main()
