CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, born INTEGER);
INSERT INTO people VALUES (1, 'Ada', 1980), (2, 'Berta', NULL);
