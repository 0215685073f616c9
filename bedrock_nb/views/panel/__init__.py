"""From calls to the panel: what there is to be seen, as plain data."""
