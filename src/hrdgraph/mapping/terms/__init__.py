"""Columns of texts into columns of terms."""
