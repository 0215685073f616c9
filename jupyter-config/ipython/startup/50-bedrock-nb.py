"""Make %%bedrock known to every IPython of this environment; the package is imported when it is first used."""


def _register_bedrock() -> None:
    from importlib.util import find_spec

    from IPython import get_ipython

    shell = get_ipython()
    register_lazy = getattr(getattr(shell, "magics_manager", None), "register_lazy", None)
    if register_lazy and find_spec("bedrock_nb"):  # the file may outlive the package
        register_lazy("bedrock", "bedrock_nb")


# IPython runs this file in the user's own namespace: leave no name behind.
_register_bedrock()
del _register_bedrock
