"""The band above every page is written once for many readers, and shows each only what is theirs."""

from tests.support.make import Make
from tests.support.site import Site
from tracker.directory.states import Role


def header_of(site: Site, path: str = "/") -> str:
    html = site.get(path).html
    return html[html.index("<header>") : html.index("</header>")]


def test_two_people_with_the_same_roles_each_see_their_own_name(site: Site, make: Make) -> None:
    first, second = make.user(Role.ADMINISTRATOR), make.user(Role.ADMINISTRATOR)
    first.name, second.name = "Siti <Aminah>", "Budi"
    make.save(first)
    make.save(second)
    shown = header_of(site.sign_in(first))
    assert "Siti &lt;Aminah&gt;" in shown
    assert "Budi" in header_of(site.sign_in(second))
    assert "Siti" not in header_of(site.sign_in(second))


def test_each_role_sees_its_own_lines_and_where_it_is(site: Site, make: Make) -> None:
    administrator, viewer = make.user(Role.ADMINISTRATOR), make.user(Role.VIEWER)
    assert "Penjadwal" in header_of(site.sign_in(administrator))
    assert "Penjadwal" not in header_of(site.sign_in(viewer))
    assert 'href="/" aria-current="page"' in header_of(site.sign_in(viewer))
    assert 'href="/tindak-lanjut" aria-current="page"' in header_of(site.sign_in(viewer), "/tindak-lanjut")
    assert 'href="/" aria-current="page"' not in header_of(site.sign_in(viewer), "/tindak-lanjut")


def test_the_language_of_the_reader_and_the_sign_of_illustration_are_each_their_own(site: Site, make: Make) -> None:
    indonesian, english = make.user(Role.VIEWER), make.user(Role.VIEWER)
    english.language, english.is_demo = "en", True
    make.save(english)
    assert "Keluar" in header_of(site.sign_in(indonesian))
    shown = header_of(site.sign_in(english))
    assert "Sign out" in shown
    assert "Keluar" not in shown
    assert 'class="illustration"' in shown
    assert 'class="illustration"' not in header_of(site.sign_in(indonesian))
