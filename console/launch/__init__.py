"""Everything that prepares, starts, stops and checks the program. Plain Python: no Django is imported here,
so that the tests and the set-up script can use it before there are any settings."""
