"""Things broken on purpose: `make drill [CASE=a,b]`. Afterwards both sides are compared, ours and the platform's."""
