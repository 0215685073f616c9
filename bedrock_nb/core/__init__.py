"""Pure values and functions: no clock, no thread, no file, no foreign library."""
