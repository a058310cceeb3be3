"""A built graph into a folder of files that any static host can serve: the same pages, with no
server behind them."""

from hrdgraph.web.site.writer import write_site

__all__ = ["write_site"]
