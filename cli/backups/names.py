"""What the parts of a backup are called in it."""

LIBRARY = "library.db"
LOG = "log.facts"
STORE = "store"
OBJECTS = "objects.jsonl"
SECRETS = "secrets"
