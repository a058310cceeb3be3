"""The library: each thing that a person can do, as a function. The command line is its mirror."""
