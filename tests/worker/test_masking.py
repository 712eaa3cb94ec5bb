"""What of a secret is replaced in all that leaves a step."""

import base64

import pytest

from jupyterlab_promote.worker.masking import Mask
from jupyterlab_promote.worker.told import Tail


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
        b"p&ss<word>".hex(),
    ],
)
def test_the_forms_in_which_a_cell_may_show_a_secret_are_replaced(shown):
    masked = Mask(["p&ss<word>"]).text(f"before {shown} after")
    assert masked.replace("=", "") == "before *** after"


@pytest.mark.parametrize("user", ["u", "us", "use"])
def test_a_password_in_a_header_is_replaced(user):
    header = base64.b64encode(f"{user}:p&ss<word>;".encode()).decode()
    masked = Mask(["p&ss<word>"]).text(header)
    assert ("***" in masked, len(masked) <= 12) == (True, True)


def test_paths_of_addresses_and_json_show_no_secret():
    mask = Mask(['a/b"c d+e'])
    assert (
        mask.text('a/b%22c%20d%2Be a%2Fb%22c+d%2Be {"k": "a/b\\"c d+e"}') == '*** *** {"k": "***"}'
    )


def test_a_secret_that_comes_in_pieces_is_told_in_none():
    tail = Tail(Mask(["s3cret-value"]))
    told = []
    for piece in ("the s3cr", "et-va", "lue is", " s3cret-v"):
        tail.add(piece)
        told.append(tail.take(last=False))
    assert (told, tail.take(last=True)) == (["the ", "", "*** i", "s "], "s3cret-v")


def test_each_long_line_of_a_secret_is_replaced_and_short_ones_are_not():
    mask = Mask(["-----BEGIN KEY-----\nabcdefgh12345\nab\n"])
    assert mask.text("abcdefgh12345 and ab") == "*** and ab"


def test_a_value_too_short_to_be_one_stays():
    assert Mask(["ab"]).idle
    assert Mask(["ab"]).content({"text": "ab"}) == {"text": "ab"}


def test_the_words_of_the_protocol_stay_what_they_are():
    content = {"name": "stdout", "text": ["stdout is the secret", 1]}
    assert Mask(["stdout"]).content(content) == {"name": "stdout", "text": ["*** is the secret", 1]}
