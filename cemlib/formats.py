"""Quantities, intervals and counts in the form in which people read them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

NOT_KNOWN = "not known"
_UNBOUNDED = ("no limit", "no lower limit")


@dataclass(frozen=True, slots=True)
class Locale:
    """How money is written.

    Parameters
    ----------
    currency : str
        ISO 4217 code; empty where it is not known, and amounts are plain numbers.
    money : str
        Pattern of Unicode's CLDR, such as ``"#,##0 ¤¤"`` (26 CNY) or ``"¤#,##0"`` (€26); the
        usual one of the language if empty.
    language : str
        Language code: ``"en"``.

    Raises
    ------
    ValueError
        If there is no such currency or language, or the pattern has no place for it.
    """

    currency: str = "CNY"
    money: str = "#,##0 ¤¤"
    language: str = "en"

    def __post_init__(self) -> None:
        """Check currency, pattern and language."""
        from babel import Locale as BabelLocale
        from babel.core import UnknownLocaleError
        from babel.numbers import is_currency

        if self.currency and not is_currency(self.currency):
            raise _invalid("currency", self.currency, "a code of ISO 4217, such as EUR")
        if self.money and ("¤" not in self.money or "0" not in self.money):
            raise _invalid("money", self.money, "a pattern such as '¤#,##0' or '#,##0 ¤¤'")
        try:
            BabelLocale.parse(self.language)
        except (ValueError, TypeError, UnknownLocaleError):
            raise _invalid("language", self.language, "a language, such as en or zh") from None


# One for the process, as in gettext: the cells of a kernel do not share a context variable.
_in_use: list[Locale] = []


def use_locale(locale: Locale) -> None:
    """Write money in this way from now on, as the run's company does.

    Examples
    --------
    >>> use_locale(Locale("EUR", "¤#,##0"))
    >>> money(26350.4)
    '€26,350'
    >>> use_locale(Locale())
    """
    _in_use[:] = [locale]


def locale_in_use() -> Locale:
    """Return the way in which money is written now.

    Examples
    --------
    >>> locale_in_use().currency
    'CNY'
    """
    return _in_use[0] if _in_use else Locale()


def currency() -> str:
    """Return the code of the currency in which money is written: the unit of a finding.

    Examples
    --------
    >>> currency()
    'CNY'
    """
    return locale_in_use().currency or "currency units"


def money(value: float | None, digits: int = 0) -> str:
    """Return an amount of money as the run's company writes it.

    Parameters
    ----------
    value : float or None
        None and not-a-number are "not known".
    digits : int
        Decimals, from 0 to 12.

    Examples
    --------
    >>> money(26350.4), money(-3.5, 2), money(float("nan"))
    ('26,350 CNY', '−3.50 CNY', 'not known')
    """
    text = number(value, digits)  # checks the digits, and rounds alike on every processor
    locale = locale_in_use()
    if value is None or not math.isfinite(value) or not locale.currency:
        return text
    from babel.numbers import format_currency

    pattern = locale.money or _usual_pattern(locale.language)
    places = "0" + ("." + "0" * digits if digits else "")
    pattern = re.sub(r"0(?:\.0+)?(?=[^0.]|$)", places, pattern, count=1)
    amount = float(f"{round(value, digits + 6):.{digits}f}") or 0.0
    written: str = format_currency(
        amount, locale.currency, pattern, locale.language, currency_digits=False
    )
    return written.replace("-", "−")


def _usual_pattern(language: str) -> str:
    from babel import Locale as BabelLocale

    pattern: str = BabelLocale.parse(language).currency_formats["standard"].pattern
    return pattern


def number(value: float | None, digits: int | None = None) -> str:
    """Return a quantity as it is printed: a true minus sign, and a comma between thousands.

    Years, versions and other names made of digits are no quantities: write them as they are.

    Parameters
    ----------
    value : float or None
        None and not-a-number are "not known".
    digits : int, optional
        Decimals, from 0 to 12. Whole numbers (type int) have none and others one if not given.

    Examples
    --------
    >>> number(-3.14159, 2), number(0.61), number(7)
    ('−3.14', '0.6', '7')
    >>> number(-0.01), number(float("nan")), number(1483)
    ('0.0', 'not known', '1,483')
    """
    if value is None or math.isnan(value):
        return NOT_KNOWN
    if math.isinf(value):
        return _UNBOUNDED[value < 0]
    if digits is None:
        digits = 0 if hasattr(value, "__index__") else 1
    if not _is_whole(digits) or digits > 12:
        raise _invalid("digits", digits, "a whole number from 0 to 12")
    value = round(value, digits + 6)  # so that a half goes the same way on every processor
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace("-", "−")


def signed(value: float | None, digits: int | None = None) -> str:
    """Return a difference with its sign, also the plus; none before a zero.

    Examples
    --------
    >>> signed(3.2), signed(-3.2), signed(0.001)
    ('+3.2', '−3.2', '0.0')
    """
    text = number(value, digits)
    is_positive = any(digit in text for digit in "123456789") and not text.startswith("−")
    return f"+{text}" if is_positive else text


def percent(share: float | None, digits: int = 0) -> str:
    """Return a share of one in per cent.

    Examples
    --------
    >>> percent(0.3416), percent(0.3416, 1)
    ('34%', '34.2%')
    """
    text = number(None if share is None else float(share) * 100, digits)
    return f"{text}%" if text[-1].isdigit() else text


def points(value: float | None, digits: int | None = None) -> str:
    """Return a number of index points.

    Examples
    --------
    >>> points(3.24), points(1), points(None)
    ('3.2 points', '1 point', 'not known')
    """
    text = number(value, digits)
    if not text[-1].isdigit():
        return text
    return f"{text} point" if text in ("1", "−1") else f"{text} points"


def interval(low: float | None, high: float | None, digits: int | None = None) -> str:
    """Return an interval in words; one without a lower or upper bound is "at most" or "at least".

    Raises
    ------
    ValueError
        If `low` is above `high`.

    Examples
    --------
    >>> interval(61.2, 64.84), interval(None, 64.84), interval(-1.5, 0.5)
    ('61.2 to 64.8', 'at most 64.8', '−1.5 to 0.5')
    """
    open_low = low is None or math.isnan(low) or low == -math.inf
    open_high = high is None or math.isnan(high) or high == math.inf
    if open_low or open_high:
        if open_low and open_high:
            return NOT_KNOWN
        return f"at most {number(high, digits)}" if open_low else f"at least {number(low, digits)}"
    if low is not None and high is not None and low > high:
        raise _invalid("low", low, f"at most high, which is {high!r}")
    return f"{number(low, digits)} to {number(high, digits)}"


def p_value(p: float | None) -> str:
    """Return a p-value to three decimals, without the leading zero.

    Raises
    ------
    ValueError
        If it is outside 0 to 1.

    Examples
    --------
    >>> p_value(0.0342), p_value(0.00001), p_value(0.99999)
    ('p = .034', 'p < .001', 'p > .999')
    """
    if p is None or math.isnan(p):
        return f"p {NOT_KNOWN}"
    if not 0 <= p <= 1:
        raise _invalid("p", p, "a number from 0 to 1")
    if p < 0.001:
        return "p < .001"
    return "p > .999" if p > 0.999 else f"p = {p:.3f}".replace("0.", ".", 1)


def join_words(words: Iterable[object], last: str = "and") -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> join_words(["safety", "choice", "respect"]), join_words(["choice"]), join_words([])
    ('safety, choice and respect', 'choice', 'none')
    """
    *rest, final = [str(word) for word in words] or ["none"]
    return f"{', '.join(rest)} {last} {final}" if rest else final


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun.

    Raises
    ------
    ValueError
        If the count is not a whole number of at least 0.

    Examples
    --------
    >>> plural(1, "respondent"), plural(3, "company", "companies"), plural(0, "gap")
    ('1 respondent', '3 companies', 'no gaps')
    """
    if not _is_whole(count):
        raise _invalid("count", count, "a whole number of at least 0")
    noun = one if count == 1 else many or f"{one}s"
    return f"{number(count, 0) if count else 'no'} {noun}"


def _is_whole(value: float) -> bool:
    return not isinstance(value, bool) and 0 <= value < math.inf and value == int(value)


def _invalid(name: str, value: object, expected: str) -> ValueError:
    from cemlib.checks import invalid_argument  # imports numpy, which the command line can spare

    return invalid_argument(name, value, expected)
