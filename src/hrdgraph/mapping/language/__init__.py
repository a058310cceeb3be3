"""Mapping documents, in whatever vocabulary, into the model."""
