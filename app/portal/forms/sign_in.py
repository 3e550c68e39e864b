"""Signing in."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.portal.forms.checks import tidy


class SignInForm(FlaskForm):  # type: ignore[misc]  # published without types
    username = StringField(
        "User name",
        [DataRequired("Type your user name."), Length(max=161)],
        [tidy],
        description="The one you use for the telephony platform, such as name@company.example",
    )
    password = PasswordField("Password", [InputRequired("Type your password."), Length(max=200)])
    next = HiddenField()
