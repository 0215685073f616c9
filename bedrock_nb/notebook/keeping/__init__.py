"""What is there after the call: the recording, the history, tables and costs."""
