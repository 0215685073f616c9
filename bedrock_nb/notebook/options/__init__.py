"""What a cell may say: one table of options, how a value is read, and the defaults behind it."""
