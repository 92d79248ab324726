"""How people get an account: by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: an owner invites, or an operator creates the first one."""

    def is_open_for_signup(self, request) -> bool:
        return False
