"""Outputs of mappings and exports: where they go, in which format, packed or not."""
