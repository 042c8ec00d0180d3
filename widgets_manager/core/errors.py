"""Stage: views. The one place where refusals become answers of the API."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from rest_framework import exceptions as drf
from rest_framework.response import Response

from widgets_manager.core.exceptions import ApiError, InvalidInput, NotFound, NotSignedIn, PermissionDenied, Problem

logger = logging.getLogger(__name__)


def as_api_error(error: Exception) -> ApiError | None:
    """The refusal that an exception of Django or DRF stands for, or None for a fault of ours."""
    match error:
        case ApiError():
            return error
        case drf.ValidationError():
            return _from_details(error.detail)
        case ValidationError():
            return _from_validation(error)
        case drf.NotAuthenticated() | drf.AuthenticationFailed():
            return NotSignedIn(str(error.detail))
        case drf.PermissionDenied():
            return PermissionDenied(str(error.detail))
        case Http404() | ObjectDoesNotExist() | drf.NotFound():
            return NotFound("There is no such thing here.")
        case DjangoPermissionDenied():
            return PermissionDenied("You may not do this.")
        case RequestDataTooBig():
            return ApiError("The body is too large.", code="TOO_LARGE", status=413)
        case SuspiciousOperation():
            return ApiError("The request could not be understood.")
        case drf.APIException():
            code = str(getattr(error, "default_code", "error")).upper()
            return ApiError(str(error.detail), code=code, status=error.status_code)
    return None


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook. A fault of ours is logged with its traceback and answered without details."""
    refusal = as_api_error(error)
    if refusal is None:
        logger.exception("unhandled error in %s", type(context.get("view")).__name__, exc_info=error)
        refusal = ApiError("The server made a mistake; it has been logged.", code="SERVER_ERROR", status=500)
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
    return Response(refusal.as_dict(), status=refusal.status, headers=headers)


def error_response(error: ApiError) -> JsonResponse:
    """The answer of views outside DRF."""
    response = JsonResponse(error.as_dict(), status=error.status)
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program: API paths, or anything that does not accept HTML."""
    return request.path.startswith("/api/") or "text/html" not in request.headers.get("Accept", "text/html")


def _page(request: HttpRequest, error: ApiError, title: str) -> HttpResponse:
    if wants_json(request):
        return error_response(error)
    return render(request, "core/error.html", {"title": title, "message": error.message}, status=error.status)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404."""
    return _page(request, NotFound("There is nothing at this address."), "Not found")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    return _page(request, PermissionDenied("You may not see this page."), "Not allowed")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400."""
    return _page(request, ApiError("The request could not be understood."), "Bad request")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    error = ApiError("The server made a mistake; it has been logged.", code="SERVER_ERROR", status=500)
    return _page(request, error, "Something went wrong")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW."""
    error = PermissionDenied(
        "The form's security token is missing or too old; reload the page and try again.", code="CSRF_FAILED"
    )
    return _page(request, error, "Please try again")


def _from_details(detail: Any) -> ApiError:
    problems = list(_flatten(detail, ""))
    first = problems[0]
    return InvalidInput(first.message, path=first.path or None, errors=problems)


def _flatten(detail: Any, path: str) -> list[Problem]:
    if isinstance(detail, dict):
        pairs = ((f"{path}.{key}" if path else str(key), value) for key, value in detail.items())
        return [problem for at, value in pairs for problem in _flatten(value, "" if at == "non_field_errors" else at)]
    if isinstance(detail, list):
        return [
            problem
            for index, value in enumerate(detail)
            for problem in _flatten(value, f"{path}[{index}]" if isinstance(value, dict) else path)
        ]
    return [Problem(path, str(detail))]


def _from_validation(error: ValidationError) -> ApiError:
    if hasattr(error, "error_dict"):
        problems = [
            Problem("" if key == "__all__" else key, text)
            for key, texts in error.message_dict.items()
            for text in texts
        ]
    else:
        problems = [Problem("", text) for text in error.messages]
    return InvalidInput(problems[0].message, path=problems[0].path or None, errors=problems)
