"""What somebody asked for that takes long: its page, which can be left and come back to."""

from __future__ import annotations

from flask import jsonify, render_template
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.people import policy, queries
from lms.people.queries import ErrandView
from lms.people.views.frame import bp
from lms.web.guards import current_actor, requires


@bp.get("/errands/<public_id>")
@requires(policy.can_see_errand, queries.errand_visible_to)
def errand(errand: ErrandView) -> ResponseReturnValue:
    """How far it is, and at its end what came of it."""
    return render_template("people/errand.html", errand=errand, zone=current_actor().zone, now=clock.now())


@bp.get("/errands/<public_id>/progress")
@requires(policy.can_see_errand, queries.errand_visible_to)
def errand_progress(errand: ErrandView) -> ResponseReturnValue:
    """The same for the page's script: words, a share between 0 and 1 or null, whether it is over."""
    return jsonify(words=errand.said.words, share=errand.said.share, over=errand.over)
