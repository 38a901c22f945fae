"""What an answer may be, and what a rule is written as."""

from typing import Any, TypeAlias

Value: TypeAlias = str | int | list[str]
Answers: TypeAlias = dict[str, Value]
Tree: TypeAlias = list[Any]
