"""Each word of `si:`, where it holds, where it does not, the place it gives and the values it lets a sentence print."""

import datetime as dt
from types import SimpleNamespace as Some

import pytest

from mandats.checks.forme import mots
from mandats.checks.forme.dispositif import read_prayers
from mandats.checks.forme.sujet import Sujet
from mandats.delais.duree import Duree
from mandats.document import TO_FILL

HERE = ("documents", 2)
ASSO = Some(type="association", nom="A", represente_par=None, statuts=None)
VILLE = Some(type="commune", nom="B", represente_par=Some(nom="Maire"), statuts="s")
TEXTS = {
    "moyens": ["Or l'article 5 est méconnu.", "En outre,", "x" * 30, f"{TO_FILL} article"],
    "conclusions": ["**ANNULER** la décision.", "2°) ENJOINDRE de payer."], "vide": [],
}  # fmt: skip


def item(words: str, path: tuple, clause: str = "", titre: str = "") -> Some:
    return Some(
        words=words, path=path, clause=Some(id=clause) if clause else None, moyen=Some(texte=words, titre=titre)
    )


ITEMS = {name: [item(w, (name, i)) for i, w in enumerate(texts)] for name, texts in TEXTS.items()}


class Acte:
    """As much of a document as the words read."""

    here, jour, document = (
        HERE,
        dt.date(2026, 3, 10),
        Some(traitement=Some(regime="rgpd"), pieces=[Some(cle="a", titre="Avis")]),
    )
    order = Some(vise=None, canal="papier", roles={}, objets=("Un vote", "l’Avis du maire"))
    case = Some(
        titre="Titre", lieu=None, decision=None, pieces=[Some(cle="a", titre="Avis"), Some(cle="z", titre="Avenant")],
        demande=Some(
            recue_le="2026-01-15", jour="2026-03", ancienne="1970-01-01", rien=None, vide=(), liste=("a", "z"),
            oui=True, non=False, piece="a", autre="z",
        ),
    )  # fmt: skip
    loaded = Some(places={("demande", "rien")})
    demandes = ITEMS["conclusions"]
    dispositif = read_prayers((one, one.words.replace("*", "")) for one in ITEMS["conclusions"])

    def parties(self, role, order=None):
        held = {
            "requerant": (("asso", ASSO), ("ville", VILLE)),
            "defendeur": (("ville", VILLE),),
            "tiers": (("x", ASSO),),
        }
        return held.get(role, ())

    def est(self, *familles):
        return "requete" in familles

    def items(self, *sections):
        return [i for name in sections for i in ITEMS.get(name, [])]

    def mots_de(self, item):
        return item.words

    def mots(self, *sections):
        return "\n".join(i.words for i in self.items(*sections))

    def a_ecrire(self, *sections):
        return TO_FILL in self.mots(*sections)

    def cite_piece(self, *sections):
        return "conclusions" in sections

    def joint(self, cle):
        return cle == "a"


MONTH = {"un_mois": Duree(1, "mois", "mois"), "franc": Duree(1, "mois", "mois-francs")}
NOWHERE = [(None, {})]
FIRST, SECOND = (("conclusions", 0), {}), (("conclusions", 1), {})


def dated(path, fin, autre, jours, dernier=None):
    days = {"fin": dt.date.fromisoformat(fin), "dernier": dt.date.fromisoformat(dernier or fin)}
    return (path, {**days, "autre": autre, "jours": jours})


RECUE, ACTE = ("demande", "recue_le"), (*HERE, "date")


