"""`pydantic-ai`: an agent whose model is a function, which follows the story."""

import contextlib
import json

from fastmcp.client.transports import StdioTransport
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import FunctionModel
from story import play, said


@contextlib.asynccontextmanager
async def client(command, arguments):
    toolset = MCPToolset(StdioTransport(command, arguments, keep_alive=False), tool_error_behavior="failed")
    wanted, seen = [], []

    def model(messages, info):
        seen[:] = [tool.name for tool in info.function_tools]
        if wanted:
            return ModelResponse(parts=[ToolCallPart(*wanted.pop())])
        return ModelResponse(parts=[TextPart("done")])

    agent = Agent(FunctionModel(model), toolsets=[toolset])
    async with agent:

        async def tools():
            await agent.run("What can you do?")
            return seen

        async def call(tool, given):
            wanted.append((tool, given))
            run = await agent.run("Go on.")
            returned = [part for message in run.all_messages() for part in message.parts if part.part_kind == "tool-return"]
            content = returned[-1].content
            return content if isinstance(content, dict) else said(content)

        yield tools, call


play(client)
