"""What the drills share: the sample sellers in a quiet world, bad weather, and the comparison of both sides."""
