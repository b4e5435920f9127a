"""The verbs of the story (floor 9), one file each. A verb fetches records, asks the rooms, stores what they say."""
