"""Uploading a list of people: look at it first, then add all of them."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.accounts.links import MadeLink
from tracker.administration import upload
from tracker.administration.forms import UploadForm
from tracker.administration.pages import pages
from tracker.administration.sheets import shown_once
from tracker.administration.user_list import NoHeader, packed, people_of, unpacked
from tracker.kit import sheets
from tracker.kit.refusal import Refusal
from tracker.kit.sheets import Unusable


@pages.show("/pengguna/unggah", act=Act.ADD_USER)
def upload_users(_desk: Desk) -> ResponseReturnValue:
    return render_template("administration/upload.html", form=UploadForm(formdata=None))


@pages.do("/pengguna/unggah", act=Act.ADD_USER)
def upload_users_sent(desk: Desk) -> ResponseReturnValue:
    """The preview: nothing is written yet."""
    form = UploadForm()
    sent = form.file.data
    if not sent:
        form.refuse("file", _("Pilih berkasnya dahulu."))
        return render_template("administration/upload.html", form=form), 422
    try:
        workbook = sheets.read(sent.stream, sent.filename or "")
        people = people_of(workbook.sheets[0])
        checked = upload.check(desk, people)
    except (Refusal, Unusable) as refusal:
        form.refuse("file", _(refusal.message, **refusal.values))
        return render_template("administration/upload.html", form=form), 422
    except NoHeader:
        form.refuse("file", _("Tidak ada baris judul dengan kolom Nama, Nama pengguna, dan Peran."))
        return render_template("administration/upload.html", form=form), 422
    wrong = sum(bool(each.problems) for each in checked)
    return render_template("administration/upload_preview.html", checked=checked, wrong=wrong, people=packed(people))


@pages.do("/pengguna/unggah/tambahkan", act=Act.ADD_USER)
def add_listed(desk: Desk) -> ResponseReturnValue:
    """All of them or none; the links are shown once."""
    form = UploadForm()
    problems: list[str] = []

    def make(sown: str) -> list[MadeLink] | None:
        try:
            return upload.add_all(desk, unpacked(request.form.get("people", "")), sown)
        except ValueError:
            problems.append(_("Pratinjau ini tidak dapat dibaca lagi. Unggah berkasnya sekali lagi."))
        except Refusal as refusal:
            problems.append(_(refusal.message, **refusal.values))
        return None

    def refused() -> ResponseReturnValue:
        form.refuse("file", problems[0])
        return render_template("administration/upload.html", form=form), 422

    return shown_once(desk, make, refused)
