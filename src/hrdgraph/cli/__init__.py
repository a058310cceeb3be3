"""The command line: one thin module for each command, loaded only when it is called."""

import sys
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line and exit."""
    try:
        from hrdgraph.cli import app

        app.prepare()
    except KeyboardInterrupt:  # later ones are told by `app`
        print("interrupted; nothing was changed", file=sys.stderr)
        sys.exit(130)
    app.main()
