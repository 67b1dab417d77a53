"""An electronically signed PDF: whole, signed by whom it says, under a root we trust, declared qualified or not.

Done by pyHanko, an optional dependency (`pip install 'mandats[eidas]'`: it brings a network client with it). Nothing
is fetched: roots come from a folder, so revocation and the EU trusted lists are not consulted, and the phrase says so.
« Qualified » is what the certificate declares (ETSI EN 319 412-5 statements); the trusted list of the provider's State
has the last word.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mandats.registre import Refus, refusing

MAX_BYTES = 50_000_000
UNSEEN = "révocation et liste de confiance non consultées : à vérifier en ligne"
QC_COMPLIANCE, QC_SSCD = "0.4.0.1862.1.1", "0.4.0.1862.1.4"


@dataclass(frozen=True)
class Signature:
    """`valable`: whole, untouched since, and chained to a root of the folder."""

    integre: bool
    tout_couvert: bool
    confiance: bool
    qualifiee_declaree: bool
    certificat: str  # SHA-256 of the certificate
    signe_le: str  # as the signer declares

    @property
    def valable(self) -> bool:
        return self.integre and self.tout_couvert and self.confiance

    def phrase(self) -> str:
        whole = "intègre" if self.integre else "ALTÉRÉE"
        covered = "entièrement couvert" if self.tout_couvert else "MODIFIÉ APRÈS LA SIGNATURE"
        root = "racine admise" if self.confiance else "RACINE NON ADMISE"
        level = f"certificat {'' if self.qualifiee_declaree else 'non '}déclaré qualifié"
        return f"signature {whole}, document {covered}, {root}, {level} ({UNSEEN})"

    def as_elements(self) -> dict[str, Any]:
        return {"certificat": self.certificat, "qualifiee_declaree": self.qualifiee_declaree, "signe_le": self.signe_le}


def verify_pdf(path: Path, confiance: Path | None) -> Signature:
    """What the only signature of a PDF is worth. Raises Refus: no library, no signature, several, or no PDF."""
    with refusing("la vérification des signatures demande pyHanko : pip install 'mandats[eidas]'", ImportError):
        from pyhanko.keys import load_certs_from_pemder
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
        from pyhanko_certvalidator import ValidationContext
    if confiance is None:
        raise Refus("donnez par --confiance le dossier des certificats racines admis (PEM ou DER)")
    kept = [str(p) for p in sorted(confiance.iterdir()) if p.suffix in (".pem", ".crt", ".cer", ".der")]
    roots = list(load_certs_from_pemder(kept))  # type: ignore[no-untyped-call]  # pyHanko's, untyped
    if path.stat().st_size > MAX_BYTES:
        raise Refus(f"{path} : fichier trop volumineux")
    malformed = (PdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
    with refusing(f"{path} : ce PDF ou sa signature ne se lisent pas", *malformed), path.open("rb") as file:
        signatures = PdfFileReader(file).embedded_regular_signatures
        if len(signatures) != 1:
            raise Refus(f"{path} : une signature électronique attendue ({len(signatures)} trouvées)")
        status = validate_pdf_signature(signatures[0], ValidationContext(trust_roots=roots, allow_fetching=False))
    certificate = status.signing_cert
    return Signature(
        status.intact and status.valid, status.coverage >= SignatureCoverageLevel.ENTIRE_FILE, status.trusted,
        _declared_qualified(certificate), certificate.sha256.hex(),
        status.signer_reported_dt.isoformat() if status.signer_reported_dt else "",
    )  # fmt: skip


def _declared_qualified(certificate: Any) -> bool:
    """The certificate says that it is qualified and its key in a qualified device: what such a signature needs."""
    extensions = {e["extn_id"].native: e["extn_value"] for e in certificate["tbs_certificate"]["extensions"]}
    said = extensions["qc_statements"].parsed if "qc_statements" in extensions else ()
    return {QC_COMPLIANCE, QC_SSCD} <= {s["statement_id"].dotted for s in said}
