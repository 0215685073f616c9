# Makes %%bedrock known to every IPython of this environment; the package is imported when it is first used.
# IPython runs this file in the user's own namespace: it leaves no name behind, nor a docstring.


def _register_bedrock() -> None:
    from importlib.util import find_spec

    from IPython import get_ipython

    shell = get_ipython()
    manager = getattr(shell, "magics_manager", None)
    if not hasattr(manager, "register_lazy") or not find_spec("bedrock_nb"):  # this file may outlive the package
        return

    def with_a_body(lines: list[str]) -> list[str]:
        """Let `%%bedrock -h` be a notebook's first use: IPython refuses a cell magic with nothing below it."""
        if not "".join(lines).lstrip().startswith("%%bedrock"):
            return lines
        from bedrock_nb.notebook import magic

        return magic.with_a_body(lines)

    # Left out when IPython asks whether a cell is whole: a terminal would run the first line by itself.
    vars(with_a_body)["has_side_effects"] = True
    manager.register_lazy("bedrock", "bedrock_nb")
    shell.input_transformers_cleanup.insert(0, with_a_body)


_register_bedrock()
del _register_bedrock
