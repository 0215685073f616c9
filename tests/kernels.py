"""A real kernel, as a notebook speaks to it."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from jupyter_client.manager import start_new_kernel

PATIENCE = 60
"""Seconds after which a test no longer waits for the kernel."""


@dataclass
class Ran:
    """What came of a cell: its messages by type, and the reply."""

    messages: list = field(default_factory=list)
    reply: dict = field(default_factory=dict)

    def of(self, kind):
        """The contents of the messages of this type."""
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    @property
    def printed(self):
        return "".join(content["text"] for content in self.of("stream"))

    @property
    def value(self):
        """The text of the cell's value."""
        return next((content["data"]["text/plain"] for content in self.of("execute_result")), None)

    @property
    def final_bundle(self):
        """What the panel was replaced with."""
        return next((content["data"] for content in reversed(self.of("update_display_data"))), None)

    @property
    def traceback(self):
        return "\n".join(line for content in self.of("error") for line in content["traceback"])


@dataclass
class Kernel:
    """The kernel's client, with whole requests in place of messages."""

    client: object

    def run(self, code, *, cell_id=None, silent=False):
        """Run a cell to its end."""
        message = self.client.session.msg("execute_request", request(code, silent=silent))
        message["metadata"] = {"cellId": cell_id} if cell_id else {}
        self.client.shell_channel.send(message)
        ran = Ran()
        while True:
            news = self.client.get_iopub_msg(timeout=PATIENCE)
            if news["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            ran.messages.append(news)
            if news["msg_type"] == "status" and news["content"]["execution_state"] == "idle":
                break
        ran.reply = self._reply_to(message["header"]["msg_id"])
        return ran

    def answer(self, code, answer):
        """Run a cell that asks its user something; the question."""
        asked = self.client.execute(code, allow_stdin=True)
        question = self.client.get_stdin_msg(timeout=PATIENCE)["content"]["prompt"]
        self.client.input(answer)
        self._reply_to(asked)
        return question

    def _reply_to(self, request):
        while True:
            reply = self.client.get_shell_msg(timeout=PATIENCE)
            if reply["parent_header"].get("msg_id") == request:
                return reply["content"]

    def complete(self, code, position=None):
        """What the completion menu offers at this position."""
        position = len(code) if position is None else position
        reply = self.client.complete(code, position, reply=True, timeout=PATIENCE)["content"]
        return [code[: reply["cursor_start"]] + match for match in reply["matches"]]

    def later(self, kind):
        """The next message of this type, whichever cell it belongs to."""
        while True:
            news = self.client.get_iopub_msg(timeout=PATIENCE)
            if news["msg_type"] == kind:
                return news


def request(code, *, silent):
    return {
        "code": code,
        "silent": silent,
        "store_history": not silent,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": False,
    }


@contextmanager
def running(**environment):
    """A kernel in this environment."""
    manager, client = start_new_kernel(startup_timeout=PATIENCE, extra_arguments=["--log-level=ERROR"], **environment)
    try:
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
