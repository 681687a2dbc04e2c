"""Messages to show as calls of the Bot API. No markup is parsed: what a client reads is what was written."""

from __future__ import annotations

from aiogram.methods import SendDocument, SendMessage
from aiogram.methods.base import TelegramMethod
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from channels.rendering.bubbles import Bubble, Button, Form, Touch

EMPTY = "…"
"""Telegram refuses an empty text."""
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


def call(bubble: Bubble, chat: int) -> TelegramMethod[Message]:
    """The one call that shows ``bubble``."""
    if bubble.file is not None:
        return SendDocument(chat_id=chat, document=BufferedInputFile(bubble.file.content, filename=bubble.file.name))
    return SendMessage(
        chat_id=chat,
        text=bubble.text or EMPTY,
        reply_markup=_markup(bubble),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


def _markup(bubble: Bubble) -> Markup:
    """Without buttons of its own a message takes away the one-touch answers of the question before."""
    if bubble.form is Form.KEYBOARD:
        rows = [[_key(button) for button in row] for row in bubble.rows]
        return ReplyKeyboardMarkup(keyboard=rows, resize_keyboard=True, one_time_keyboard=True)
    if bubble.rows:
        return InlineKeyboardMarkup(inline_keyboard=[[_button(button) for button in row] for row in bubble.rows])
    return ReplyKeyboardRemove(remove_keyboard=True)


def _button(button: Button) -> InlineKeyboardButton:
    if button.touch is Touch.LINK:
        return InlineKeyboardButton(text=button.label, url=button.url)
    return InlineKeyboardButton(text=button.label, callback_data=button.token)


def _key(button: Button) -> KeyboardButton:
    match button.touch:
        case Touch.PHONE:
            return KeyboardButton(text=button.label, request_contact=True)
        case Touch.LOCATION:
            return KeyboardButton(text=button.label, request_location=True)
        case _:
            return KeyboardButton(text=button.label)
