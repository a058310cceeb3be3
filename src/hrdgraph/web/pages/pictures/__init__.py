"""Small pictures: charts, maps, networks."""
