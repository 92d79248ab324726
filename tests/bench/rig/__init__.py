"""What several measurements need: a connected shop with stock, what the platform sends, the raw load to compare with."""
