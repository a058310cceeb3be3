"""The command line: one thin module for each command, loaded only when it is called."""

from hrdgraph.cli.app import main

__all__ = ["main"]
