"""Group chats of 飞书, 钉钉, 企业微信 and Slack: plain incoming webhooks, each with its own shape and its own idea of success."""
