"""What is asked of each server: every tool of it, in an order in which each has work."""


def filesystem(stage):
    def at(name):
        return f"{stage.files}/{name}"

    return [
        ("read_file", {"path": at("a.txt")}),
        ("read_text_file", {"path": at("a.txt"), "head": 1}),
        ("read_media_file", {"path": at("p.png")}),
        ("read_multiple_files", {"paths": [at("a.txt"), at("none")]}),
        ("list_directory", {"path": at("")}),
        ("list_directory_with_sizes", {"path": at(""), "sortBy": "size"}),
        ("directory_tree", {"path": at("")}),
        ("search_files", {"path": at(""), "pattern": "*.txt"}),
        ("list_allowed_directories", {}),
        ("write_file", {"path": at("n.txt"), "content": "h\u00e9 \u202e 1"}),
        ("edit_file", {"path": at("n.txt"), "edits": [{"oldText": "1", "newText": "2"}]}),
        ("create_directory", {"path": at("d/e")}),
        ("move_file", {"source": at("n.txt"), "destination": at("m.txt")}),
        ("read_text_file", {"path": at("m.txt")}),
        ("read_text_file", {"path": "/etc/passwd"}),
        ("get_file_info", {"path": at("a.txt")}),
        ("write_file", {"path": 1}),
        ("no_such_tool", {}),
    ]


def memory(_):
    relation = {"from": "a", "to": "b", "relationType": "r"}
    entities = [
        {"name": "a", "entityType": "t", "observations": ["x"]},
        {"name": "b", "entityType": "t", "observations": []},
    ]
    return [
        ("create_entities", {"entities": entities}),
        ("create_relations", {"relations": [relation]}),
        ("add_observations", {"observations": [{"entityName": "a", "contents": ["y"]}]}),
        ("add_observations", {"observations": [{"entityName": "none", "contents": ["y"]}]}),
        ("read_graph", {}),
        ("search_nodes", {"query": "a"}),
        ("open_nodes", {"names": ["a"]}),
        ("delete_observations", {"deletions": [{"entityName": "a", "observations": ["x"]}]}),
        ("delete_relations", {"relations": [relation]}),
        ("delete_entities", {"entityNames": ["a"]}),
        ("read_graph", {}),
        ("no_such_tool", {}),
    ]


def everything(_):
    return [
        ("echo", {"message": "hi"}),
        ("get-annotated-message", {"messageType": "error", "includeImage": True}),
        ("get-env", {}),
        ("get-resource-links", {"count": 2}),
        ("get-resource-reference", {"resourceType": "Text", "resourceId": 1}),
        ("get-structured-content", {"location": "New York"}),
        ("get-sum", {"a": 1.5, "b": 2}),
        ("get-tiny-image", {}),
        ("trigger-long-running-operation", {"duration": 1, "steps": 3}),
        (
            "gzip-file-as-resource",
            {"name": "x", "data": "data:text/plain,abc", "outputType": "resource"},
        ),
        # On and off again: the server does not leave before both are off.
        ("toggle-simulated-logging", {}),
        ("toggle-simulated-logging", {}),
        ("toggle-subscriber-updates", {}),
        ("toggle-subscriber-updates", {}),
        ("simulate-research-query", {"topic": "x"}),
        ("no_such_tool", {}),
    ]


CALLS = {"filesystem": filesystem, "memory": memory, "everything": everything}
# The other requests that `everything` answers.
OTHERS = [
    ("ping", {}),
    ("prompts/list", {}),
    ("prompts/get", {"name": "simple-prompt"}),
    ("resources/list", {}),
    ("resources/templates/list", {}),
    ("resources/read", {"uri": "demo://resource/dynamic/text/1"}),
    ("resources/subscribe", {"uri": "demo://resource/dynamic/text/1"}),
    (
        "completion/complete",
        {
            "ref": {"type": "ref/prompt", "name": "completable-prompt"},
            "argument": {"name": "department", "value": "E"},
        },
    ),
    ("logging/setLevel", {"level": "debug"}),
]
