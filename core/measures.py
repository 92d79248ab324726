"""Grams, millimeters and money. Money is a Decimal with its currency; two currencies never add."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# ISO 4217 currencies without decimals among the markets we serve.
ZERO_DECIMAL_CURRENCIES = frozenset({"VND", "IDR", "JPY", "CLP", "KRW"})


@dataclass(frozen=True)
class Money:
    """An amount in one currency."""

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.amount + other.amount, self.currency)

    def rounded(self) -> "Money":
        """To the smallest unit that the currency has."""
        unit = Decimal(1) if self.currency in ZERO_DECIMAL_CURRENCIES else Decimal("0.01")
        return Money(self.amount.quantize(unit, rounding=ROUND_HALF_UP), self.currency)

    def __str__(self) -> str:
        value = self.rounded().amount
        return f"{self.currency} {value:,}"


def grams_from_kg(text: str | Decimal | float) -> int:
    """Kilograms, as files write them, to whole grams."""
    return int((Decimal(str(text)) * 1000).to_integral_value(rounding=ROUND_HALF_UP))
