"""What a gullible reader takes for an order."""
