"""What comes from an address or a keyboard is text, never a picture, a link or a formula."""

import pytest
from streamlit.testing.v1 import AppTest

from lrviz.web.server import SCRIPT
from lrviz.web.words import plain


def test_every_mark_is_escaped_and_lines_are_joined() -> None:
    assert plain("![a](b) *c*\n_d_ `e` $f$ <g> \\") == r"!\[a\](b) \*c\* \_d\_ \`e\` \$f\$ \<g\> \\"


@pytest.mark.parametrize("text", ["https://example.org", "www.example.org", ":smile:", ":material/info:"])
def test_what_streamlit_would_read_in_plain_text_is_taken_apart(text: str) -> None:
    assert "\N{WORD JOINER}" in plain(text)
    assert plain(text).replace("\\", "").replace("\N{WORD JOINER}", "") == text


def test_ordinary_words_stay_as_they_are() -> None:
    assert plain("lr must be in [1e-6, 100]: got 200").replace("\\", "") == "lr must be in [1e-6, 100]: got 200"


def test_an_address_draws_no_picture_of_another_machine() -> None:
    app = AppTest.from_file(str(SCRIPT), default_timeout=60)
    app.query_params["problem"] = "![i](http://example.org/a.png)"
    app.query_params["v"] = "1"
    app.run()
    (notice,) = [caption.value for caption in app.caption if "no problem named" in caption.value]
    assert r"!\[i\](http" in notice
