"""One constraint of SHACL Core and its nodes into those that break it."""
