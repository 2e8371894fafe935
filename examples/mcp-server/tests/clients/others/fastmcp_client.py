"""The client of `fastmcp`."""

import contextlib
import json

from fastmcp import Client
from fastmcp.client.transports import StdioTransport
from story import play


@contextlib.asynccontextmanager
async def client(command, arguments):
    async with Client(StdioTransport(command, arguments, keep_alive=False)) as session:

        async def tools():
            return [tool.name for tool in await session.list_tools()]

        async def call(tool, given):
            result = await session.call_tool(tool, given, raise_on_error=False)
            answer = json.loads(result.content[0].text)
            assert result.structured_content == answer
            assert result.is_error == ("code" in answer and "message" in answer), answer
            return answer

        yield tools, call


play(client)
