"""From options to an answer: filling in, composing, and the rounds of an exchange."""
