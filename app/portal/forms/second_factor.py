"""Codes of the second factor."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from app.portal.forms.checks import MaxCharacters, tidy


class CodeForm(FlaskForm):  # type: ignore[misc]  # published without types
    code = StringField("Code", [DataRequired("Enter the code."), MaxCharacters(40)], [tidy])
