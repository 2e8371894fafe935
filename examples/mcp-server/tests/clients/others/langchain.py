"""`langchain-mcp-adapters`: the tools as those of an agent."""

import contextlib

from langchain_core.tools import ToolException
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools
from story import play, said


@contextlib.asynccontextmanager
async def client(command, arguments):
    server = {"transport": "stdio", "command": command, "args": arguments}
    async with MultiServerMCPClient({"openpass": server}).session("openpass") as session:
        loaded = {tool.name: tool for tool in await load_mcp_tools(session)}

        async def tools():
            return loaded

        async def call(tool, given):
            try:
                result = await loaded[tool].ainvoke(given)
            except ToolException as refused:
                return said(str(refused))
            return said(result[0]["text"])

        yield tools, call


play(client)
