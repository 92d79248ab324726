"""The wave planner: exact walks, batches of orders, no table and no clock of ours in it."""
