"""An agent's program by the Model Context Protocol's own library: calls a tool for each line of its input."""

import asyncio
import json
import os
import sys

from mcp import ClientSession, MCPError, StdioServerParameters, stdio_client


def say(line):
    print(json.dumps(line), flush=True)


async def call(session, tool, arguments):
    try:
        result = await session.call_tool(tool, arguments)
    except MCPError as error:
        return {"code": error.error.code, "error": error.error.message}
    [content] = result.content
    if result.is_error:
        return {"error": content.text}
    assert json.loads(content.text) == result.structured_content
    return result.structured_content


async def main():
    command, *arguments = sys.argv[1:]
    key = {"CHINWAG_KEY": os.environ["CHINWAG_KEY"]}
    server = StdioServerParameters(command=command, args=arguments, env=key)
    async with stdio_client(server) as streams, ClientSession(*streams) as session:
        begun = await session.initialize()
        tools = await session.list_tools()
        await session.send_ping()
        say(
            {
                "version": begun.protocol_version,
                "name": begun.server_info.name,
                "instructions": begun.instructions,
                "tools": [tool.name for tool in tools.tools],
            }
        )
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            say(await call(session, *json.loads(line)))


asyncio.run(main())
