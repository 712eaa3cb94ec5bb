"""What of a secret is replaced in all that leaves a step."""

import base64

import pytest

from jupyterlab_promote.worker.masking import Mask


def test_a_secret_that_begins_like_another_leaves_no_part_of_the_longer_one():
    assert Mask(["token", "token-of-the-warehouse"]).text("token-of-the-warehouse token") == (
        "*** ***"
    )


@pytest.mark.parametrize(
    "shown",
    [
        "p&ss<word>",
        "p&amp;ss&lt;word&gt;",
        "p%26ss%3Cword%3E",
        base64.b64encode(b"p&ss<word>").decode(),
    ],
)
def test_the_forms_in_which_a_cell_may_show_a_secret_are_replaced(shown):
    masked = Mask(["p&ss<word>"]).text(f"before {shown} after")
    assert masked.replace("=", "") == "before *** after"


def test_each_long_line_of_a_secret_is_replaced_and_short_ones_are_not():
    mask = Mask(["-----BEGIN KEY-----\nabcdefgh12345\nab\n"])
    assert mask.text("abcdefgh12345 and ab") == "*** and ab"


def test_a_value_too_short_to_be_one_stays():
    assert Mask(["ab"]).idle
    assert Mask(["ab"]).content({"text": "ab"}) == {"text": "ab"}


def test_the_words_of_the_protocol_stay_what_they_are():
    content = {"name": "stdout", "text": ["stdout is the secret", 1]}
    assert Mask(["stdout"]).content(content) == {"name": "stdout", "text": ["*** is the secret", 1]}
