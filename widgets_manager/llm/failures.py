"""Stage: request. Failures of an endpoint as plain sentences; what the endpoint wrote is never shown or logged."""

from __future__ import annotations

from typing import Final

import openai

from widgets_manager.llm.exceptions import LlmError

BUSY: Final = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
BROKEN_OFF: Final = "The connection to the model broke off in the middle of its answer. Please try again."
_SENTENCES: Final = {
    400: "The model's endpoint refused the request. The conversation may be too long for the model.",
    401: "The model's endpoint refused the key: the operator must check LLM_API_KEY.",
    403: "The model's endpoint does not allow this key to use the model: the operator must check LLM_API_KEY.",
    413: "The conversation is too long for the model's endpoint.",
    429: "The model is busy or its quota is used up. Please try again in a moment.",
}


def as_llm_error(error: Exception, model: str, *, streaming: bool = False) -> LlmError:
    """The error that a person sees for a failed request, or, when `streaming`, for an answer that broke."""
    if isinstance(error, openai.APITimeoutError):
        return LlmError("The model's endpoint did not answer in time. Please try again.", code="LLM_TIMEOUT")
    if isinstance(error, openai.APIConnectionError) and streaming:
        return LlmError(BROKEN_OFF, code="LLM_BAD_ANSWER")
    if isinstance(error, openai.APIConnectionError):
        return LlmError("The model's endpoint cannot be reached: the operator must check LLM_BASE_URL.")
    if isinstance(error, openai.APIStatusError):
        return LlmError(_status_sentence(error.status_code, model))
    if isinstance(error, openai.APIError):
        return LlmError("The model's endpoint reported an error in the middle of its answer. Please try again.")
    return LlmError("The model's endpoint sent something that is no answer. Please try again.", code="LLM_BAD_ANSWER")


def _status_sentence(status: int, model: str) -> str:
    if status == 404:
        return f"The model's endpoint does not know “{model}”: the operator must check LLM_BASE_URL and LLM_MODEL."
    if status in _SENTENCES:
        return _SENTENCES[status]
    if status >= 500:
        return f"The model's endpoint has a fault of its own (HTTP {status}). Please try again in a moment."
    return f"The model's endpoint refused the request (HTTP {status})."


def retry_after(error: Exception) -> float | None:
    """The seconds that the endpoint asks to wait, from `Retry-After`; None without a number there."""
    if not isinstance(error, openai.APIStatusError):
        return None
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None
