"""The `mcp` SDK, in its first generation."""

import contextlib
import json

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from story import play


@contextlib.asynccontextmanager
async def client(command, arguments):
    async with stdio_client(StdioServerParameters(command=command, args=arguments)) as (read, write):
        async with ClientSession(read, write) as session:
            await session.initialize()

            async def tools():
                return [tool.name for tool in (await session.list_tools()).tools]

            async def call(tool, given):
                result = await session.call_tool(tool, given)
                answer = json.loads(result.content[0].text)
                assert result.structuredContent == answer
                assert result.isError == ("code" in answer and "message" in answer), answer
                return answer

            yield tools, call


play(client)
