"""HTTP (floor 10): the same verbs for programs. Closed without a key; `/v1/openapi.json` documents it."""
