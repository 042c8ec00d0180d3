"""Stage: exceptions. What can go wrong between the chat and a model."""

from __future__ import annotations

from typing import Literal

from widgets_manager.core.exceptions import ApiError

LlmCode = Literal["LLM_FAILED", "LLM_TIMEOUT", "LLM_BAD_ANSWER"]
_STATUS: dict[LlmCode, int] = {"LLM_FAILED": 502, "LLM_TIMEOUT": 504, "LLM_BAD_ANSWER": 502}


class LlmError(ApiError):
    """No usable answer from the model: LLM_FAILED 502, LLM_TIMEOUT 504 or LLM_BAD_ANSWER 502.

    The message is a plain sentence for the person in the chat; it never repeats what the endpoint sent.
    """

    status = 502
    code = "LLM_FAILED"

    def __init__(self, message: str, *, code: LlmCode = "LLM_FAILED") -> None:
        super().__init__(message, code=code, status=_STATUS[code])
