"""The key of a ledger: what it prints never changes, what it hides tells little, and whoever lacks it is told why."""

import hashlib
import json
import os
import stat

import pytest

from mandats.registre import Refus
from mandats.registre.secret import (
    Key,
    mailbox_key,
    make_key,
    name_key,
    read_key,
    sha256_file,
    tidy_code,
    write_private,
)  # fmt: skip

PHRASE = "six mots que personne ne devine"
FIXED = Key("", bytes(range(32)))
CODES = ["BX522-97XCF", "673WA-KW8MP", "81SS5-D3KXF"]
DIGEST = "41d31f461b09662427982f0c209d220a"


def test_codes_on_paper_and_look_ups_of_an_old_ledger_are_found_for_ever():
    assert [FIXED.code(n) for n in (1, 2, 15_248)] == CODES
    assert FIXED.digest("courriel", "a@example.org").hex() == DIGEST
    assert FIXED.digest("personne", "a@example.org").hex() != DIGEST


def test_what_is_encrypted_opens_with_its_key_and_its_length_tells_little(tmp_path):
    import pyrage

    key, other = make_key(tmp_path / "a", None), make_key(tmp_path / "b", None)
    lengths = set()
    for size in (0, 1, 100, 118, 119, 120, 250):
        sealed = key.encrypt({"b": "x" * size, "a": "é"})
        plain = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(key.identite)])
        lengths.add(len(plain))
        assert plain.rstrip(b" ") == ('{"a":"é","b":"' + "x" * size + '"}').encode()
        assert key.open(sealed) == {"a": "é", "b": "x" * size}
    assert lengths == {128, 256, 384}
    altered = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for wrong in (lambda: other.open(sealed), lambda: key.open(altered), lambda: key.open(b"")):
        with pytest.raises(Refus, match="ne se déchiffre pas : autre clé, ou registre altéré"):
            wrong()
    assert key.destinataire.startswith("age1") and repr(key) == "Key(…)"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("o1il2 abcde", "01112-ABCDE"), ("01112-ABCDE", "01112-ABCDE"), ("", "-"), ("abc", "ABC-"), ("12345", "12345-"),
     ("123456", "12345-6"), (" 1 2 3 4 5.6 ", "12345-6")],
)  # fmt: skip
def test_a_code_typed_by_hand_has_one_spelling(typed, code):
    assert tidy_code(typed) == code


@pytest.mark.parametrize(
    ("names", "key"),
    [(("Zoé", "L'Hostis"), "lhostis zoe"), (("L’Hostis", "ZOE"), "lhostis zoe"), (("Jean-Luc", "Le Goff"),
     "goff jean le luc"), (("王", "芳"), "王 芳"), (("…", ""), "... "), (("١", ""), "١")],
)  # fmt: skip
def test_two_spellings_of_a_name_have_one_key(names, key):
    assert name_key(*names) == key


@pytest.mark.parametrize(
    ("mail", "box"),
    [
        ("Zoe.H+lqdn@Example.org", "zoe.h@example.org"), ("a+b+c@example.org", "a@example.org"),
        ("A.B@gmail.com", "ab@gmail.com"), ("a.b+c@GoogleMail.com", "ab@gmail.com"),
        ("a.b@mail.com", "a.b@mail.com"), ('"x@y"@example.org', '"x@y"@example.org'),
    ],
)  # fmt: skip
def test_an_address_leads_to_its_mailbox(mail, box):
    assert mailbox_key(mail) == box


@pytest.mark.slow
def test_a_key_is_made_once_then_read_and_its_phrase_asked_when_it_has_one(tmp_path):
    asked = []

    def phrase():
        asked.append(True)
        return PHRASE

    clear, sealed = tmp_path / "claire", tmp_path / "scellee"
    made = make_key(clear, None)
    assert json.loads(clear.read_text()).keys() == {"mandats-registre", "identite", "secret"}
    assert json.loads(clear.read_text())["mandats-registre"] == 1
    assert read_key(clear, phrase) == made
    assert asked == []
    made = make_key(sealed, PHRASE)
    assert read_key(sealed, phrase) == made
    assert asked == [True]
    assert len(made.secret) == 32 and made.identite.startswith("AGE-SECRET-KEY-1")
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    for given, told in ((None, "cette clé demande sa phrase secrète"), ("autre", "phrase secrète refusée")):
        with pytest.raises(Refus, match=told):
            read_key(sealed, given)
    with pytest.raises(Refus, match="existe déjà"):
        make_key(clear, None)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"1", b'{"identite": "x"}', b'{"identite": "x", "secret": "zz"}',
    b'{"identite": "x", "secret": 1}'])  # fmt: skip
def test_a_file_that_is_no_key_is_refused(data, tmp_path):
    write_private(tmp_path / "cle", data)
    with pytest.raises(Refus, match="ce n'est pas une clé de registre"):
        read_key(tmp_path / "cle")


@pytest.mark.parametrize(("mode", "refused"), [(0o600, 0), (0o400, 0), (0o640, 1), (0o604, 1), (0o610, 1), (0o601, 1)])
def test_a_key_that_others_may_read_is_refused(mode, refused, tmp_path):
    key = make_key(tmp_path / "cle", None)
    (tmp_path / "cle").chmod(mode)
    if refused:
        with pytest.raises(Refus, match="d'autres que vous peuvent lire ce fichier ; corrigez par : chmod 600"):
            read_key(tmp_path / "cle")
    else:
        assert read_key(tmp_path / "cle") == key


def test_files_that_cannot_be_read_or_written_are_told(tmp_path):
    with pytest.raises(Refus, match="fichier de clé introuvable ou illisible"):
        read_key(tmp_path / "rien")
    with pytest.raises(Refus, match="fichier introuvable ou illisible"):
        sha256_file(tmp_path / "rien")
    with pytest.raises(Refus, match=r"écriture impossible \(" + os.strerror(2)):
        write_private(tmp_path / "rien" / "x", b"")
    write_private(tmp_path / "x", b"1")
    write_private(tmp_path / "x", b"22")
    assert sha256_file(tmp_path / "x") == hashlib.sha256(b"22").hexdigest()
    with pytest.raises(Refus, match="existe déjà"):
        write_private(tmp_path / "x", b"3", replace=False)
