"""Refusals about agencies, procedures, routes and the files they come from."""

from onestop.web.messages.entry import Message

MESSAGES: dict[str, Message] = {}
