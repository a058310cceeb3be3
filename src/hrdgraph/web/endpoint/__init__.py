"""Answer HTTP requests of SPARQL in processes that can be killed.

`routes` has what a server mounts. A worker imports this package too, so nothing is imported here.
"""
