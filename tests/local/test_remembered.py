from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.local.remembered import RememberedRequests
from bedrock_nb.local.service import ReceivedRequest


def received(body):
    return ReceivedRequest("POST", "/", {}, body, None, None)


@given(st.lists(st.binary(max_size=20).map(received)), st.integers(1, 5), st.integers(0, 40))
def test_the_newest_are_remembered_as_far_as_they_fit(requests, most, largest):
    remembered = RememberedRequests(most, largest)
    for request in requests:
        remembered.add(request)
    kept = remembered.newest
    assert kept == tuple(requests[len(requests) - len(kept) :])
    assert len(kept) <= most
    assert len(kept) == min(1, len(requests)) or sum(len(each.raw_body) for each in kept) <= largest


def test_one_is_remembered_however_large_it_is():
    remembered = RememberedRequests(largest=1)
    remembered.add(received(b"a small one, and then"))
    remembered.add(received(b"a larger one that is the newest"))
    assert [each.raw_body for each in remembered.newest] == [b"a larger one that is the newest"]
