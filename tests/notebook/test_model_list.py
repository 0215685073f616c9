import threading

import pytest

from bedrock_nb.core.errors import AccessDenied
from bedrock_nb.notebook import model_list
from bedrock_nb.notebook.model_list import ModelList
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.models import ListedModel

PATIENCE = 10
HERE = Connection(region="us-east-1")
MODEL = ListedModel(id="m.m", name="M", provider="P", kind="model")


@pytest.fixture
def account(monkeypatch):
    """A service that answers when it is let, and counts how often it was asked."""

    class Account:
        may_answer = threading.Event()
        asked = 0
        failure = None

        def list_models(self, _connection):
            self.asked += 1
            assert self.may_answer.wait(PATIENCE)
            if self.failure:
                raise self.failure
            return (MODEL,)

    account = Account()
    account.may_answer = threading.Event()
    monkeypatch.setattr(model_list, "list_models", account.list_models)
    yield account
    account.may_answer.set()


def finish():
    for thread in threading.enumerate():
        if thread.name == "bedrock-nb models":
            thread.join(PATIENCE)


def test_what_is_known_is_there_at_once_and_fetched_once(account):
    models = ModelList()
    assert models.known(HERE) == ()
    assert models.known(HERE) == ()
    account.may_answer.set()
    finish()
    assert models.known(HERE) == (MODEL,)
    assert account.asked == 1


def test_each_way_to_bedrock_has_its_own_list(account):
    account.may_answer.set()
    models = ModelList()
    models.fetched(HERE)
    assert models.known(Connection(region="eu-west-1")) == ()
    finish()


def test_a_list_grows_old(account, monkeypatch):
    account.may_answer.set()
    models = ModelList()
    models.fetched(HERE)
    monkeypatch.setattr(model_list, "GOOD_FOR", -1.0)
    assert models.known(HERE) == (MODEL,)
    finish()
    assert account.asked == 2


def test_a_failure_is_told_to_who_waits_and_kept_from_who_does_not(account):
    account.may_answer.set()
    account.failure = AccessDenied("no")
    models = ModelList()
    assert models.known(HERE) == ()
    finish()
    assert models.known(HERE) == ()
    assert account.asked == 1
    with pytest.raises(AccessDenied):
        models.fetched(HERE)
