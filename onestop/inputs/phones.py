"""Telephone numbers as typed, in the one form in which they are kept and found."""


def kept_phone(typed: str) -> str:
    """Return the number without blanks, one of ours in its national form; "" when it is none.

    An extension would be kept with the number, which then is never found again: it is refused.
    """
    # 58 modules, which no start needs: the first number of a process waits 15 ms for them.
    import phonenumbers

    try:
        number = phonenumbers.parse(typed, "VN")
    except phonenumbers.NumberParseException:
        return ""
    if number.extension or not phonenumbers.is_valid_number(number):
        return ""
    form = phonenumbers.PhoneNumberFormat
    home = number.country_code == 84
    shown = phonenumbers.format_number(number, form.NATIONAL if home else form.E164)
    return shown.replace(" ", "")
