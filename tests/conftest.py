"""No test reads its user's configuration, writes into a real home, or speaks to another machine."""

import os
import ssl
import sys
from pathlib import Path

import pytest
import trustme
from hypothesis import settings

OUTER_ENVIRONMENT = dict(os.environ)
PERSONAL = ("AWS_", "BEDROCK_NB_", "BOTO_", "JUPYTER", "IPYTHON", "PYTHONPATH", "XDG_")
PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
THIS_MACHINE = {"127.0.0.1", "::1", "localhost", "", None}

# Machines that run tests are noisy: a slow example is no failure.
settings.register_profile("quick", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_configure(config):
    sys.addaudithook(_stay_on_this_machine)


def _stay_on_this_machine(event: str, arguments: tuple) -> None:
    """Refuse to look up a host, or to connect to one, that is not this machine."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in THIS_MACHINE:
        raise RuntimeError(f"A test tried to reach {host}. Tests speak to this machine alone.")


@pytest.fixture(scope="session")
def outer_environment() -> dict[str, str]:
    """The environment that the tests were started in, for tools that have to find their way out, such as pip."""
    return OUTER_ENVIRONMENT


@pytest.fixture(scope="session", autouse=True)
def nothing_of_the_users(tmp_path_factory):
    """Leave no personal setting and no proxy in the environment; AWS credentials are made up."""
    with pytest.MonkeyPatch.context() as patch:
        for name in OUTER_ENVIRONMENT:
            if name.startswith(PERSONAL) or name.lower() in PROXIES:
                patch.delenv(name)
        _move_home(patch, tmp_path_factory.mktemp("home"))
        patch.setenv("AWS_ACCESS_KEY_ID", "made-up")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


@pytest.fixture(autouse=True)
def home(nothing_of_the_users, tmp_path_factory, monkeypatch) -> Path:
    """An empty home folder for each test."""
    folder = tmp_path_factory.mktemp("home")
    _move_home(monkeypatch, folder)
    return folder


def _move_home(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setenv("HOME", str(folder))
    patch.setenv("USERPROFILE", str(folder))
    patch.setenv("AWS_CONFIG_FILE", str(folder / ".aws" / "config"))
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / ".aws" / "credentials"))


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture(scope="session")
def trusted(authority, tmp_path_factory):
    """The path of the authority's certificate, for boto3's `verify`."""
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture(scope="session")
def tls(authority):
    """What an endpoint needs to serve https."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def broken(tmp_path_factory, monkeypatch):
    """Puts a library before the one that is installed: loading it runs this code, which ends in an error."""

    def put(library: str, code: str = "import what_it_needs") -> None:
        folder = tmp_path_factory.mktemp("broken")
        (folder / f"{library}.py").write_text(code)
        monkeypatch.syspath_prepend(folder)
        for name in [name for name in sys.modules if name.partition(".")[0] == library]:
            monkeypatch.delitem(sys.modules, name)

    return put
