"""Files that people and other tools write: YAML documents, tables of contacts and outcomes."""
