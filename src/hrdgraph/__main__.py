"""`python -m hrdgraph`: the command line, where its script is not on the path."""

from hrdgraph.cli import main

if __name__ == "__main__":
    main()
