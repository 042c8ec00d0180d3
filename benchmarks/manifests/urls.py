"""The application's addresses, and the trivial view."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config.urls import urlpatterns as application_patterns


@csrf_exempt
async def trivial(request: HttpRequest) -> HttpResponse:
    """The least that a view behind the same middleware can do."""
    return HttpResponse(b'{"success":true}', content_type="application/json")


urlpatterns = [path("api/chat/trivial", trivial), *application_patterns]
