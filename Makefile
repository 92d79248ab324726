# Every verb is the script's; variables given here (make run PORT=9000, make bench CASE=intake) reach it as environment.
.PHONY: help run test bench drill fmt lock prepare
help:
	@sh bin/kuaifa help
run test bench drill fmt lock prepare:
	@sh bin/kuaifa $@
