"""A recording as data: dicts, lines of JSON, the packed form of notebooks, columns."""
