"""What a report says, as plain values: of a result, a front, a decision."""
