"""Meeting providers: the port of live sessions (`lms.live.ports`), spoken in the words of each provider's interface.

Zoom is the one there is: its documented REST interface, with server-to-server OAuth. It was written from the vendor's
documentation and tested against a double of it, never against the vendor. Without configuration there is no provider.
"""

from __future__ import annotations

from lms.core.config import Settings
from lms.integrations.meetings.http import Client
from lms.integrations.meetings.zoom import Zoom
from lms.live.ports import MeetingProvider


def provider_of(settings: Settings) -> MeetingProvider | None:
    """The meeting provider that an installation is configured for; None: any address that somebody types."""
    if not settings.zoom_account_id:
        return None
    return Zoom(
        api=Client(settings.zoom_api_url),
        sign_in=Client(settings.zoom_sign_in_url),
        account_id=settings.zoom_account_id,
        client_id=settings.zoom_client_id,
        client_secret=settings.zoom_client_secret,
        user=settings.zoom_user,
    )
