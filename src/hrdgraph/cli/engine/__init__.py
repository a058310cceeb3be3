"""Commands that run mappings and shapes, outside a project too."""
