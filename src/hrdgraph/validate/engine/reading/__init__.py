"""Shapes as triples into the model, every shape checked before any data is looked at."""
