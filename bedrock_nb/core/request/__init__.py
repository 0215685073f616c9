"""What is sent: the arguments of converse_stream, its messages, and the conversation that they come from."""
