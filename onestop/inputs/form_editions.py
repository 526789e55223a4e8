"""The files of the statutory form editions."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from onestop.domain.form_editions import FormEdition, FormKind, FormTitle
from onestop.inputs.file_problems import BadFile, shape_problems
from onestop.inputs.yaml_files import LocatedValue, read_yaml

FOLDER = Path(__file__).resolve().parents[2] / "data" / "form-editions"
Text = Annotated[str, Field(min_length=1, max_length=300)]
Heading = Annotated[str, Field(max_length=1000)]
"""A printed text; an empty one leaves the place of it blank."""


class Lines(BaseModel):
    """Fields nobody knows are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, coerce_numbers_to_str=True
    )


class FormLines(Lines):
    """One form."""

    number: Annotated[str, Field(max_length=10)] = ""
    title: Text
    serial_suffix: Annotated[str, Field(max_length=20)] = ""
    headings: dict[str, Heading] = Field(default_factory=dict)


class FormEditionLines(Lines):
    """The whole file."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    valid_from: date
    name: Text
    legal_text: Text
    motto: tuple[Text, Text]
    forms: dict[FormKind, FormLines]


def read_form_edition(file: LocatedValue) -> FormEdition:
    """The edition a file describes. Raises BadFile with the line of every problem."""
    try:
        lines = FormEditionLines.model_validate(file.value)
    except ValidationError as error:
        raise BadFile(file.name, shape_problems(file, error)) from None
    return FormEdition(
        key=lines.key,
        valid_from=lines.valid_from,
        name=lines.name,
        legal_text=lines.legal_text,
        motto=lines.motto,
        forms={
            kind: FormTitle(form.number, form.title, form.serial_suffix, form.headings)
            for kind, form in lines.forms.items()
        },
    )


@cache
def form_editions(folder: Path = FOLDER) -> tuple[FormEdition, ...]:
    """Every edition in a folder of files, read once per process. Raises BadFile."""
    return tuple(read_form_edition(read_yaml(path)) for path in sorted(folder.glob("*.yaml")))
