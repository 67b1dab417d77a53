"""A form signed electronically: verified by pyHanko against a root made here; altered, unknown, absent ones refused."""

import datetime as dt
import io

import pytest

from mandats.registre import Refus
from tests.conftest import ROOT

pytest.importorskip("pyhanko", reason="pip install 'mandats[eidas]'")
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier

from mandats.registre.signature import QC_COMPLIANCE, QC_SSCD, verify_pdf

BLANK = sorted((ROOT / "cases" / "gafam" / "pieces").glob("*.pdf"))[0]


class Statement(core.Sequence):
    _fields = [("statement_id", core.ObjectIdentifier)]


class Statements(core.SequenceOf):
    _child_spec = Statement


def certificate(name, key, issuer=None, issuer_key=None, qualified=False):
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signs = issuer is not None
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    usage |= {
        "digital_signature": signs,
        "content_commitment": signs,
        "key_cert_sign": not signs,
        "crl_sign": not signs,
    }
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
    )
    if qualified:
        value = Statements([{"statement_id": i} for i in (QC_COMPLIANCE, QC_SSCD)]).dump()
        builder = builder.add_extension(
            x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.5.5.7.1.3"), value), critical=False
        )
    return builder.sign(issuer_key or key, hashes.SHA256())


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """(folder of roots, PDF signed with a certificate declared qualified, PDF signed with a plain one)."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    folder = tmp_path_factory.mktemp("eidas")
    (folder / "racines").mkdir()
    root_key, made = ec.generate_private_key(ec.SECP256R1()), []
    root = certificate("Racine d'essai", root_key)
    (folder / "racines" / "racine.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    for qualified in (True, False):
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = certificate("Camille Spécimen", key, root, root_key, qualified)
        files = [folder / "cle.pem", folder / "feuille.pem"]
        files[0].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        files[1].write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
        signer = signers.SimpleSigner.load(
            str(files[0]), str(files[1]), ca_chain_files=(str(folder / "racines" / "racine.pem"),)
        )
        out = signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(BLANK.read_bytes())),
            signers.PdfSignatureMetadata(field_name="Signature"),
            signer=signer,
        )
        made.append(folder / f"signe-{qualified}.pdf")
        made[-1].write_bytes(out.getvalue())
    return folder / "racines", *made


def test_a_signature_is_verified_and_its_level_declared(signed):
    roots, qualified, plain = signed
    told = verify_pdf(qualified, roots)
    assert told.valable and told.qualifiee_declaree and "à vérifier en ligne" in told.phrase()
    told = verify_pdf(plain, roots)
    assert told.valable and not told.qualifiee_declaree


def test_an_unknown_root_or_a_changed_byte_is_refused(signed, tmp_path):
    roots, qualified, _ = signed
    (tmp_path / "vide").mkdir()
    assert not verify_pdf(qualified, tmp_path / "vide").valable
    data = bytearray(qualified.read_bytes())
    comment = data.index(b"\n", 9) - 1  # the last byte of the binary comment under %PDF: every reader passes over it
    data[comment] ^= 1
    changed = tmp_path / "change.pdf"
    changed.write_bytes(data)
    told = verify_pdf(changed, roots)
    assert not told.integre and not told.valable
    (tmp_path / "ajout.pdf").write_bytes(qualified.read_bytes() + b"\n% added later\n")
    told = verify_pdf(tmp_path / "ajout.pdf", roots)
    assert not told.tout_couvert and not told.valable


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"not a pdf", BLANK.read_bytes()])
def test_no_signature_is_refused(data, signed, tmp_path):
    path = tmp_path / "x.pdf"
    path.write_bytes(data)
    with pytest.raises(Refus):
        verify_pdf(path, signed[0])


def test_a_verification_asks_nothing_of_a_network(signed, monkeypatch):
    """A form names a person: no server of certificates is told that it is being looked at."""
    import pyhanko_certvalidator

    roots, qualified, _ = signed
    asked, kept = [], pyhanko_certvalidator.ValidationContext

    def context(*arguments, **options):
        asked.append(options["allow_fetching"])
        return kept(*arguments, **options)

    monkeypatch.setattr(pyhanko_certvalidator, "ValidationContext", context)
    assert verify_pdf(qualified, roots).valable
    assert asked == [False]
