"""What the rooms hand to each other (floor 0): frozen records, documents that people write, faults.

Documents (brand, brief, campaign, team, purposes) are pydantic models with a published JSON Schema; what runs hot is
`msgspec.Struct`. Times are whole milliseconds since the epoch, UTC. Money is a `Decimal` in documents and a whole
number of cents (minor units) in hot records. "No data" is `None`, never zero.
"""
