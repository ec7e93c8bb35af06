"""What was not foreseen: logged, and told without what it was."""

from __future__ import annotations

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from semsearch.serve.errors import FAILED, error_response, log_failure


class Failures:
    """The innermost ring: an exception that no handler takes becomes an answer with status 500.

    Starlette's own handler of such exceptions is outside all middlewares, where an answer would
    have no id and no headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, note)
        except (ClientDisconnect, ConnectionError):
            return  # nobody is there to be told
        except Exception as error:
            log_failure(scope, error)
            if begun:
                raise  # the connection is cut, so that nobody takes a part for the whole
            await error_response(scope, 500, FAILED)(scope, receive, send)
