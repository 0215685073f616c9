"""The panel while it changes: the widget, what is sent to it, and when."""
