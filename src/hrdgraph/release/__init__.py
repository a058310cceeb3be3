"""A finished build into a versioned release, and two graphs into what changed between them."""

from hrdgraph.release.bundle import Bundle, write_release
from hrdgraph.release.differences import Differences, compare
from hrdgraph.release.patch import apply_patch, patch_lines

__all__ = ["Bundle", "Differences", "apply_patch", "compare", "patch_lines", "write_release"]
