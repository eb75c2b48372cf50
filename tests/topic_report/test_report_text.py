import json

import pytest

from newsclf.topic_report.plain_text import json_for_script, shown_text, web_address


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\r\n  lines\t", "two lines"),
        ("nul\x00and\x1bescape", "nul and escape"),
        ("half \ud83d of a pair", "half of a pair"),
        ("turned \u202egnp.exe", "turned gnp.exe"),
        ("<b>tags</b> & more", "<b>tags</b> & more"),
        ("a title that is too long", "a title that is…"),
        ("Ελλάδα, مصر, 日本", "Ελλάδα, مصر, 日本"),
    ],
)
def test_text_is_shown_in_one_line_without_what_acts_unseen(text: str, shown: str) -> None:
    assert shown_text(text, limit=17 if "too long" in text else 30) == shown


@pytest.mark.parametrize("url", ["http://a.example/x?y=1&z=<2>#part", "HTTPS://a.example", "https://日本.example/記事"])
def test_web_addresses_are_kept(url: str) -> None:
    assert web_address(f" {url} ") == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "//a.example/x",
        "a.example/x",
        "https:",
        "https://[broken",
        "https://a.example/\u202ex",
    ],
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    assert web_address(url) == ""


def test_json_cannot_end_its_script_element_and_reads_the_same() -> None:
    value = {"title": "</script><!-- <script> & \u2028 \u2029 日本"}

    written = json_for_script(value)

    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == value
