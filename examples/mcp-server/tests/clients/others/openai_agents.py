"""`openai-agents`: its server, and every tool as a strict function."""

import contextlib
import json

from agents.mcp import MCPServerStdio, MCPUtil
from story import play


@contextlib.asynccontextmanager
async def client(command, arguments):
    async with MCPServerStdio({"command": command, "args": arguments}) as server:

        async def tools():
            listed = await server.list_tools()
            for tool in listed:
                function = MCPUtil.to_function_tool(tool, server, convert_schemas_to_strict=True)
                assert function.strict_json_schema, f"{tool.name} is no strict function"
            return [tool.name for tool in listed]

        async def call(tool, given):
            result = await server.call_tool(tool, given)
            return json.loads(result.content[0].text)

        yield tools, call


play(client)
