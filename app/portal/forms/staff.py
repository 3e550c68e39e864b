"""Naming accounts."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import DataRequired

from app.portal.forms.checks import MaxCharacters, one_line, tidy


class AccountForm(FlaskForm):  # type: ignore[misc]  # published without types
    """One of the accounts on the page."""

    username = HiddenField()


class FactorOwnerForm(FlaskForm):  # type: ignore[misc]  # published without types
    owner = StringField(
        "User name",
        [DataRequired("Enter the user name of the account."), MaxCharacters(161), one_line],
        [tidy],
        description="Of an account whose phone and recovery codes are lost.",
    )


class SupportForm(FlaskForm):  # type: ignore[misc]  # published without types
    username = StringField(
        "User name",
        [
            DataRequired("Enter the user name of the account."),
            MaxCharacters(161),
            one_line,
        ],
        [tidy],
        description="As on the platform. Only provider accounts can use the support role.",
    )

    def not_oneself(self, username: str) -> None:
        """Refuse the name of who is asking."""
        self._own = username

    def validate_username(self, field: StringField) -> None:
        if (field.data or "").casefold() == self._own.casefold():
            words = "You cannot give the support role to your own account. Ask another system admin."
            raise ValidationError(words)
