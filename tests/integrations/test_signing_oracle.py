"""Our signer beside the one of the public `tiktok-shop-api` package, over queries and bodies that nobody wrote by hand."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tiktok_shop_api.signing import Signer

from integrations.tiktok_shop import signing

words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
names = st.text("abcdefghij_", min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    params=st.dictionaries(names, words, max_size=6),
    body=words.map(str.encode),
    secret=st.text("0123456789abcdef", min_size=1, max_size=32),
    content_type=st.sampled_from(
        ["", "application/json", "multipart/form-data; boundary=x", "Multipart/Form-Data"]
    ),
)
def test_both_signers_agree(params, body, secret, content_type):
    path = "/order/202309/orders/search"
    theirs = Signer.sign(
        path=path, query=list(params.items()), content_type=content_type, body=body, app_secret=secret
    )
    ours = signing.request_signature(
        app_secret=secret, path=path, params=params, body=body, content_type=content_type
    )
    assert ours == theirs
