"""What the shell of every page needs."""


def shell(request) -> dict[str, object]:
    return {"access": getattr(request, "access", None), "seller": getattr(request, "seller", None)}
