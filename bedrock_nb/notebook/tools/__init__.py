"""Python functions of the notebook as tools of a model: declared, called, answered."""
