"""Every component, rendered once: whole, quiet about style and script, and fit for everybody's eyes and hands."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from jinja2 import nodes
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.frontend.gallery import ROOT, create_gallery

UI = sorted(Path(ROOT, "templates", "ui").glob("*.html")) + sorted(Path(ROOT, "templates", "layout").glob("*.html"))


def page_of(address: str) -> str:
    return create_gallery().test_client().get(address).get_data(as_text=True)


def test_the_title_starts_with_the_one_heading() -> None:
    html = page_of("/")
    assert html.count("<h1>") == 1
    assert "<title>Komponen – Tuntas</title>" in html


def test_no_component_writes_a_style_or_a_script_into_the_page() -> None:
    html = page_of("/?salah=1")
    assert not re.findall(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", html)


def test_identifiers_are_unique() -> None:
    ids = re.findall(r'\sid="([^"]+)"', page_of("/?salah=1"))
    assert sorted(set(ids)) == sorted(ids)


def test_an_error_stands_beside_its_field_and_in_the_summary() -> None:
    html = page_of("/?salah=1")
    assert '<a href="#done">Apa yang dikerjakan: Wajib diisi.</a>' in html
    assert re.search(r'<textarea aria-describedby="done-hint done-error" aria-invalid="true"', html)
    assert 'id="done-error"' in html


def test_every_form_that_acts_carries_both_keys() -> None:
    acting = re.findall(r'<form class="act".*?</form>', page_of("/"), re.DOTALL)
    assert len(acting) == 2
    assert all('name="csrf_token"' in form and 'name="form_key"' in form for form in acting)


@pytest.mark.parametrize("path", UI, ids=lambda path: path.name)
def test_templates_import_only_what_they_use(path: Path) -> None:
    tree = create_gallery().jinja_env.parse(path.read_text())
    imported = {name for node in tree.find_all(nodes.FromImport) for name in node.names}
    assert imported <= {node.name for node in tree.find_all(nodes.Name)}
    assert "|safe" not in path.read_text()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_gallery(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 360, "height": 740})
    yield page
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/?salah=1&pesan=1", "/masalah", "/masuk"])
def test_axe_finds_nothing_and_nothing_sticks_out(page: Page, address: str, path: str, width: int) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + path)
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [line for line in said if "Content Security Policy" in line or "Error" in line] == []


@pytest.mark.browser
def test_what_one_presses_is_at_least_24_pixels_high(page: Page, address: str) -> None:
    page.goto(address)
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, select, textarea, input:not([type=hidden])')]
          .filter(e => e.checkVisibility() && !e.closest('p, li.choice') && !e.classList.contains('skip'))
          .map(e => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect().height])
          .filter(([, height]) => height > 0 && height < 24)"""
    )
    assert small == []


@pytest.mark.browser
def test_typed_text_comes_back_until_it_was_saved(page: Page, address: str) -> None:
    page.goto(address)
    page.fill("#done", "Papan terpasang di loket 2")
    page.goto(address)
    assert page.input_value("#done") == "Papan terpasang di loket 2"
    assert page.get_by_text("Isian yang belum terkirim dipulihkan.").is_visible()
    page.evaluate("sessionStorage.setItem('tuntas-sent', 'tuntas-draft:contoh')")
    page.goto(address + "/?pesan=1")
    assert page.input_value("#done") == ""


@pytest.mark.browser
def test_a_form_is_not_sent_while_there_is_no_connection(page: Page, address: str) -> None:
    page.goto(address)
    page.fill("#done", "Papan terpasang")
    page.check("#assessment-0")
    page.context.set_offline(True)
    page.get_by_role("button", name="Simpan tindakan").click()
    assert page.get_by_text("Sambungan terputus.").is_visible()
    assert page.input_value("#done") == "Papan terpasang"
    page.context.set_offline(False)


@pytest.mark.browser
def test_a_double_click_sends_a_form_once(page: Page, address: str) -> None:
    page.goto(address)
    page.fill("#done", "Papan terpasang")
    page.check("#assessment-0")
    # Two submissions in one turn, as a nervous thumb does on a slow line; what is refused is said by the event itself.
    refused = page.evaluate(
        """() => { const refused = [], button = document.querySelector('.act .button-primary');
          addEventListener('submit', event => { refused.push(event.defaultPrevented); event.preventDefault(); });
          button.click(); button.click(); return refused; }"""
    )
    assert refused == [False, True]


@pytest.mark.browser
def test_a_large_photo_is_scaled_before_it_is_sent(page: Page, address: str, tmp_path: Path) -> None:
    from PIL import Image

    photo = tmp_path / "loket.jpg"
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(photo, quality=95)
    page.goto(address)
    page.set_input_files("#photos", photo)
    page.wait_for_selector("#photos-chosen")
    size, name, longest = page.evaluate(
        """async () => { const f = document.querySelector('#photos').files[0]; const b = await createImageBitmap(f);
                         return [f.size, f.name, Math.max(b.width, b.height)]; }"""
    )
    assert (longest, name) == (1600, "loket.jpg")
    assert size < photo.stat().st_size
    assert "→" in page.inner_text("#photos-chosen")


@pytest.mark.browser
def test_the_matrix_grows_as_one_scrolls_under_the_strict_policy(page: Page, address: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)
    assert page.get_by_role("link", name="24 unit berikutnya").get_attribute("href") == "/?bagian=2"
    page.evaluate("document.querySelector('.matrix-region').scrollIntoView()")
    page.hover(".matrix-region")
    page.mouse.wheel(0, 4000)
    page.get_by_role("link", name="Unit bagian kedua").wait_for()
    assert page.locator(".matrix tbody tr:not(.group)").count() == 25
    assert page.locator(".matrix .more").count() == 0
    assert said == []
