"""The pages of a site as plain values for templates: one module for each sort of page."""
