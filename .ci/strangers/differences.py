"""What is not the same behind the proxy, and why. Anything else is a fault."""

import copy
import json


def expected(bare, guarded):
    """The reason why these two answers differ; `None` if nothing lists it."""
    method, before, told = bare
    _, after, told_behind = guarded
    if told != told_behind:
        return None
    if method == "initialize":
        return greeting(before, after)
    code = refusal(after)
    if method in REFUSED and "result" in before and after["error"]["code"] == NO_SUCH_METHOD:
        return "not offered, since the proxy passes tools on and nothing else"
    if is_error(before) and code in ERRORS:
        return ERRORS[code]
    return None


# What the server answers with an error is refused before it reaches the server.
ERRORS = {
    "not_accepted": "nobody has accepted a tool that the server does not have",
    "invalid_arguments": "what the tool's schema does not allow is refused by the proxy",
}
NO_SUCH_METHOD = -32601
REFUSED = {
    "prompts/list",
    "prompts/get",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "resources/subscribe",
    "completion/complete",
    "logging/setLevel",
}


def greeting(before, after):
    """Of the server stay its name, its version, and that it has tools."""
    left = copy.deepcopy(before)
    left["capabilities"] = {"tools": left["capabilities"]["tools"]}
    left["serverInfo"] = {key: left["serverInfo"][key] for key in ("name", "version")}
    if left != after:
        return None
    return "the client hears the name, the version and the tools of a server"


def is_error(answer):
    return answer.get("result", {}).get("isError") is True


def refusal(answer):
    """The code of the proxy's refusal of a call, or of another request; `None` for others."""
    error = answer.get("error", {}).get("data", {})
    if "code" in error:
        return error["code"]
    if not is_error(answer):
        return None
    try:
        return json.loads(answer["result"]["content"][0]["text"])["code"]
    except (LookupError, TypeError, ValueError):
        return None