@pytest.mark.parametrize(
    ("si", "hits"),
    [
        ({}, NOWHERE),
        # families
        ({"famille": "requete"}, NOWHERE), ({"famille": ("plainte", "requete")}, NOWHERE), ({"famille": "plainte"}, []),
        ({"hors_famille": "requete"}, []), ({"hors_famille": ("plainte",)}, NOWHERE),
        # several words: all hold, the first place is kept, what each found is printed
        ({"famille": "requete", "present": "titre"}, NOWHERE), ({"famille": "requete", "present": "lieu"}, []),
        ({"present": "lieu", "famille": "requete"}, []),
        ({"plus_de": {"document.roles.requerant": "1"}, "dit": {"titre": "(T)itre"}},
         [((*HERE, "roles", "requerant"), {"nombre": "2", "parties": ["asso", "ville"], "mot": "t"})]),
        ({"l_un": ({"present": "lieu"}, {"absent": "lieu"}, {"famille": "requete"})}, [(("lieu",), {})]),
        ({"l_un": ({"present": "lieu"}, {"present": "decision"})}, []),
        ({"sauf_si": {"present": "lieu", "famille": "requete"}}, NOWHERE), ({"sauf_si": {"famille": "requete"}}, []),
        # roles
        ({"plus_de": {"document.roles.defendeur": "1"}}, []),
        ({"plus_de": {"document.roles.requerant": "2"}}, []), ({"plus_de": {"document.roles.personne": "0"}}, []),
        ({"autre_organe": ("titre", "lieu")}, NOWHERE), ({"autre_organe": ("lieu", "titre")}, []),
        ({"autre_organe": ("titre", "titre")}, []),
        ({"communs": ("document.roles.requerant", "document.roles.defendeur")}, [((*HERE, "roles", "requerant"), {})]),
        ({"communs": ("document.roles.tiers", ("document.roles.requerant", "document.roles.defendeur"))}, []),
        ({"etrangers": ("document.roles.tiers", ("document.roles.requerant", "document.roles.defendeur"))},
         [((*HERE, "roles", "tiers"), {})]),
        ({"etrangers": ("document.roles.defendeur", "document.roles.requerant")}, []),
        ({"etrangers": ("document.roles.personne", "document.roles.requerant")}, []),
        ({"etrangers": ("document.roles.tiers", "document.roles.personne")}, []),
        # keys written or not; what holds them written or not
        ({"present": "demande.recue_le"}, NOWHERE), ({"present": ("lieu", "titre")}, NOWHERE),
        ({"present": ("lieu", "decision.date", "demande.vide")}, []), ({"present": "demande.non"}, NOWHERE),
        ({"absent": "lieu"}, [(("lieu",), {})]), ({"absent": ("lieu", "titre")}, []),
        ({"absent": "demande.rien"}, [(("demande", "rien"), {})]), ({"absent": "decision.date"}, []),
        ({"absent": ("lieu", "decision.date")}, []),
        ({"absent": ("lieu", "demande.rien")}, [(("lieu",), {})]),
        ({"manque": "decision.date"}, [(("decision",), {})]),
        ({"manque": ("lieu", "decision.date")}, [(("lieu",), {})]),
        ({"manque": ("lieu", "titre")}, []),
        ({"nul": "demande.rien"}, NOWHERE), ({"nul": "demande.vide"}, []), ({"nul": ("lieu", "demande.rien")}, NOWHERE),
        ({"nul": "demande.recue_le"}, []), ({"nul": "decision.date"}, []),
        # values
        ({"vaut": {"document.canal": "papier", "demande.oui": "oui"}}, NOWHERE),
        ({"vaut": {"demande.non": "non"}}, NOWHERE),
        ({"vaut": {"document.canal": ("courriel", "papier")}}, NOWHERE), ({"vaut": {"lieu": ""}}, NOWHERE),
        ({"vaut": {"document.canal": "papier", "demande.oui": "non"}}, []),
        ({"sauf": {"document.canal": "papier", "demande.oui": "non"}}, []),
        ({"sauf": {"document.canal": "x"}}, NOWHERE),
        ({"vaut": {"traitement_vise.regime": "rgpd"}}, NOWHERE),
        # dates: 15 January 2026, March 2026, the act of 10 March
        ({"date": "demande.recue_le < acte"}, [dated(RECUE, "2026-03-10", "acte", 54)]),
        ({"date": "acte > demande.recue_le"}, [dated(ACTE, "2026-01-15", "demande.recue_le", 54)]),
        ({"date": "acte < demande.recue_le"}, []), ({"date": "acte < acte"}, []), ({"date": "acte > acte"}, []),
        ({"date": "acte <= acte"}, [dated(ACTE, "2026-03-10", "acte", 0)]),
        ({"date": "acte >= acte"}, [dated(ACTE, "2026-03-10", "acte", 0)]), ({"date": "acte != acte"}, []),
        ({"date": "acte != demande.recue_le"}, [dated(ACTE, "2026-01-15", "demande.recue_le", 54)]),
        ({"date": "demande.recue_le != acte"}, [dated(RECUE, "2026-03-10", "acte", 54)]),
        *(({"date": f"acte {sign} demande.jour"}, []) for sign in ("<", ">", "<=", ">=", "!=")),
        ({"date": "demande.recue_le <= demande.jour"}, [dated(RECUE, "2026-03-01", "demande.jour", 75, "2026-03-31")]),
        ({"date": "demande.recue_le < lieu"}, []), ({"date": "lieu < demande.recue_le"}, []),
        ({"date": "acte > demande.recue_le + un_mois"}, [dated(ACTE, "2026-02-15", "demande.recue_le + un_mois", 54)]),
        ({"date": "demande.recue_le + un_mois < acte"}, [dated(RECUE, "2026-02-15", "acte", 54)]),
        ({"date": "acte < demande.jour + un_mois"},
         [dated(ACTE, "2026-04-01", "demande.jour + un_mois", 21, "2026-04-30")]),
        ({"date": "acte > lieu|demande.recue_le"}, [dated(ACTE, "2026-01-15", "lieu|demande.recue_le", 54)]),
        ({"date": "demande.recue_le|demande.jour < acte"}, [dated(RECUE, "2026-03-10", "acte", 54)]),
        ({"date": ("acte < demande.recue_le", "acte >= acte")}, [dated(ACTE, "2026-03-10", "acte", 0)]),
        # a term counted as the law does: from 15 January, one clear month, until Monday 16 February
        ({"date": "acte > demande.recue_le + franc (terme)"},
         [dated(ACTE, "2026-02-15", "demande.recue_le + franc (terme)", 54, "2026-02-16")]),
        ({"date": "acte > demande.ancienne + franc (terme)"}, []),
        ({"date": "acte > demande.ancienne + un_mois"},
         [dated(ACTE, "1970-02-01", "demande.ancienne + un_mois", 20522)]),
        ({"hors_calendrier": "demande.ancienne"}, NOWHERE), ({"hors_calendrier": "demande.recue_le"}, []),
        ({"hors_calendrier": "lieu"}, []),
        # lists
        ({"en_trop": ("document.roles.requerant", "document.roles.defendeur")},
         [((*HERE, "roles", "requerant"), {"parties": ["asso"]})]),
        ({"en_trop": ("document.roles.defendeur", "document.roles.requerant")}, []),
        ({"incomplet": {"demande.liste": ("b", "a", "c")}}, [(("demande", "liste"), {"manque": ["b", "c"]})]),
        ({"incomplet": {"demande.liste": ("a",)}}, []),
        ({"incomplet": {"lieu": ("a",)}}, [(("lieu",), {"manque": ["a"]})]),
        # pièces
        ({"non_joint": "demande.piece"}, []), ({"non_joint": "demande.autre"}, [(("demande", "autre"), {})]),
        ({"non_joint": ("demande.autre", "demande.piece")}, []), ({"non_joint": "decision.piece"}, []),
        ({"sans_piece": "(?i)avis"}, []), ({"sans_piece": "mandat"}, NOWHERE), ({"sans_piece": "^a "}, []),
        ({"sans_piece": "Avenant"}, NOWHERE), ({"sans_piece": "Av"}, []),
        # words
        ({"dit": {"titre": "Ti"}}, [(("titre",), {"mot": "ti"})]), ({"dit": {"titre": "x"}}, []),
        ({"dit": {"lieu": "x"}}, []), ({"dit": {"titre": "T(i)(t)"}}, [(("titre",), {"mot": "i"})]),
        ({"dit": {"document.objets": "l'Avis|vote"}},
         [((*HERE, "objets", 0), {"mot": "vote"}), ((*HERE, "objets", 1), {"mot": "l'avis"})]),
        ({"dit": {"titre": "T", "document.canal": "p"}},
         [(("titre",), {"mot": "t"}), ((*HERE, "canal"), {"mot": "p"})]),
        ({"tait": {"titre": "x"}}, [(("titre",), {})]), ({"tait": {"titre": "T"}}, []),
        ({"tait": {"lieu": "x"}}, [(("lieu",), {})]),
        # sections
        ({"ecrit": "moyens"}, NOWHERE), ({"ecrit": "vide"}, []), ({"ecrit": ("vide", "moyens")}, NOWHERE),
        ({"acheve": "conclusions"}, NOWHERE), ({"acheve": ("conclusions", "moyens")}, []),
        ({"muet": {"dans": ("conclusions", "moyens"), "motif": "zzz"}}, [((*HERE, "conclusions"), {})]),
        ({"muet": {"dans": "moyens", "motif": "article 5"}}, []),
        ({"non_cite": ("vide", "moyens")}, [((*HERE, "vide"), {})]), ({"non_cite": ("vide", "conclusions")}, []),
        ({"passage": {"dans": "conclusions", "motif": "de|la"}}, [FIRST, SECOND]),
        ({"passage": {"dans": "conclusions", "motif": "de|la", "premier": True}}, [FIRST]),
        ({"passage": {"dans": "conclusions", "motif": "zzz"}}, []),
        # prayers
        ({"demande": "annulation"}, [(("conclusions", 0), {"mot": "ANNULER la décision."})]),
        ({"demande": "injonction"}, [(("conclusions", 1), {"mot": "ENJOINDRE de payer."})]),
        ({"demande": ("frais", "injonction")}, [(("conclusions", 1), {"mot": "ENJOINDRE de payer."})]),
        ({"demande": ("somme", "frais", "astreinte")}, []),
    ],
)  # fmt: skip
def test_a_word_holds_there_and_says_what_it_found(si, hits):
    assert mots.holds(si, Sujet(Acte(), durees=MONTH)) == hits


