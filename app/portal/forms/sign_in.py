"""Signing in."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired

from app.portal.forms.checks import MaxCharacters, tidy


class SignInForm(FlaskForm):  # type: ignore[misc]  # published without types
    username = StringField(
        "User name",
        [DataRequired("Enter your user name."), MaxCharacters(161)],
        [tidy],
        description="Your user name on the telephony platform, e.g. name@company.example",
    )
    password = PasswordField("Password", [InputRequired("Enter your password."), MaxCharacters(200)])
    next = HiddenField()
