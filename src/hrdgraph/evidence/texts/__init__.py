"""Documents of every kind into frozen texts; one normaliser for each, with a version of its own."""