def test_of_a_prayer_that_is_looked_at_only_its_own_words_count():
    annul, enjoin = ITEMS["conclusions"]
    assert mots.holds({"demande": "injonction"}, Sujet(Acte(), "element", annul)) == []
    assert mots.holds({"demande": "injonction"}, Sujet(Acte(), "element", enjoin)) != []


def test_a_name_is_read_of_the_subject_of_the_order_of_the_processing_or_of_the_case():
    acte = Acte()
    one = Sujet(acte, "partie", VILLE, ("parties", "b"))
    assert one.lire("partie.statuts") == (("parties", "b", "statuts"), "s", True)
    assert one.lire("partie.represente_par.nom") == (("parties", "b", "represente_par", "nom"), "Maire", True)
    assert one.lire("decision.a.b") == (("decision",), None, False)
    assert one.lire("document.roles") == ((*HERE, "roles"), {}, True)
    assert one.lire("document.roles.requerant.statuts") == ((*HERE, "roles", "requerant", "statuts"), ("s",), True)
    assert one.chemin("decision.a.b") == ("decision", "a", "b")
    assert one.chemin("traitement_vise.regime") == ("traitement", "regime")
    acte.order = Some(vise="t1")
    assert one.chemin("traitement_vise.regime") == ("traitements", "t1", "regime")
    assert (one.montre("demande.recue_le"), one.montre("demande.jour"), one.montre("demande.oui")) == (
        "15/01/2026", "2026-03", "oui",
    )  # fmt: skip


def test_the_words_of_conditions_are_told_at_any_depth():
    si = {"absent": "a", "l_un": ({"dit": {}}, {"sauf_si": {"vaut": {}}}), "sauf_si": {"nul": "b"}}
    assert list(mots.words(si)) == ["absent", "l_un", "sauf_si", "dit", "sauf_si", "vaut", "nul"]
    assert list(mots.words({})) == []
