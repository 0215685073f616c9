"""The panel as HTML, the same for live and finished."""
