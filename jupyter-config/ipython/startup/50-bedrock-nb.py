# Makes %%bedrock known to every IPython of this environment; the package is imported when it is first used.
# IPython runs this file in the user's own namespace: it leaves no name behind, nor a docstring.


def _register_bedrock() -> None:
    from importlib.util import find_spec

    from IPython import get_ipython

    manager = getattr(get_ipython(), "magics_manager", None)
    if hasattr(manager, "register_lazy") and find_spec("bedrock_nb"):  # this file may outlive the package
        manager.register_lazy("bedrock", "bedrock_nb")


_register_bedrock()
del _register_bedrock
