"""Names as people write them into words, sounds, skeletons and parts that can be compared across
languages and scripts."""
