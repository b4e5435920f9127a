"""What Gale asks of the world (floor 7): one small file of protocols a kind. Adapters implement them."""
