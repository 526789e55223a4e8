"""Refusals about dossiers, their steps, papers, numbers and documents."""

from onestop.web.messages.entry import Message

MESSAGES: dict[str, Message] = {}
