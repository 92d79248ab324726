"""A TikTok Shop, a TikTok Ads and a tracking provider on loopback, over real HTTP, with faults on request.
Written from the platforms' published facts; it shares no code with the program that talks to it."""
