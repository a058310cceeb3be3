"""Freeze the text of documents of every kind; one normaliser for each, with a version of its
own."""
